using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class The_end_of_a_job
{
    [TestCase(MachineJobState.Succeeded)]
    [TestCase(MachineJobState.Failed)]
    [TestCase(MachineJobState.Cancelled)]
    [TestCase(MachineJobState.Rejected)]
    [TestCase(MachineJobState.Unknown)]
    public void Frees_the_rest_of_the_slot_at_once_but_for_the_clean_up(MachineJobState end)
    {
        var desk = DeskInUse.Printer(cleanUpMinutes: 10).Running().JobIs(MachineJobState.Running, Monday.At(9, 1));

        desk.JobIs(end, Monday.At(9, 20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
            Assert.That(desk.Session.EndReason, Is.EqualTo("job-ended"));
            Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 30), (10, 0))));
            Assert.That(desk.Desk.Current!.Slot, Is.EqualTo(Monday.Slot((9, 0), (9, 20))));
            Assert.That(desk.Desk.Current.Kept, Is.EqualTo(Monday.Slot((9, 0), (9, 30))));
            Assert.That(desk.Desk.Current.BookedSlot, Is.EqualTo(Monday.Slot((9, 0), (10, 0))));
        }
    }

    [Test]
    public void Frees_nothing_twice_when_the_session_closes_after_it()
    {
        var desk = DeskInUse.Printer().Running().JobIs(MachineJobState.Succeeded, Monday.At(9, 20));

        desk.BridgeCloses(Monday.At(9, 20, 3), "job-ended");

        Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 20), (10, 0))));
    }

    [Test]
    public void Counts_from_the_server_s_time_when_the_bridge_s_clock_runs_ahead()
    {
        var desk = DeskInUse.Printer().Running();

        desk.Do(new DeskEvent.JobMoved(desk.Desk.Job!.Id, Monday.At(9, 50), MachineJobState.Succeeded, null), Monday.At(9, 20));

        Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 20), (10, 0))));
    }

    [Test]
    public void Leaves_the_machine_to_the_member_where_the_policy_says_so()
    {
        var desk = DeskInUse.Printer(endsWithJob: false).Running();

        desk.JobIs(MachineJobState.Succeeded, Monday.At(9, 20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Armed));
            Assert.That(desk.Desk.Desired.Job, Is.Null);
            Assert.That(desk.Freed, Is.Empty);
        }
    }

    [Test]
    public void Closes_the_session_of_a_machine_that_was_put_out_of_order_meanwhile()
    {
        var desk = DeskInUse.Printer(endsWithJob: false).Running().JobIs(MachineJobState.Running, Monday.At(9, 1));
        desk.Do(new DeskEvent.SetOutOfOrder(true), Monday.At(9, 10));
        var during = desk.Desk.Desired.Mode;

        desk.JobIs(MachineJobState.Succeeded, Monday.At(9, 20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(during, Is.EqualTo(DeskMode.InSession), "the print is finished, not killed");
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
            Assert.That(desk.Desk.Desired.Mode, Is.EqualTo(DeskMode.OutOfOrder));
        }
    }

    [Test]
    public void Is_refused_a_new_wish()
    {
        var desk = DeskInUse.Printer(endsWithJob: false).Running().JobIs(MachineJobState.Succeeded, Monday.At(9, 20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                desk.Do(new DeskEvent.WishJob(DeskInUse.Ada, false, JobIntent.Run), Monday.At(9, 21)),
                Is.EqualTo(new JobIsOver("Succeeded")));
            Assert.That(
                new DeskInUse().Do(new DeskEvent.WishJob(DeskInUse.Ada, false, JobIntent.Run), Monday.At(9, 21)),
                Is.EqualTo(new NoJob()));
            Assert.That(
                desk.Do(new DeskEvent.WishJob(DeskInUse.Ben, false, JobIntent.Run), Monday.At(9, 21)),
                Is.EqualTo(new NoReservation()));
        }
    }

    [Test]
    public void Cannot_be_called_off_once_the_job_is_being_cancelled()
    {
        var desk = DeskInUse.Printer().Running();
        desk.Do(new DeskEvent.WishJob(DeskInUse.Ada, false, JobIntent.Cancel), Monday.At(9, 1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                desk.Do(new DeskEvent.WishJob(DeskInUse.Ada, false, JobIntent.Run), Monday.At(9, 2)),
                Is.EqualTo(new JobIsOver("being cancelled")));
            Assert.That(desk.Do(new DeskEvent.WishJob(DeskInUse.Ben, true, JobIntent.Cancel), Monday.At(9, 2)), Is.Null);
        }
    }
}
