using Fablab.Domain.Reservations;
using Fablab.Domain.Tests.Desks;

namespace Fablab.Domain.Tests.Reservations;

/// <summary>Set-up and clean-up around slots.</summary>
public class Kept_time
{
    private static readonly Duration SetUp = Duration.FromMinutes(10);
    private static readonly Duration CleanUp = Duration.FromMinutes(15);

    [Test]
    public void Is_the_slot_with_set_up_before_and_clean_up_behind()
    {
        var plan = KeptTime.Plan(Monday.Slot((9, 0), (10, 0)), SetUp, CleanUp, DeskInUse.Ada, []);

        Assert.That(plan.Kept, Is.EqualTo(Monday.Slot((8, 50), (10, 15))));
    }

    [TestCase(8, 49, true)]
    [TestCase(8, 50, true)]
    [TestCase(8, 51, false)]
    public void Of_another_before_must_end_where_the_set_up_begins(int hour, int minute, bool fits)
    {
        var other = Taken(DeskInUse.Ben, Monday.Slot((8, 0), (hour, minute)));

        var plan = KeptTime.Plan(Monday.Slot((9, 0), (10, 0)), SetUp, CleanUp, DeskInUse.Ada, [other]);

        Assert.That(plan.Clashes, fits ? Is.Empty : Has.Count.EqualTo(1));
    }

    [TestCase(10, 14, false)]
    [TestCase(10, 15, true)]
    public void Of_another_after_must_begin_behind_the_clean_up(int hour, int minute, bool fits)
    {
        var other = Taken(DeskInUse.Ben, Monday.Slot((hour, minute), (11, 0)));

        var plan = KeptTime.Plan(Monday.Slot((9, 0), (10, 0)), SetUp, CleanUp, DeskInUse.Ada, [other]);

        Assert.That(plan.Clashes, fits ? Is.Empty : Has.Count.EqualTo(1));
    }

    [Test]
    public void Is_not_needed_between_two_slots_of_one_person_that_touch()
    {
        var before = Taken(DeskInUse.Ada, Monday.Slot((8, 0), (9, 0))) with { Kept = Monday.Slot((7, 50), (9, 15)) };
        var after = Taken(DeskInUse.Ada, Monday.Slot((10, 0), (11, 0))) with { Kept = Monday.Slot((9, 50), (11, 15)) };

        var plan = KeptTime.Plan(Monday.Slot((9, 0), (10, 0)), SetUp, CleanUp, DeskInUse.Ada, [before, after]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Kept, Is.EqualTo(Monday.Slot((9, 0), (10, 0))));
            Assert.That(plan.Clashes, Is.Empty);
            Assert.That(plan.Neighbours, Is.EqualTo(new[]
            {
                (before.Reservation, Monday.Slot((7, 50), (9, 0))),
                (after.Reservation, Monday.Slot((10, 0), (11, 15))),
            }));
        }
    }

    [Test]
    public void Is_needed_between_slots_of_one_person_that_do_not_touch()
    {
        var before = Taken(DeskInUse.Ada, Monday.Slot((8, 0), (8, 55))) with { Kept = Monday.Slot((8, 0), (9, 10)) };

        var plan = KeptTime.Plan(Monday.Slot((9, 0), (10, 0)), SetUp, CleanUp, DeskInUse.Ada, [before]);

        Assert.That(plan.Clashes.Single(), Is.EqualTo(before));
    }

    [Test]
    public void Comes_back_to_both_neighbours_when_the_slot_that_touched_is_gone()
    {
        var gone = DeskInUse.ReservationOf(DeskInUse.Ada, Monday.Slot((9, 0), (10, 0)));
        var (before, after) = (Taken(DeskInUse.Ada, Monday.Slot((8, 0), (9, 0))), Taken(DeskInUse.Ada, Monday.Slot((10, 0), (11, 0))));

        var restored = KeptTime.Restore(gone, (before, CleanUp), (after, SetUp), []);

        Assert.That(restored, Is.EqualTo(new[] { (before.Reservation, Monday.Slot((8, 0), (9, 15))), (after.Reservation, Monday.Slot((9, 50), (11, 0))) }));
    }

    [TestCase(9, 10, 9, 10, Description = "what others leave of it")]
    [TestCase(9, 15, 9, 15)]
    [TestCase(11, 0, 9, 15, Description = "also behind what the one that is gone had kept, if that is free")]
    public void Comes_back_as_far_as_others_leave_it(int otherHour, int otherMinute, int hour, int minute)
    {
        var gone = DeskInUse.ReservationOf(DeskInUse.Ada, Monday.Slot((9, 0), (9, 10)));
        var before = Taken(DeskInUse.Ada, Monday.Slot((8, 0), (9, 0)));
        var other = Taken(DeskInUse.Ben, Monday.Slot((otherHour, otherMinute), (12, 0)));

        var restored = KeptTime.Restore(gone, (before, CleanUp), null, [other]);

        Assert.That(restored, Is.EqualTo(new[] { (before.Reservation, Monday.Slot((8, 0), (hour, minute))) }));
    }

    [Test]
    public void Of_two_neighbours_does_not_overlap_where_the_slot_between_them_was_short()
    {
        var gone = DeskInUse.ReservationOf(DeskInUse.Ada, Monday.Slot((9, 0), (9, 20)));
        var (before, after) = (Taken(DeskInUse.Ada, Monday.Slot((8, 0), (9, 0))), Taken(DeskInUse.Ada, Monday.Slot((9, 20), (11, 0))));

        var restored = KeptTime.Restore(gone, (before, CleanUp), (after, SetUp), []);

        Assert.That(restored, Is.EqualTo(new[] { (before.Reservation, Monday.Slot((8, 0), (9, 15))), (after.Reservation, Monday.Slot((9, 15), (11, 0))) }));
    }

    [Test]
    public void Comes_back_no_further_than_where_the_slot_moved_to()
    {
        var gone = DeskInUse.ReservationOf(DeskInUse.Ada, Monday.Slot((9, 0), (10, 0)));
        var before = Taken(DeskInUse.Ada, Monday.Slot((8, 0), (9, 0)));

        var restored = KeptTime.Restore(gone, (before, CleanUp), null, [Taken(DeskInUse.Ada, Monday.Slot((9, 5), (10, 5)))]);

        Assert.That(restored.Single().Kept, Is.EqualTo(Monday.Slot((8, 0), (9, 5))));
    }

    [Test]
    public void Does_not_change_while_the_slot_still_touches()
    {
        var gone = DeskInUse.ReservationOf(DeskInUse.Ada, Monday.Slot((9, 0), (10, 0)));
        var before = Taken(DeskInUse.Ada, Monday.Slot((8, 0), (9, 0)));

        Assert.That(KeptTime.Restore(gone, (before, CleanUp), null, [Taken(DeskInUse.Ada, Monday.Slot((9, 0), (9, 30)))]), Is.Empty);
    }

    private static TakenTime Taken(Members.MemberId member, TimeSlot slot) => new(new ReservationId(Guid.NewGuid()), member, slot, slot);
}
