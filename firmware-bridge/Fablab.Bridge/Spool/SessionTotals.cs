using Fablab.Contracts;

namespace Fablab.Bridge.Spool;

/// <summary>Follows the totals of sessions through a journal: each is the one before plus the slice, and a closed session stays closed.</summary>
internal sealed class SessionTotals
{
    private readonly Dictionary<Guid, (long Total, long Active)> _totals = [];
    private readonly HashSet<Guid> _closed = [];

    /// <returns>What is wrong with the record, or <see langword="null"/>.</returns>
    public string? Add(JournalContent content) => content switch
    {
        { Meter: { } meter } => Add(meter),
        { Session: { Turn: SessionTurn.Closed } closed } => Close(closed),
        { Session: { } turned } when _closed.Contains(turned.Session) => $"session {turned.Session} was closed before",
        _ => null,
    };

    private string? Add(MeterReported meter)
    {
        // The slices before may be forgotten already, so the first one is taken as it is.
        var (total, active) = _totals.GetValueOrDefault(meter.Session, (meter.TotalMilliseconds - meter.DeltaMilliseconds, 0));
        _totals[meter.Session] = (meter.TotalMilliseconds, meter.ActiveMilliseconds);
        if (_closed.Contains(meter.Session))
        {
            return $"session {meter.Session} was closed before";
        }

        return meter.DeltaMilliseconds > 0 && meter.TotalMilliseconds == total + meter.DeltaMilliseconds
            && meter.ActiveMilliseconds >= active && meter.ActiveMilliseconds <= meter.TotalMilliseconds
            ? null
            : $"the total of session {meter.Session} is {meter.TotalMilliseconds} ms after {total} ms and a slice of {meter.DeltaMilliseconds} ms";
    }

    private string? Close(SessionReported closed)
    {
        var total = _totals.TryGetValue(closed.Session, out var metered) ? metered.Total : closed.TotalMilliseconds;
        if (!_closed.Add(closed.Session))
        {
            return $"session {closed.Session} was closed before";
        }

        return closed.TotalMilliseconds == total ? null : $"session {closed.Session} closed with {closed.TotalMilliseconds} ms and was metered {total} ms";
    }
}
