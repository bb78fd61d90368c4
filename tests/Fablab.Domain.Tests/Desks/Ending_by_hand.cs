using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class Ending_by_hand
{
    [Test]
    public void Without_a_job_locks_the_machine_and_waits_for_the_last_record()
    {
        var desk = new DeskInUse().Running();

        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 30));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
            Assert.That(desk.Desk.Current!.State, Is.EqualTo(ReservationState.Active));
            Assert.That(desk.Desk.Desired.Mode, Is.EqualTo(DeskMode.Available));
        }
    }

    [Test]
    public void Is_complete_when_the_bridge_has_closed_the_session()
    {
        var desk = new DeskInUse().Running();
        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 30));

        desk.BridgeCloses(Monday.At(9, 30, 4));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Ended.Single().State, Is.EqualTo(UsageSessionState.Closed));
            Assert.That(desk.Ended.Single().EndReason, Is.EqualTo("ended"));
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Completed));
            Assert.That(desk.Freed.Single(), Is.EqualTo(new TimeSlot(Monday.At(9, 30, 4), Monday.At(10))));
        }
    }

    [Test]
    public void With_a_running_job_cancels_the_job_first_and_closes_when_it_has_ended()
    {
        var desk = DeskInUse.Printer(endsWithJob: false).Running().JobIs(MachineJobState.Running, Monday.At(9, 1));

        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 30));
        var during = desk.Session.State;
        var wish = desk.Desk.Desired.JobIntent;
        desk.JobIs(MachineJobState.Cancelled, Monday.At(9, 31));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(during, Is.EqualTo(UsageSessionState.Armed));
            Assert.That(wish, Is.EqualTo(JobIntent.Cancel));
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
            Assert.That(desk.Session.EndReason, Is.EqualTo("ended"));
            Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 31), (10, 0))));
        }
    }

    [Test]
    public void Of_a_session_that_never_had_a_lease_is_over_at_once()
    {
        var desk = DeskInUse.Printer();
        desk.CheckIn(Monday.At(9));

        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Ended.Single().State, Is.EqualTo(UsageSessionState.Void));
            Assert.That(desk.Desk.Current, Is.Null);
        }
    }

    [Test]
    public void After_an_interruption_gives_the_slot_back()
    {
        var desk = new DeskInUse().Running().BridgeCloses(Monday.At(9, 20), "fault");

        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 30));

        Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 30), (10, 0))));
    }

    [Test]
    public void Keeps_the_reason_of_a_closing_that_had_begun()
    {
        var desk = DeskInUse.Printer().Running();
        desk.TimePasses(Monday.At(9, 30));

        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 31));

        Assert.That(desk.Session.EndReason, Is.EqualTo("idle"));
    }

    [Test]
    public void Is_for_the_member_and_for_managers()
    {
        var desk = new DeskInUse().Running();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Do(new DeskEvent.End(DeskInUse.Ben, false), Monday.At(9, 30)), Is.EqualTo(new NoReservation()));
            Assert.That(desk.Do(new DeskEvent.End(DeskInUse.Ben, true), Monday.At(9, 30)), Is.Null);
        }
    }

    [Test]
    public void Is_refused_before_anything_began()
    {
        Assert.That(new DeskInUse().Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9)), Is.EqualTo(new NoReservation()));
    }
}
