using CsCheck;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Pools;

namespace Fablab.Domain.Tests.Reservations.Finding;

public class The_room_of_a_pool
{
    private static readonly MachineId One = new(new Guid("00000000-0000-7000-8000-000000000001"));
    private static readonly MachineId Two = new(new Guid("00000000-0000-7000-8000-000000000002"));

    [Test]
    public void Is_there_as_long_as_a_unit_is_free()
    {
        var room = new PoolRoom([One, Two], [new PinnedTime(One, Monday.Slot((9, 0), (11, 0))), new PinnedTime(Two, Monday.Slot((10, 0), (12, 0)))], []);

        using var all = Assert.EnterMultipleScope();
        Assert.That(room.Full(), Is.EqualTo([Monday.Slot((10, 0), (11, 0))]));
        Assert.That(room.Has(Monday.Slot((11, 0), (13, 0))), Is.True);
        Assert.That(room.Has(Monday.Slot((9, 30), (10, 30))), Is.False);
    }

    [Test]
    public void Is_made_by_seating_the_others_anew()
    {
        var early = new FlexibleBooking(new ReservationId(Guid.NewGuid()), Monday.Slot((9, 0), (10, 0)), One);
        var late = new FlexibleBooking(new ReservationId(Guid.NewGuid()), Monday.Slot((11, 0), (12, 0)), Two);

        using var all = Assert.EnterMultipleScope();
        Assert.That(new PoolRoom([One, Two], [], [early, late]).Has(Monday.Slot((9, 0), (12, 0))), Is.True);
        Assert.That(
            new PoolRoom([One, Two], [new PinnedTime(One, early.Kept), new PinnedTime(Two, late.Kept)], []).Has(Monday.Slot((9, 0), (12, 0))), Is.False, "tied to its unit");
    }

    [Test]
    public void Is_taken_once_by_what_lies_over_each_other_on_one_unit()
    {
        var outage = new PinnedTime(One, Monday.Slot((8, 0), (18, 0)));
        var bookedBefore = new PinnedTime(One, Monday.Slot((10, 0), (12, 0)));

        Assert.That(new PoolRoom([One, Two], [outage, bookedBefore], []).Full(), Is.Empty, "the other unit is free");
    }

    /// <summary>Each date of a series is booked by a search of its own, so each is looked at by one.</summary>
    [Test]
    public void Is_found_for_each_date_of_a_long_series_by_seating_the_others_anew()
    {
        var dates = Enumerable.Range(0, 3 * PoolRoom.MostSeatings).ToList();
        var early = dates.Select(date => new FlexibleBooking(new ReservationId(Guid.NewGuid()), On(date, (9, 0), (10, 0)), One));
        var late = dates.Select(date => new FlexibleBooking(new ReservationId(Guid.NewGuid()), On(date, (11, 0), (12, 0)), Two));
        var room = new PoolRoom([One, Two], [], [.. early, .. late]);

        var left = dates.Aggregate((PoolRoom?)room, (before, date) => before?.With(new ReservationId(Guid.NewGuid()), On(date, (9, 0), (12, 0))));

        Assert.That(left, Is.Not.Null);

        static TimeSlot On(int date, (int, int) from, (int, int) until)
        {
            var slot = Monday.Slot(from, until);
            return new TimeSlot(slot.Start + Duration.FromDays(date), slot.End + Duration.FromDays(date));
        }
    }

    [Test]
    public void Is_none_without_units()
    {
        Assert.That(PoolLoad.Full(0, []).Single().Overlaps(Monday.Slot((9, 0), (10, 0))), Is.True);
    }

    [Test]
    public void Is_full_exactly_in_the_minutes_that_a_count_finds()
    {
        Gen.Select(Gen.Select(Gen.Int[0, 200], Gen.Int[1, 90]).Array[0, 12], Gen.Int[1, 4]).Sample((bookings, units) =>
        {
            var kept = bookings.Select(one => new TimeSlot(Minute(one.Item1), Minute(one.Item1 + one.Item2))).ToList();

            var full = PoolLoad.Full(units, kept);

            return Enumerable.Range(0, 300).All(minute =>
                full.Any(slot => slot.Contains(Minute(minute))) == (kept.Count(slot => slot.Contains(Minute(minute))) >= units))
                && full.Zip(full.Skip(1)).All(pair => pair.First.End < pair.Second.Start);
        });
    }

    [TestCase(48.1173, -1.6778, 48.8566, 2.3522, 308)]
    [TestCase(0, 179.5, 0, -179.5, 111)]
    public void Lies_so_many_kilometres_away(double fromNorth, double fromEast, double toNorth, double toEast, double kilometres)
    {
        Assert.That(new GeoPoint(fromNorth, fromEast).KilometresTo(new GeoPoint(toNorth, toEast)), Is.EqualTo(kilometres).Within(1));
    }

    private static Instant Minute(int minute) => Monday.At(8) + Duration.FromMinutes(minute);
}
