using System.Diagnostics;

namespace Fablab.Testing.Histories;

/// <summary>Remembers every call of one arena, from whichever client, with the moments when it was asked and answered.</summary>
public sealed class ArenaBook
{
    private readonly List<Call> calls = [];
    private readonly Dictionary<int, Guid> booked = [];
    private readonly Lock gate = new();
    private int numbers;

    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>An accepted booking of the arena, by chance; it may be gone by now. <see langword="null"/> when there was none yet.</summary>
    public (int Number, Guid Reservation)? Any(Random random)
    {
        lock (gate)
        {
            if (booked.Count == 0)
            {
                return null;
            }

            var one = booked.ElementAt(random.Next(booked.Count));
            return (one.Key, one.Value);
        }
    }

    /// <param name="ask">Asks, and answers what became of it and, of an accepted booking, its id.</param>
    public async Task RecordAsync(CallKind kind, int start, int length, int? of, Func<Task<(CallOutcome Outcome, Guid? Reservation)>> ask)
    {
        var number = Interlocked.Increment(ref numbers) - 1;
        var asked = Stopwatch.GetTimestamp();
        var (outcome, reservation) = await ask();
        var answered = outcome is CallOutcome.Unknown ? long.MaxValue : Stopwatch.GetTimestamp();
        lock (gate)
        {
            calls.Add(new Call { Number = number, Kind = kind, Start = start, Length = length, Of = of, AskedAt = asked, AnsweredAt = answered, Outcome = outcome });
            if (reservation is { } id && kind is CallKind.Book && outcome is CallOutcome.Accepted)
            {
                booked[number] = id;
            }
        }
    }
}
