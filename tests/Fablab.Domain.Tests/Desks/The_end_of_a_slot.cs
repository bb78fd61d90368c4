using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class The_end_of_a_slot
{
    [TestCase(HazardClass.H)]
    [TestCase(HazardClass.L)]
    [TestCase(HazardClass.R)]
    public void Closes_the_session_of_a_machine_without_a_running_job(HazardClass hazardClass)
    {
        var desk = new DeskInUse(hazardClass).Running().Works(Monday.At(9, 59));
        var due = desk.Desk.DueAt;

        desk.TimePasses(Monday.At(10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(due, Is.EqualTo(Monday.At(10)));
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
            Assert.That(desk.Session.EndReason, Is.EqualTo("slot-ended"));
            Assert.That(desk.Desk.Desired.Mode, Is.EqualTo(DeskMode.Available));
            Assert.That(desk.Desk.DueAt, Is.Null);
        }
    }

    [Test]
    public void Closes_also_a_running_job_of_a_hazardous_machine()
    {
        var desk = new DeskInUse(HazardClass.H).WithJob().Running().JobIs(MachineJobState.Running, Monday.At(9, 1)).Works(Monday.At(9, 59));

        desk.TimePasses(Monday.At(10));

        Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
    }

    [Test]
    public void Lets_a_print_finish_and_says_once_that_it_runs_over()
    {
        var desk = DeskInUse.Printer().Running().JobIs(MachineJobState.Running, Monday.At(9, 1)).Works(Monday.At(9, 59));

        desk.TimePasses(Monday.At(10));
        desk.TimePasses(Monday.At(10, 5));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Armed));
            Assert.That(desk.Effects.OfType<DeskEffect.OverrunBegan>().Count(), Is.EqualTo(1));
            Assert.That(desk.Desk.Current!.OverrunSince, Is.EqualTo(Monday.At(10)));
            Assert.That(desk.Desk.DueAt, Is.Null);
        }
    }

    [Test]
    public void Closes_the_session_of_an_overrunning_print_when_the_print_ends()
    {
        var desk = DeskInUse.Printer(endsWithJob: false).Running().JobIs(MachineJobState.Running, Monday.At(9, 1)).Works(Monday.At(9, 59));
        desk.TimePasses(Monday.At(10));

        desk.JobIs(MachineJobState.Succeeded, Monday.At(10, 20));

        Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
    }

    [Test]
    public void Completes_a_reservation_whose_session_is_closed_already()
    {
        var desk = new DeskInUse().Running().BridgeCloses(Monday.At(9, 30), "fault");

        desk.TimePasses(Monday.At(10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Completed));
            Assert.That(desk.Freed, Is.Empty);
        }
    }
}
