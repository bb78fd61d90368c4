using System.Diagnostics.CodeAnalysis;
using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Pools;

/// <summary>A pool's bookings as blocks in order of their start, its units as numbers.</summary>
internal sealed class SeatingProblem
{
    private readonly IReadOnlyList<MachineId> units;
    private readonly List<(SeatingBlock Block, MachineId Unit)> tied = [];

    private SeatingProblem(IReadOnlyList<MachineId> units) => this.units = units;

    public SeatingBlock[] Blocks { get; private init; } = [];

    public PinnedLine[] Lines { get; private init; } = [];

    /// <returns><see langword="false"/> when bookings that must share a unit clash with each other or with pinned time.</returns>
    public static bool TryBuild(
        IReadOnlyList<MachineId> units, IReadOnlyList<PinnedTime> pinned, IReadOnlyList<FlexibleBooking> flexible, [NotNullWhen(true)] out SeatingProblem? problem)
    {
        problem = null;
        var times = units.ToDictionary(unit => unit, _ => new List<TimeSlot>());
        foreach (var pin in pinned)
        {
            times.GetValueOrDefault(pin.Unit)?.Add(pin.Kept);
        }

        var free = new List<SeatingBlock>();
        var tied = new List<(SeatingBlock, MachineId)>();
        foreach (var (block, tiedTo) in SeatingBlocks.From(flexible, pinned))
        {
            if (block.OverlapsItself)
            {
                return false;
            }

            if (tiedTo.Count == 0)
            {
                free.Add(block);
                continue;
            }

            // A unit that left the pool keeps what is tied to it; that takes no seat from others.
            var others = times.GetValueOrDefault(tiedTo[0]) ?? [];
            if (tiedTo.Count > 1 || others.Any(time => time.Start < block.End && block.Start < time.End))
            {
                return false;
            }

            others.Add(new TimeSlot(block.Start, block.End));
            tied.Add((block, tiedTo[0]));
        }

        problem = new SeatingProblem(units)
        {
            Lines = [.. units.Select(unit => new PinnedLine(times[unit]))],
            Blocks = [.. free.OrderBy(block => block.Start).ThenBy(block => block.End)],
        };
        problem.tied.AddRange(tied);
        problem.Place();
        return true;
    }

    /// <returns>The first instant at which more units are needed than there are.</returns>
    public Instant? FindTooMany()
    {
        var pins = Lines.SelectMany(line => line.Pins).ToList();
        Instant[] starts = [.. Blocks.Select(block => block.Start), .. pins.Select(pin => pin.Start)];
        Instant[] ends = [.. Blocks.Select(block => block.End), .. pins.Select(pin => pin.End)];
        Array.Sort(starts);
        Array.Sort(ends);
        for (var (started, ended) = (0, 0); started < starts.Length;)
        {
            // What touches shares a unit: an end comes before a start at the same instant.
            if (ends[ended] <= starts[started])
            {
                ended++;
            }
            else if (++started - ended > units.Count)
            {
                return starts[started - 1];
            }
        }

        return null;
    }

    public Seating Told(IReadOnlyList<int> seats, bool areFewest)
    {
        var told = new Dictionary<ReservationId, MachineId>();
        var moves = 0;
        foreach (var (block, unit) in Blocks.Select((block, i) => (block, units[seats[i]])).Concat(tied))
        {
            foreach (var booking in block.Bookings)
            {
                told.Add(booking.Id, unit);
                moves += booking.Present is { } present && present != unit ? 1 : 0;
            }
        }

        return new Seating.Fits(told, moves, areFewest);
    }

    private void Place()
    {
        var numbers = units.Select((unit, number) => (unit, number)).ToDictionary(pair => pair.unit, pair => pair.number);
        var all = Enumerable.Range(0, units.Count).ToArray();
        foreach (var block in Blocks)
        {
            var fitting = Array.FindAll(all, unit => Lines[unit].IsFree(block.Start, block.End));
            block.Units = fitting.Length == all.Length ? all : fitting;
            if (block.Weight > 0)
            {
                var present = block.Bookings.First(booking => booking.Present is not null).Present!.Value;
                block.Present = numbers.GetValueOrDefault(present, SeatingBlock.None);
                block.IsSpread = block.Bookings.Any(booking => booking.Present is { } other && other != present);
            }
        }
    }
}
