using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class An_unattended_job
{
    [Test]
    public void Starts_when_its_slot_begins_although_nobody_checked_in()
    {
        var desk = DeskInUse.Printer(startsUnattended: true);
        var due = desk.Desk.DueAt;

        desk.TimePasses(Monday.At(9));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(due, Is.EqualTo(Monday.At(9)));
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Authorised));
            Assert.That(desk.Desk.Desired.Job, Is.EqualTo(desk.Desk.Job!.Id));
            Assert.That(desk.Desk.Desired.JobIntent, Is.EqualTo(JobIntent.Run));
        }
    }

    [Test]
    public void Does_not_start_before_its_time()
    {
        var desk = DeskInUse.Printer(startsUnattended: true);

        desk.TimePasses(Monday.At(8, 59, 59));

        Assert.That(desk.Desk.Session, Is.Null);
    }

    [Test]
    public void Starts_late_when_the_machine_becomes_free_late()
    {
        var desk = DeskInUse.Printer(startsUnattended: true);

        desk.TimePasses(Monday.At(9, 40));

        Assert.That(desk.Session.AuthorisedAt, Is.EqualTo(Monday.At(9, 40)));
    }

    [Test]
    public void Is_given_back_at_once_when_its_slot_went_by_while_nobody_looked()
    {
        // Shorter than the grace period: waiting for the grace of a slot that is over would keep the sweep busy for nothing.
        var desk = DeskInUse.Printer(startsUnattended: true)
            .With(d => d with { Current = d.Current! with { Slot = Monday.Slot((9, 0), (9, 5)) } });

        desk.TimePasses(Monday.At(9, 6));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Released));
            Assert.That(desk.Desk.DueAt, Is.Null);
        }
    }

    [TestCase(JobIntent.Cancel)]
    [TestCase(JobIntent.Pause)]
    public void Stays_where_it_is_when_its_owner_does_not_want_it_to_run(JobIntent intent)
    {
        var desk = DeskInUse.Printer(startsUnattended: true);
        desk.Do(new DeskEvent.WishJob(DeskInUse.Ada, false, intent), Monday.At(8));

        desk.TimePasses(Monday.At(9));

        Assert.That(desk.Desk.Session, Is.Null);
    }

    [Test]
    public void Needs_a_machine_whose_policy_allows_it()
    {
        var desk = DeskInUse.Printer(startsUnattended: false);

        desk.TimePasses(Monday.At(9));

        Assert.That(desk.Desk.Session, Is.Null);
    }

    [TestCase(HazardClass.H)]
    [TestCase(HazardClass.L)]
    public void Never_starts_on_a_machine_of_another_class(HazardClass hazardClass)
    {
        var desk = new DeskInUse(hazardClass, policy => policy with { StartsUnattended = true }).WithJob();

        desk.TimePasses(Monday.At(9));

        Assert.That(desk.Desk.Session, Is.Null);
    }

    [Test]
    public void Waits_until_the_machine_is_cleared_when_the_one_before_overran()
    {
        var desk = DeskInUse.Printer(startsUnattended: true).With(d => d with { FreeSince = Monday.At(9, 25) });

        desk.TimePasses(Monday.At(9, 20));
        var waiting = (desk.Desk.Session, desk.Desk.DueAt);
        desk.TimePasses(Monday.At(9, 25));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting, Is.EqualTo(((UsageSession?)null, (Instant?)Monday.At(9, 25))));
            Assert.That(desk.Desk.Session, Is.Not.Null);
        }
    }

    [Test]
    public void Does_not_start_into_a_slot_that_the_one_before_has_nearly_used_up()
    {
        var desk = DeskInUse.Printer(startsUnattended: true).With(d => d with { FreeSince = Monday.At(9, 55) });

        desk.TimePasses(Monday.At(9, 56));
        desk.TimePasses(Monday.At(10));

        Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Displaced));
    }

    [Test]
    public void Does_not_start_when_its_owner_s_authorisation_ended()
    {
        var desk = DeskInUse.Printer(startsUnattended: true).With(d => d with { IsAuthorised = false });

        desk.TimePasses(Monday.At(9));

        Assert.That(desk.Desk.Session, Is.Null);
    }

    [Test]
    public void Does_not_start_on_a_machine_that_is_out_of_order_and_is_displaced_after_the_grace()
    {
        var desk = DeskInUse.Printer(startsUnattended: true).With(d => d with { IsOutOfOrder = true });

        desk.TimePasses(Monday.At(9));
        desk.TimePasses(Monday.At(9, 15));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Desk.Session, Is.Null);
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Displaced));
        }
    }
}
