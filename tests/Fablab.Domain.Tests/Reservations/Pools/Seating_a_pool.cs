using CsCheck;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Pools;
using static Fablab.Domain.Tests.Reservations.Pools.PoolInUse;

namespace Fablab.Domain.Tests.Reservations.Pools;

public class Seating_a_pool
{
    private static readonly MachineId[] Two = [Unit(0), Unit(1)];

    [Test]
    public void Leaves_everybody_where_they_sit_when_that_is_well()
    {
        var pool = new PoolInUse(Two, [], [New(1, 9, 2, at: 1), New(2, 9, 2, at: 0), New(3, 11, 2, at: 1)]);

        Assert.That(Seats(pool), Is.EqualTo(("1 0 1", 0, true)));
    }

    [Test]
    public void Moves_one_so_that_a_long_booking_fits()
    {
        // Each unit has a gap, none has the long one, until the second booking changes over.
        var pool = new PoolInUse(Two, [], [New(1, 8, 2, at: 0), New(2, 10, 2, at: 1), New(3, 8, 4)]);

        Assert.That(Seats(pool), Is.EqualTo(("1 1 0", 1, true)));
    }

    [Test]
    public void Lets_two_swap_their_units()
    {
        PinnedTime[] pinned = [new(Unit(0), Hours(8, 1)), new(Unit(1), Hours(14, 1))];
        var pool = new PoolInUse(Two, pinned, [New(1, 9, 5, at: 1), New(2, 9, 4, at: 0), New(3, 13, 1, at: 0), New(4, 14, 1)]);

        Assert.That(Seats(pool), Is.EqualTo(("1 0 0 0", 0, true)));
        Assert.That(Seats(pool with { Flexible = [New(1, 9, 6, at: 1), New(2, 9, 4, at: 0), New(3, 13, 1, at: 0)] }), Is.EqualTo(("0 1 1", 3, true)));
    }

    [Test]
    public void Never_moves_what_began()
    {
        var pool = new PoolInUse(Two, [new PinnedTime(Unit(0), Hours(8, 4), Booking(9))], [New(1, 9, 1, at: 0), New(2, 12, 2, at: 0)]);

        Assert.That(Seats(pool), Is.EqualTo(("1 0", 1, true)));
    }

    [Test]
    public void Clears_a_unit_that_breaks()
    {
        var pool = new PoolInUse(Two, [PinnedTime.From(Unit(1), Monday.At(10))], [New(1, 8, 2, at: 1), New(2, 10, 2, at: 1), New(3, 12, 2, at: 0)]);

        Assert.That(Seats(pool), Is.EqualTo(("1 0 0", 1, true)));
    }

    [Test]
    public void Gives_one_more_the_time_that_nobody_on_a_broken_unit_could_have()
    {
        // Unit 7 broke; its booking finds no seat beside the two that are there, and the afternoon is free.
        FlexibleBooking[] booked = [New(1, 8, 2, at: 0), New(2, 8, 2, at: 1), New(3, 9, 2, at: 7)];

        var afternoon = PoolSeating.SeatOneMore(Two, [], booked, New(4, 14, 2));
        var morning = PoolSeating.SeatOneMore(Two, [], booked, New(4, 9, 2));

        using var all = Assert.EnterMultipleScope();
        Assert.That((afternoon as Seating.Fits)?.Seats.Keys, Is.EquivalentTo([Booking(1), Booking(2), Booking(4)]), "the other one stays where it is");
        Assert.That(morning, Is.TypeOf<Seating.DoesNotFit>());
    }

    [Test]
    public void Gives_nobody_the_seat_that_somebody_on_a_broken_unit_can_have()
    {
        FlexibleBooking[] booked = [New(1, 8, 2, at: 0), New(2, 9, 2, at: 7)];

        Assert.That(PoolSeating.SeatOneMore(Two, [], booked, New(3, 9, 1)), Is.TypeOf<Seating.DoesNotFit>());
    }

    [Test]
    public void Keeps_together_what_one_person_booked_without_a_pause()
    {
        var pool = new PoolInUse(Two, [PinnedTime.From(Unit(0), Monday.At(11))], [New(1, 8, 2, at: 0), New(2, 10, 2, at: 0, with: 1)]);

        Assert.That(Seats(pool), Is.EqualTo(("1 1", 2, true)));
    }

    [Test]
    public void Keeps_on_its_unit_what_follows_a_booking_that_began()
    {
        var pool = new PoolInUse(Two, [new PinnedTime(Unit(1), Hours(8, 2), Booking(9))], [New(1, 10, 2, at: 1, with: 9), New(2, 10, 2, at: 1)]);

        Assert.That(Seats(pool), Is.EqualTo(("1 0", 1, true)));
    }

    [Test]
    public void Says_when_more_is_booked_than_there_are_units()
    {
        var pool = new PoolInUse(Two, [new PinnedTime(Unit(0), Hours(9, 4))], [New(1, 8, 2), New(2, 9, 2)]);

        Assert.That(pool.Seat(), Is.EqualTo(new Seating.DoesNotFit(Monday.At(9))));
    }

    [Test]
    public void Says_when_only_the_tied_time_is_in_the_way()
    {
        // Never more than two at once, but the long one fits on neither unit.
        var pool = new PoolInUse(Two, [new PinnedTime(Unit(0), Hours(8, 1)), new PinnedTime(Unit(1), Hours(11, 1))], [New(1, 8, 4)]);

        Assert.That(pool.Seat(), Is.EqualTo(new Seating.DoesNotFit(null)));
    }

