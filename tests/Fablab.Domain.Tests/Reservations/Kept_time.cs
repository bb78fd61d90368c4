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

    /// <summary>Three people book and cancel through a day; a walk through its minutes says what each may keep.</summary>
    [Test]
    public void Is_as_a_walk_through_the_minutes_of_a_day_finds([Range(1, 60)] int seed)
    {
        var random = new Random(seed);
        var people = new[] { DeskInUse.Ada, DeskInUse.Ben, new Members.MemberId(new Guid(9, 0, 0, new byte[8])) };
        var (setUp, cleanUp) = (random.Next(0, 4) * 5, random.Next(0, 5) * 5);
        var booked = new List<TakenTime>();
        for (var step = 0; step < 120; step++)
        {
            if (booked.Count > 0 && random.Next(3) == 0)
            {
                Cancel(booked, booked[random.Next(booked.Count)], setUp, cleanUp);
            }
            else
            {
                Book(booked, people[random.Next(people.Length)], (random.Next(100) * 5) + 60, (random.Next(12) + 1) * 5, setUp, cleanUp);
            }

            var minutes = booked.SelectMany(one => MinutesOf(one.Kept)).ToList();
            Assert.That(minutes, Is.Unique, $"seed {seed}, step {step}: nobody keeps what another keeps");
            Assert.That(booked.All(one => one.Kept.Start <= one.Slot.Start && one.Kept.End >= one.Slot.End), Is.True);
        }
    }

    private static void Book(List<TakenTime> booked, Members.MemberId member, int start, int length, int setUp, int cleanUp)
    {
        var slot = Between(start, start + length);
        var (before, after) = (booked.Find(one => one.Member == member && one.Slot.End == slot.Start), booked.Find(one => one.Member == member && one.Slot.Start == slot.End));

        // What touches gives up what it keeps there, and nothing is needed there.
        var needed = MinutesOf(Between(start - (before.Reservation == default ? setUp : 0), start + length + (after.Reservation == default ? cleanUp : 0)));
        var kept = booked.SelectMany(one => MinutesOf(new TimeSlot(one == after ? one.Slot.Start : one.Kept.Start, one == before ? one.Slot.End : one.Kept.End))).ToHashSet();
        var fits = !needed.Any(kept.Contains);

        var plan = KeptTime.Plan(slot, Duration.FromMinutes(setUp), Duration.FromMinutes(cleanUp), member, booked);

        Assert.That(plan.Clashes.Count == 0, Is.EqualTo(fits));
        if (fits)
        {
            Assert.That(MinutesOf(plan.Kept), Is.EqualTo(needed));
            foreach (var (neighbour, left) in plan.Neighbours)
            {
                Keep(booked, neighbour, left);
            }

            booked.Add(new TakenTime(new ReservationId(Guid.NewGuid()), member, slot, plan.Kept));
        }
    }

    private static void Cancel(List<TakenTime> booked, TakenTime gone, int setUp, int cleanUp)
    {
        booked.Remove(gone);
        var before = booked.Find(one => one.Member == gone.Member && one.Slot.End == gone.Slot.Start);
        var after = booked.Find(one => one.Member == gone.Member && one.Slot.Start == gone.Slot.End);
        var (hasBefore, hasAfter) = (before.Reservation != default, after.Reservation != default);
        var expected = booked.ToDictionary(one => one.Reservation, one => one.Kept);
        if (hasBefore)
        {
            expected[before.Reservation] = new TimeSlot(before.Kept.Start, before.Slot.End + Duration.FromMinutes(Free(booked, MinuteOf(before.Slot.End), 1, cleanUp)));
            Keep(booked, before.Reservation, expected[before.Reservation]);
        }

        if (hasAfter)
        {
            expected[after.Reservation] = new TimeSlot(after.Slot.Start - Duration.FromMinutes(Free(booked, MinuteOf(after.Slot.Start) - 1, -1, setUp)), after.Kept.End);
        }

        if (hasBefore)
        {
            Keep(booked, before.Reservation, before.Kept);
        }

        var reservation = DeskInUse.ReservationOf(gone.Member, gone.Slot) with { Kept = gone.Kept };
        foreach (var (neighbour, kept) in KeptTime.Restore(
            reservation, hasBefore ? (before, Duration.FromMinutes(cleanUp)) : null, hasAfter ? (after, Duration.FromMinutes(setUp)) : null,
            [.. booked.Where(one => one.Reservation != before.Reservation && one.Reservation != after.Reservation)]))
        {
            Keep(booked, neighbour, kept);
        }

        Assert.That(booked.ToDictionary(one => one.Reservation, one => one.Kept), Is.EquivalentTo(expected));
    }

    /// <summary>How many minutes in a row nobody keeps.</summary>
    private static int Free(List<TakenTime> booked, int from, int step, int most)
    {
        var kept = booked.SelectMany(one => MinutesOf(one.Kept)).ToHashSet();
        return Enumerable.Range(0, most).TakeWhile(minute => !kept.Contains(from + (minute * step))).Count();
    }

    private static void Keep(List<TakenTime> booked, ReservationId id, TimeSlot kept)
    {
        var at = booked.FindIndex(one => one.Reservation == id);
        booked[at] = booked[at] with { Kept = kept };
    }

    private static TimeSlot Between(int from, int until) => new(Monday.At(0) + Duration.FromMinutes(from), Monday.At(0) + Duration.FromMinutes(until));

    private static int MinuteOf(Instant instant) => (int)(instant - Monday.At(0)).TotalMinutes;

    private static List<int> MinutesOf(TimeSlot slot) => [.. Enumerable.Range(MinuteOf(slot.Start), (int)slot.Length.TotalMinutes)];

    private static TakenTime Taken(Members.MemberId member, TimeSlot slot) => new(new ReservationId(Guid.NewGuid()), member, slot, slot);
}
