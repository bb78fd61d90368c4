using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Pools;

/// <summary>Joins the bookings that must share a unit.</summary>
internal static class SeatingBlocks
{
    /// <returns>Every block, with the units of the pinned bookings that it must stay with: none for most.</returns>
    public static IEnumerable<(SeatingBlock Block, IReadOnlyList<MachineId> TiedTo)> From(IReadOnlyList<FlexibleBooking> flexible, IReadOnlyList<PinnedTime> pinned)
    {
        if (flexible.All(booking => booking.StaysWith is null))
        {
            return flexible.Select(booking => (new SeatingBlock([booking]), (IReadOnlyList<MachineId>)[]));
        }

        var numbers = flexible.Select((booking, number) => (booking.Id, number)).ToDictionary(pair => pair.Id, pair => pair.number);
        var begun = pinned.Where(pin => pin.By is not null).ToLookup(pin => pin.By!.Value);
        var leader = Enumerable.Range(0, flexible.Count).ToArray();
        var ties = flexible.Select(_ => new List<MachineId>()).ToArray();
        for (var i = 0; i < flexible.Count; i++)
        {
            if (flexible[i].StaysWith is not { } with)
            {
                continue;
            }

            if (numbers.TryGetValue(with, out var other) && DoTouch(flexible[i].Kept, flexible[other].Kept))
            {
                leader[LeaderOf(leader, i)] = LeaderOf(leader, other);
            }

            ties[i].AddRange(begun[with].Where(pin => DoTouch(flexible[i].Kept, pin.Kept)).Select(pin => pin.Unit));
        }

        return Enumerable.Range(0, flexible.Count)
            .GroupBy(i => LeaderOf(leader, i))
            .Select(members => (new SeatingBlock([.. members.Select(i => flexible[i])]), (IReadOnlyList<MachineId>)[.. members.SelectMany(i => ties[i]).Distinct()]));
    }

    private static bool DoTouch(TimeSlot one, TimeSlot other) => one.End == other.Start || other.End == one.Start;

    private static int LeaderOf(int[] leader, int i)
    {
        while (leader[i] != i)
        {
            i = leader[i] = leader[leader[i]];
        }

        return i;
    }
}
