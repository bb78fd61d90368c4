using CsCheck;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Pools;

namespace Fablab.Domain.Tests.Reservations.Pools;

/// <summary>A pool on the Monday of these tests, and the question put to an oracle that tries everything.</summary>
internal sealed record PoolInUse(IReadOnlyList<MachineId> Units, IReadOnlyList<PinnedTime> Pinned, IReadOnlyList<FlexibleBooking> Flexible)
{
    public Seating Seat(int mostSteps = PoolSeating.MostSteps) => PoolSeating.Seat(Units, Pinned, Flexible, mostSteps);

    /// <returns>The fewest moves of any seating, or <see langword="null"/> when there is none.</returns>
    public int? FewestMoves()
    {
        int? best = null;
        Try([]);
        return best;

        void Try(List<MachineId> seats)
        {
            if (seats.Count == Flexible.Count)
            {
                var moves = Flexible.Zip(seats).Count(pair => pair.First.Present is { } present && present != pair.Second);
                best = Math.Min(best ?? moves, moves);
                return;
            }

            foreach (var unit in Units)
            {
                seats.Add(unit);
                if (Violations(seats, from: seats.Count - 1).Count == 0)
                {
                    Try(seats);
                }

                seats.RemoveAt(seats.Count - 1);
            }
        }
    }

    /// <returns>What is wrong with these seats of the first bookings: two at once on a unit, or a pair torn apart.</returns>
    public List<string> Violations(IReadOnlyList<MachineId> seats, int from = 0)
    {
        var wrong = new List<string>();
        for (var i = from; i < seats.Count; i++)
        {
            var one = Flexible[i];
            wrong.AddRange(Pinned.Where(pin => pin.Unit == seats[i] && pin.Kept.Overlaps(one.Kept)).Select(pin => $"{one.Kept} on pinned {pin.Kept}"));
            wrong.AddRange(Pinned.Where(pin => pin.By is not null && pin.By == one.StaysWith && DoTouch(pin.Kept, one.Kept) && pin.Unit != seats[i]).Select(pin => $"{one.Kept} not with {pin.Kept}"));
            for (var j = 0; j < seats.Count; j++)
            {
                var other = Flexible[j];
                if (i != j && seats[i] == seats[j] && one.Kept.Overlaps(other.Kept))
                {
                    wrong.Add($"{one.Kept} and {other.Kept} at once");
                }

                if ((one.StaysWith == other.Id || other.StaysWith == one.Id) && DoTouch(one.Kept, other.Kept) && seats[i] != seats[j])
                {
                    wrong.Add($"{one.Kept} torn from {other.Kept}");
                }
            }
        }

        return wrong;
    }

    public static MachineId Unit(int number) => new(new Guid(number, 1, 0, new byte[8]));

    public static ReservationId Booking(int number) => new(new Guid(number, 2, 0, new byte[8]));

    public static TimeSlot Hours(int start, int length) => new(Monday.At(0) + Duration.FromHours(start), Monday.At(0) + Duration.FromHours(start + length));

    /// <summary>Small pools in every trouble: broken units, begun bookings, pairs that stay together, seats that clash.</summary>
    public static Gen<PoolInUse> Any(int mostUnits, int mostPins, int mostBookings)
    {
        var pin = Gen.Select(Gen.Int[0, mostUnits - 1], Gen.Int[0, 11], Gen.Int[1, 4], (unit, start, length) => (unit, start, length));
        var booking = Gen.Select(Gen.Int[0, 11], Gen.Int[1, 5], Gen.Int[-1, mostUnits - 1], Gen.Int[-8, 8], (start, length, present, with) => (start, length, present, with));
        return Gen.Select(Gen.Int[1, mostUnits], pin.Array[0, mostPins], booking.Array[1, mostBookings], (units, pins, bookings) => new PoolInUse(
            [.. Enumerable.Range(0, units).Select(Unit)],
            [.. pins.Where(p => p.unit < units).Select((p, i) => new PinnedTime(Unit(p.unit), Hours(p.start, p.length), Booking(100 + i)))],
            [.. bookings.Select((b, i) => new FlexibleBooking(Booking(i), Hours(b.start, b.length), b.present < 0 ? null : Unit(b.present), With(b.with, i)))]));
    }

    private static ReservationId? With(int with, int self) => with switch
    {
        < 0 and >= -3 => Booking(99 - with),
        >= 0 when with != self => Booking(with),
        _ => null,
    };

    private static bool DoTouch(TimeSlot one, TimeSlot other) => one.End == other.Start || other.End == one.Start;
}
