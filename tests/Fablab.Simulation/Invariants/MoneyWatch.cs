using Fablab.Contracts;
using Fablab.Domain.Billing;
using Fablab.Domain.UsageSessions;
using Fablab.Simulation.Server;

namespace Fablab.Simulation.Invariants;

/// <summary>
/// I10 every committed second is charged once, I12 only closed sessions are charged, I13 invoice numbers without gaps, I14 the
/// ledger sums to zero, I21 totals are what the journal says. It keeps its own sums, by record key.
/// </summary>
internal sealed class MoneyWatch
{
    private readonly HashSet<(Guid, long, long)> seen = [];
    private readonly Dictionary<Guid, SessionSums> sums = [];
    private readonly Dictionary<Guid, ChargeId> chargeOf = [];

    public void Committed(DatabaseState before, ServerTransaction transaction, RunFigures figures, Instant now)
    {
        foreach (var key in transaction.WrittenRecords)
        {
            if (seen.Add(key))
            {
                figures.Records++;
                Count(transaction.State.Journal[key].Content);
            }
        }

        foreach (var id in transaction.WrittenSessions)
        {
            CheckSession(transaction.State.Sessions[id], figures);
            CheckTimes(transaction.State.Sessions[id], now);
        }

        foreach (var id in transaction.WrittenCharges)
        {
            figures.Charges++;
            CheckCharge(transaction.State.Charges[id], transaction.State);
        }

        if (before.Invoices != transaction.State.Invoices)
        {
            CheckBooks(transaction.State);
        }
    }

    public SessionSums? SumsOf(Guid session) => sums.GetValueOrDefault(session);

    private void Count(JournalContent content)
    {
        if (content.Meter is { } meter)
        {
            var sum = sums.GetValueOrDefault(meter.Session) ?? new SessionSums();
            sums[meter.Session] = sum with
            {
                Milliseconds = sum.Milliseconds + meter.DeltaMilliseconds,
                Active = sum.Active + (meter.State is MeterState.Active ? meter.DeltaMilliseconds : 0),
                Recovered = sum.Recovered + (meter.Source is MeterSource.Recovered ? meter.DeltaMilliseconds : 0),
                LastTotal = meter.TotalMilliseconds,
                AddsUp = sum.AddsUp && meter.TotalMilliseconds == sum.LastTotal + meter.DeltaMilliseconds,
            };
        }
    }

    private void CheckSession(UsageSession session, RunFigures figures)
    {
        var sum = sums.GetValueOrDefault(session.Id.Value) ?? new SessionSums();
        if (session.State is UsageSessionState.Void && sum.Milliseconds > 0)
        {
            throw new InvariantBrokenException("I10", $"session {session.Id} is void and {sum.Milliseconds} ms of it are metered");
        }

        if (session.State is not UsageSessionState.Closed)
        {
            return;
        }

        figures.ClosedSessions++;
        figures.ReviewedSessions += session.ReviewReason is null ? 0 : 1;
        if ((long)session.Total.TotalMilliseconds != sum.Milliseconds
            || (long)session.Active.TotalMilliseconds != sum.Active
            || (long)session.Recovered.TotalMilliseconds != sum.Recovered)
        {
            throw new InvariantBrokenException(
                "I21", $"session {session.Id} has {session.Total.TotalMilliseconds}/{session.Active.TotalMilliseconds}/{session.Recovered.TotalMilliseconds} ms, its journal {sum}");
        }

        if (session.ReviewReason is { } reason)
        {
            // Nobody tampered with a journal here, so a person must never be asked to look at one.
            throw new InvariantBrokenException("I21", $"session {session.Id} needs a review: {reason}, journal {sum}");
        }
    }

    /// <summary>A bridge whose clock is a day off must not move a session into another day, or month.</summary>
    private static void CheckTimes(UsageSession session, Instant now)
    {
        if (session.EndedAt < session.StartedAt)
        {
            throw new InvariantBrokenException("I21", $"session {session.Id} ended at {session.EndedAt}, before it began at {session.StartedAt}");
        }

        foreach (var time in new[] { session.StartedAt, session.EndedAt, session.LastActiveAt })
        {
            if (time is { } at && (at > now || at < session.AuthorisedAt))
            {
                throw new InvariantBrokenException("I21", $"session {session.Id} of {session.AuthorisedAt} has the time {at}, and it is {now}");
            }
        }
    }

    private void CheckCharge(Charge charge, DatabaseState state)
    {
        if (!chargeOf.TryAdd(charge.Session.Value, charge.Id))
        {
            throw new InvariantBrokenException("I10", $"session {charge.Session} is charged twice");
        }

        if (state.Sessions[charge.Session.Value].State is not UsageSessionState.Closed)
        {
            throw new InvariantBrokenException("I12", $"session {charge.Session} is charged before it is closed");
        }

        var charged = charge.Lines.Where(line => line.Component is PriceComponent.Time).Sum(Seconds);
        var metered = (sums.GetValueOrDefault(charge.Session.Value)?.Milliseconds ?? 0) / 1000;
        if (charged != metered)
        {
            throw new InvariantBrokenException("I10", $"session {charge.Session} is charged {charged} s, metered {metered} s");
        }
    }

    private static long Seconds(RatedLine line) => line.UnitCode switch
    {
        "HUR" => line.QuantityE4 * 3600 / 10_000,
        "MIN" => line.QuantityE4 * 60 / 10_000,
        _ => line.QuantityE4 / 10_000,
    };

    private static void CheckBooks(DatabaseState state)
    {
        if (state.Ledger.Sum(entry => entry.Amount.Minor) is not 0 and var rest)
        {
            throw new InvariantBrokenException("I14", $"the ledger is off by {rest}");
        }

        for (var i = 0; i < state.Invoices.Count; i++)
        {
            if (state.Invoices[i].Number != i + 1)
            {
                throw new InvariantBrokenException("I13", $"invoice {i + 1} has number {state.Invoices[i].Number}");
            }
        }

        var twice = state.Invoices.SelectMany(invoice => invoice.Charges).GroupBy(id => id).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvariantBrokenException("I10", $"charge {twice.Key} is on two invoices");
        }
    }
}

/// <summary>What the unique records of a session add up to.</summary>
internal sealed record SessionSums
{
    public long Milliseconds { get; init; }

    public long Active { get; init; }

    public long Recovered { get; init; }

    public long LastTotal { get; init; }

    public bool AddsUp { get; init; } = true;
}
