using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class A_lease
{
    [TestCase(HazardClass.H, 15)]
    [TestCase(HazardClass.R, 15)]
    [TestCase(HazardClass.L, 600)]
    public void Lives_as_long_as_its_class_says(HazardClass hazardClass, int seconds)
    {
        var desk = CheckedIn(hazardClass);

        Assert.That(desk.LeaseIsAskedFor(Monday.At(9)).Ttl, Is.EqualTo(Duration.FromSeconds(seconds)));
    }

    [Test]
    public void Is_remembered_from_the_first_grant_on()
    {
        var desk = CheckedIn(HazardClass.L);

        desk.LeaseIsAskedFor(Monday.At(9, 1));
        desk.LeaseIsAskedFor(Monday.At(9, 2));

        Assert.That(desk.Session.FirstLeaseAt, Is.EqualTo(Monday.At(9, 1)));
    }

    [Test]
    public void Is_not_remembered_when_it_was_refused()
    {
        var desk = CheckedIn(HazardClass.L).With(d => d with { IsAuthorised = false });

        desk.LeaseIsAskedFor(Monday.At(9, 1));

        Assert.That(desk.Session.FirstLeaseAt, Is.Null);
    }

    [Test]
    public void Of_a_hazardous_machine_needs_a_person_who_said_to_be_there()
    {
        var desk = CheckedIn(HazardClass.H);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.LeaseIsAskedFor(Monday.At(9, 4, 50)).Ttl, Is.EqualTo(Duration.FromSeconds(10)), "not beyond the presence");
            Assert.That(desk.LeaseIsAskedFor(Monday.At(9, 5)), Is.EqualTo(LeaseDecision.No("presence-needed")));
        }

        desk.Do(new DeskEvent.ConfirmPresence(DeskInUse.Ada), Monday.At(9, 6));

        Assert.That(desk.LeaseIsAskedFor(Monday.At(9, 6)).IsGranted, Is.True);
    }

    [Test]
    public void Of_a_hazardous_machine_ends_with_the_slot()
    {
        var desk = CheckedIn(HazardClass.H);
        desk.Do(new DeskEvent.ConfirmPresence(DeskInUse.Ada), Monday.At(9, 58));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.LeaseIsAskedFor(Monday.At(9, 59, 53)).Ttl, Is.EqualTo(Duration.FromSeconds(7)));
            Assert.That(desk.LeaseIsAskedFor(Monday.At(10)), Is.EqualTo(LeaseDecision.No("slot-ended")));
        }
    }

    [Test]
    public void Is_for_the_present_session_and_generation_only()
    {
        var desk = CheckedIn(HazardClass.L);
        var another = new UsageSessionId(Guid.Parse("00000000-0000-0000-0000-0000000000ff"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.LeaseIsAskedFor(Monday.At(9), new LeaseWish(another, 1, null)), Is.EqualTo(LeaseDecision.No("no-session")));
            Assert.That(desk.LeaseIsAskedFor(Monday.At(9), new LeaseWish(desk.Session.Id, 0, null)), Is.EqualTo(LeaseDecision.No("old-generation")));
        }
    }

    [Test]
    public void Is_refused_while_the_session_closes()
    {
        var desk = CheckedIn(HazardClass.L).Arms(Monday.At(9));
        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 30));

        Assert.That(desk.LeaseIsAskedFor(Monday.At(9, 30)), Is.EqualTo(LeaseDecision.No("no-session")));
    }

    [Test]
    public void Is_refused_without_an_authorisation_and_out_of_order()
    {
        var unauthorised = CheckedIn(HazardClass.R).With(d => d with { IsAuthorised = false });
        var broken = CheckedIn(HazardClass.R).With(d => d with { IsOutOfOrder = true });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unauthorised.LeaseIsAskedFor(Monday.At(9)), Is.EqualTo(LeaseDecision.No("not-authorised")));
            Assert.That(broken.LeaseIsAskedFor(Monday.At(9)), Is.EqualTo(LeaseDecision.No("out-of-order")));
        }
    }

    [Test]
    public void Of_a_printer_carries_a_run_lease_of_one_and_a_half_estimates_and_half_an_hour()
    {
        var desk = CheckedIn(HazardClass.R, estimate: Duration.FromMinutes(60));

        var lease = desk.LeaseIsAskedFor(Monday.At(9));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lease.Job, Is.EqualTo(desk.Desk.Job!.Id));
            Assert.That(lease.Run, Is.EqualTo(Duration.FromMinutes(120)));
        }
    }

    [Test]
    public void Of_a_printer_lets_no_run_go_beyond_the_policy_s_cap()
    {
        var desk = CheckedIn(HazardClass.R, estimate: Duration.FromHours(100));

        Assert.That(desk.LeaseIsAskedFor(Monday.At(9)).Run, Is.EqualTo(Duration.FromHours(72)));
    }

    [TestCase(HazardClass.H)]
    [TestCase(HazardClass.L)]
    public void Of_other_machines_must_be_renewed_while_the_job_runs(HazardClass hazardClass)
    {
        var desk = CheckedIn(hazardClass, estimate: Duration.FromMinutes(5));

        var lease = desk.LeaseIsAskedFor(Monday.At(9));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lease.Job, Is.Not.Null);
            Assert.That(lease.Run, Is.EqualTo(Duration.Zero));
        }
    }

    [Test]
    public void Permits_no_job_but_the_session_s_own_and_not_when_it_is_cancelled()
    {
        var desk = CheckedIn(HazardClass.R, estimate: Duration.FromMinutes(5));
        var other = new MachineJobId(Guid.Parse("00000000-0000-0000-0000-0000000000ff"));

        var forOther = desk.LeaseIsAskedFor(Monday.At(9), new LeaseWish(desk.Session.Id, 1, other));
        desk.Do(new DeskEvent.WishJob(DeskInUse.Ada, false, JobIntent.Cancel), Monday.At(9));
        var whenCancelled = desk.LeaseIsAskedFor(Monday.At(9));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((forOther.IsGranted, forOther.Job), Is.EqualTo((true, (MachineJobId?)null)));
            Assert.That((whenCancelled.IsGranted, whenCancelled.Job), Is.EqualTo((true, (MachineJobId?)null)));
        }
    }

    private static DeskInUse CheckedIn(HazardClass hazardClass, Duration? estimate = null)
    {
        var desk = new DeskInUse(hazardClass);
        if (estimate is not null)
        {
            desk.WithJob(estimate);
        }

        desk.CheckIn(Monday.At(9));
        return desk;
    }
}