    [Test]
    public void Says_that_it_gave_up_when_the_bound_is_reached()
    {
        // The first two choose the wrong units, and one step is not enough to find that out.
        PinnedTime[] pinned = [new(Unit(0), Hours(12, 1)), new(Unit(1), Hours(13, 1))];
        var pool = new PoolInUse(Two, pinned, [New(1, 8, 2), New(2, 9, 4), New(3, 10, 2), New(4, 8, 1)]);

        using var all = Assert.EnterMultipleScope();
        Assert.That(pool.Seat(), Is.TypeOf<Seating.Fits>());
        Assert.That(pool.Seat(mostSteps: 0), Is.EqualTo(new Seating.GivenUp(0)));
    }

    [Test]
    public void Never_lies_when_its_bound_is_low()
    {
        Any(4, 6, 8).Sample(pool => pool.Seat(mostSteps: 1) switch
        {
            Seating.Fits fits => pool.Violations([.. pool.Flexible.Select(booking => fits.Seats[booking.Id])]).Count == 0,
            Seating.DoesNotFit => pool.FewestMoves() is null,
            _ => true,
        }, iter: 2_000, threads: 1);
    }

    [Test]
    public void Fits_exactly_when_some_seating_exists_and_never_overlaps_and_moves_the_fewest_when_it_says_so()
    {
        var (fit, unfit, fewest) = (0, 0, 0);
        Any(4, 5, 7).Sample(pool =>
        {
            var oracle = pool.FewestMoves();
            if (pool.Seat() is not Seating.Fits fits)
            {
                unfit++;
                Assert.That(oracle, Is.Null);
                Assert.That(pool.Seat(), Is.TypeOf<Seating.DoesNotFit>());
                return;
            }

            fit++;
            fewest += fits.AreFewest ? 1 : 0;
            Assert.That(pool.Violations([.. pool.Flexible.Select(booking => fits.Seats[booking.Id])]), Is.Empty);
            Assert.That(fits.Moves, fits.AreFewest ? Is.EqualTo(oracle) : Is.GreaterThanOrEqualTo(oracle!));
        }, iter: 8_000, threads: 1);

        TestContext.Out.WriteLine($"{fit} fit, {unfit} do not, {fewest} with the fewest moves proven");
        Assert.That(fit, Is.GreaterThan(500));
        Assert.That(unfit, Is.GreaterThan(500));
    }

    [Test]
    public void Always_fits_as_many_as_there_are_units_when_nothing_is_tied()
    {
        Gen.Select(Gen.Int[1, 6], Gen.Select(Gen.Int[0, 60], Gen.Int[1, 12]).Array[1, 80]).Sample((units, bookings) =>
        {
            // Whoever would be one too many is not let in: as many as units remain at every hour.
            var let = new List<FlexibleBooking>();
            foreach (var (start, length) in bookings)
            {
                var wanted = new FlexibleBooking(Booking(let.Count), Hours(start, length));
                if (Enumerable.Range(start, length).All(hour => let.Count(one => one.Kept.Contains(Hours(hour, 1).Start)) < units))
                {
                    let.Add(wanted);
                }
            }

            var pool = new PoolInUse([.. Enumerable.Range(0, units).Select(Unit)], [], let);
            var fits = (Seating.Fits)pool.Seat(mostSteps: 0);
            return pool.Violations([.. let.Select(booking => fits.Seats[booking.Id])]).Count == 0;
        }, iter: 1_000, threads: 1);
    }

    [TestCase(0)]
    [TestCase(40)]
    public void Of_twenty_units_with_two_thousand_bookings_needs_few_steps(int pins)
    {
        // Twenty rows of back-to-back bookings of one to six hours, their rows forgotten; pins are bookings that stay on their row.
        var seed = 20261123;
        int Next(int below) => (seed = (seed * 1_103_515_245 + 12_345) & int.MaxValue) / 65_536 % below;
        var rows = Enumerable.Range(0, 20).SelectMany(unit => Row(unit, Next)).ToList();
        var pinned = rows.Where((_, i) => pins > 0 && i % (rows.Count / pins) == 0).ToList();
        var flexible = rows.Except(pinned).OrderBy(row => row.Kept.Start).Select((row, i) => new FlexibleBooking(Booking(i), row.Kept)).ToList();

        var seating = PoolSeating.Seat([.. Enumerable.Range(0, 20).Select(Unit)], pinned, flexible);

        TestContext.Out.WriteLine($"{flexible.Count} bookings, {pinned.Count} pins: {seating.GetType().Name}");
        Assert.That(flexible, Has.Count.GreaterThan(1_900));
        Assert.That(seating, Is.TypeOf<Seating.Fits>());

        static IEnumerable<PinnedTime> Row(int unit, Func<int, int> next)
        {
            for (var at = next(3); at < 400;)
            {
                var length = 1 + next(5);
                yield return new PinnedTime(Unit(unit), Hours(at, length));
                at += length + next(3);
            }
        }
    }

    private static FlexibleBooking New(int number, int start, int length, int? at = null, int? with = null) =>
        new(Booking(number), Hours(start, length), at is { } unit ? Unit(unit) : null, with is { } other ? Booking(other) : null);

    private static (string Units, int Moves, bool AreFewest) Seats(PoolInUse pool)
    {
        var fits = (Seating.Fits)pool.Seat();
        return (string.Join(' ', pool.Flexible.Select(booking => pool.Units.ToList().IndexOf(fits.Seats[booking.Id]))), fits.Moves, fits.AreFewest);
    }
}
