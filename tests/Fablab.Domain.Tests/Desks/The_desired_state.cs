using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class The_desired_state
{
    [Test]
    public void Gets_a_new_version_when_it_says_something_new()
    {
        var desk = DeskInUse.Printer();
        desk.CheckIn(Monday.At(9));
        desk.Do(new DeskEvent.WishJob(DeskInUse.Ada, false, JobIntent.Pause), Monday.At(9, 1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Desk.Desired.Version, Is.EqualTo(3));
            Assert.That(desk.Desk.Desired.JobIntent, Is.EqualTo(JobIntent.Pause));
        }
    }

    [Test]
    public void Leaps_ahead_of_what_the_bridge_has_seen_when_the_database_came_from_a_backup()
    {
        var desk = DeskInUse.Printer().Running();
        var (version, generation) = (desk.Desk.Desired.Version, desk.Desk.LastGeneration);

        desk.Do(new DeskEvent.BridgeIsAhead(version + 50), Monday.At(9, 5));
        var leapt = desk.Desk;
        desk.Do(new DeskEvent.BridgeIsAhead(version + 50), Monday.At(9, 6));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(leapt.Desired.Version, Is.EqualTo(version + 51));
            Assert.That(leapt.Desired.Generation, Is.GreaterThan(generation + 1_000).And.EqualTo(leapt.LastGeneration).And.EqualTo(leapt.Session!.Generation));
            Assert.That(desk.Desk, Is.EqualTo(leapt), "telling it twice leaps once");
        }
    }

    [Test]
    public void Keeps_its_version_when_it_says_the_same()
    {
        var desk = DeskInUse.Printer().Running();
        var version = desk.Desk.Desired.Version;

        desk.Works(Monday.At(9, 1));
        desk.TimePasses(Monday.At(9, 2));
        desk.Do(new DeskEvent.WishJob(DeskInUse.Ada, false, JobIntent.Run), Monday.At(9, 3));
        desk.Do(new DeskEvent.SetOutOfOrder(false), Monday.At(9, 4));

        Assert.That(desk.Desk.Desired.Version, Is.EqualTo(version));
    }

    [Test]
    public void Follows_the_end_of_the_slot()
    {
        var desk = DeskInUse.Printer(endsWithJob: false).Running();

        Assert.That(desk.Desk.Desired.Until, Is.EqualTo(Monday.At(10)));
    }

    [Test]
    public void Withdraws_a_session_when_the_machine_is_put_out_of_order()
    {
        var desk = new DeskInUse().Running();

        desk.Do(new DeskEvent.SetOutOfOrder(true), Monday.At(9, 10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
            Assert.That(desk.Desk.Desired.Mode, Is.EqualTo(DeskMode.OutOfOrder));
            Assert.That(desk.Desk.Desired.Session, Is.Null);
        }
    }

    [Test]
    public void Is_available_again_when_the_machine_is_mended()
    {
        var desk = new DeskInUse();
        desk.Do(new DeskEvent.SetOutOfOrder(true), Monday.At(8));

        desk.Do(new DeskEvent.SetOutOfOrder(false), Monday.At(8, 30));

        Assert.That(desk.Desk.Desired, Is.EqualTo(new DesiredState { Version = 3, Mode = DeskMode.Available }));
    }

    [Test]
    public void Is_not_changed_by_a_member_who_confirms_someone_else_s_presence()
    {
        var desk = new DeskInUse().Running();
        var before = desk.Desk;

        var refusal = desk.Do(new DeskEvent.ConfirmPresence(DeskInUse.Ben), Monday.At(9, 10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal, Is.EqualTo(new NoReservation()));
            Assert.That(desk.Desk, Is.EqualTo(before));
        }
    }
}
