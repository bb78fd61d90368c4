namespace Fablab.Testing.Histories;

/// <summary>What was found out about a history.</summary>
/// <param name="IsExplained"><see langword="null"/> when the search reached its bound.</param>
/// <param name="StatesSearched">How many (calls done, calendar) pairs were looked at.</param>
public sealed record HistoryVerdict(bool? IsExplained, int StatesSearched);

/// <summary>
/// Whether the answers that many clients got at once are those of some one-at-a-time order that respects what came before what
/// (linearizability; Wing and Gong's search with the states of Lowe's memo). A call without an answer may take effect at any
/// moment after it was asked, or never.
/// </summary>
public sealed class HistoryChecker
{
    /// <summary>Beyond this many states a history is given up as undecided.</summary>
    public const int MostStates = 2_000_000;

    private readonly Call[] calls;
    private readonly IReadOnlySet<(int Start, int Length)> final;
    private readonly HashSet<string> seen = [];
    private int states;

    private HistoryChecker(IEnumerable<Call> history, IEnumerable<(int Start, int Length)> final)
    {
        calls = [.. history.OrderBy(call => call.AskedAt)];
        this.final = final.ToHashSet();
    }

    /// <param name="history">All calls of one arena that began empty.</param>
    /// <param name="final">What is booked in the end, when no call is under way any more.</param>
    public static HistoryVerdict Check(IEnumerable<Call> history, IEnumerable<(int Start, int Length)> final)
    {
        var checker = new HistoryChecker(history, final);
        try
        {
            return new HistoryVerdict(checker.CanGoOn(new bool[checker.calls.Length], []), checker.states);
        }
        catch (BoundReachedException)
        {
            return new HistoryVerdict(null, checker.states);
        }
    }

    private bool CanGoOn(bool[] done, Dictionary<int, (int Start, int Length)> calendar)
    {
        if (!seen.Add(Key(done, calendar)))
        {
            return false;
        }

        if (++states > MostStates)
        {
            throw new BoundReachedException();
        }

        if (IsEnd(done) && final.SetEquals(calendar.Values))
        {
            return true;
        }

        // Whoever was answered before another asked also came before it.
        var firstAnswer = calls.Where((call, i) => !done[i] && call.Outcome is not CallOutcome.Unknown).Select(call => call.AnsweredAt).DefaultIfEmpty(long.MaxValue).Min();
        for (var i = 0; i < calls.Length && calls[i].AskedAt <= firstAnswer; i++)
        {
            if (done[i] || After(calls[i], calendar) is not { } next)
            {
                continue;
            }

            done[i] = true;
            if (CanGoOn(done, next))
            {
                return true;
            }

            done[i] = false;
        }

        return false;
    }

    private bool IsEnd(bool[] done) => !calls.Where((call, i) => !done[i] && call.Outcome is not CallOutcome.Unknown).Any();

    /// <returns>The calendar after the call, or <see langword="null"/> when its answer does not fit here.</returns>
    private static Dictionary<int, (int Start, int Length)>? After(Call call, Dictionary<int, (int Start, int Length)> calendar)
    {
        var isPossible = call.Kind switch
        {
            CallKind.Book => IsFree(calendar, call, except: null),
            CallKind.Move => calendar.ContainsKey(call.Of!.Value) && IsFree(calendar, call, call.Of),
            _ => calendar.ContainsKey(call.Of!.Value),
        };
        if (!isPossible)
        {
            // Without an answer, not happening is the same as never being done.
            return call.Outcome is CallOutcome.Refused ? calendar : null;
        }

        if (call.Outcome is CallOutcome.Refused)
        {
            return null;
        }

        var next = new Dictionary<int, (int Start, int Length)>(calendar);
        if (call.Kind is CallKind.Cancel)
        {
            next.Remove(call.Of!.Value);
        }
        else
        {
            next[call.Of ?? call.Number] = (call.Start, call.Length);
        }

        return next;
    }

    private static bool IsFree(Dictionary<int, (int Start, int Length)> calendar, Call call, int? except) =>
        calendar.All(taken => taken.Key == except || taken.Value.Start + taken.Value.Length <= call.Start || call.Start + call.Length <= taken.Value.Start);

    private static string Key(bool[] done, Dictionary<int, (int Start, int Length)> calendar) =>
        string.Concat(done.Select(one => one ? '1' : '0')) + string.Join(';', calendar.OrderBy(taken => taken.Key).Select(taken => $"{taken.Key}:{taken.Value.Start}:{taken.Value.Length}"));

    private sealed class BoundReachedException : Exception;
}
