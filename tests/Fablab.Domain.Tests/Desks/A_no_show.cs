using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;

namespace Fablab.Domain.Tests.Desks;

public class A_no_show
{
    [Test]
    public void Gives_the_rest_of_the_slot_back_when_the_grace_is_over()
    {
        var desk = new DeskInUse();

        desk.TimePasses(Monday.At(9, 15));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Released));
            Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 15), (10, 0))));
            Assert.That(desk.Desk.Current, Is.Null);
        }
    }

    [Test]
    public void Is_not_decided_a_moment_earlier()
    {
        var desk = new DeskInUse();

        desk.TimePasses(Monday.At(9, 14, 59));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Effects, Is.Empty);
            Assert.That(desk.Desk.DueAt, Is.EqualTo(Monday.At(9, 15)));
        }
    }

    [Test]
    public void Is_decided_all_the_same_when_nobody_looks_until_seven_minutes_later()
    {
        var desk = new DeskInUse();

        desk.TimePasses(Monday.At(9, 22));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Released));
            Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 22), (10, 0))));
        }
    }

    [Test]
    public void Is_not_prevented_by_somebody_else_who_used_the_machine_in_that_time()
    {
        // Ada's print runs over into Ben's slot, and she stays at the machine; Ben does not come.
        var desk = DeskInUse.Printer().Running().JobIs(MachineJobState.Running, Monday.At(9, 1));
        desk.TimePasses(Monday.At(10));
        desk.JobIs(MachineJobState.Succeeded, Monday.At(10, 5)).BridgeCloses(Monday.At(10, 5), "job-ended").NextComes(Monday.Slot((10, 0), (11, 0)));

        var refusals = new[] { desk.CheckIn(Monday.At(10, 6), DeskInUse.Ada), desk.Do(new DeskEvent.ConfirmPresence(DeskInUse.Ada), Monday.At(10, 6)) };
        desk.TimePasses(Monday.At(10, 20));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusals, Has.All.EqualTo(new NoReservation()));
            Assert.That(desk.Left.Select(left => (left.Member, left.State)), Is.EqualTo(new[]
            {
                (DeskInUse.Ada, ReservationState.Completed), (DeskInUse.Ben, ReservationState.Released),
            }));
        }
    }

    [Test]
    public void Is_decided_late_when_the_machine_became_free_late()
    {
        var desk = new DeskInUse().With(d => d with { FreeSince = Monday.At(9, 20) });

        desk.TimePasses(Monday.At(9, 34, 59));
        var before = desk.Desk.Current;
        desk.TimePasses(Monday.At(9, 35));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.Not.Null);
            Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Released));
        }
    }

    [Test]
    public void Is_decided_at_the_end_of_a_slot_that_is_shorter_than_the_grace()
    {
        var desk = new DeskInUse().With(d => d with { Current = d.Current! with { Slot = Monday.Slot((9, 0), (9, 10)) } });

        desk.TimePasses(Monday.At(9, 10));

        Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Released));
    }

    [Test]
    public void Is_none_when_the_machine_was_down_but_a_displaced_reservation()
    {
        var desk = new DeskInUse().With(d => d with { IsOutOfOrder = true });

        desk.TimePasses(Monday.At(9, 15));

        Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Displaced));
    }

    [TestCase(9, 50)]
    [TestCase(10, 30)]
    public void Is_none_when_the_one_before_left_less_than_the_grace_but_a_displaced_reservation(int hour, int minute)
    {
        var desk = new DeskInUse().With(d => d with { FreeSince = Monday.At(hour, minute) });

        desk.TimePasses(Monday.At(10, 30));

        Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Displaced));
    }

    [Test]
    public void Is_none_once_the_member_checked_in()
    {
        var desk = new DeskInUse();
        desk.CheckIn(Monday.At(9, 14));

        desk.TimePasses(Monday.At(9, 15));

        Assert.That(desk.Desk.Current!.State, Is.EqualTo(ReservationState.Active));
    }
}
