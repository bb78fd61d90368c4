using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class An_idle_session
{
    [Test]
    public void Is_closed_after_the_idle_limit()
    {
        var desk = new DeskInUse().Running().Works(Monday.At(9, 10));
        var due = desk.Desk.DueAt;

        desk.TimePasses(Monday.At(9, 40));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(due, Is.EqualTo(Monday.At(9, 40)));
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
            Assert.That(desk.Session.EndReason, Is.EqualTo("idle"));
        }
    }

    [Test]
    public void Lives_on_when_the_member_says_to_be_there()
    {
        var desk = new DeskInUse().Running();
        desk.Do(new DeskEvent.ConfirmPresence(DeskInUse.Ada), Monday.At(9, 20));

        desk.TimePasses(Monday.At(9, 30));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Armed));
            Assert.That(desk.Desk.DueAt, Is.EqualTo(Monday.At(9, 50)));
        }
    }

    [Test]
    public void Is_not_what_a_running_print_makes()
    {
        var desk = DeskInUse.Printer().Running().JobIs(MachineJobState.Running, Monday.At(9));

        desk.TimePasses(Monday.At(9, 45));

        Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Armed));
    }

    [Test]
    public void Is_void_at_once_when_no_lease_was_ever_given_for_it()
    {
        var desk = new DeskInUse();
        desk.CheckIn(Monday.At(9));

        desk.TimePasses(Monday.At(9, 30));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Ended.Single().State, Is.EqualTo(UsageSessionState.Void));
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Completed));
            Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 30), (10, 0))));
            Assert.That(desk.Desk.Session, Is.Null);
        }
    }

    [Test]
    public void Is_closed_also_when_its_reservation_has_left_the_desk()
    {
        var desk = new DeskInUse().Running();
        desk.NextComes(Monday.Slot((10, 0), (11, 0)));
        var due = desk.Desk.DueAt;

        desk.TimePasses(Monday.At(9, 30));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(due, Is.EqualTo(Monday.At(9, 30)));
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
        }
    }
}
