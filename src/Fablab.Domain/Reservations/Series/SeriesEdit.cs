namespace Fablab.Domain.Reservations.Series;

/// <summary>What a change makes of the reservations of a series. Each of them is in exactly one of the three lists.</summary>
public sealed record SeriesEdit
{
    /// <summary>Untouched: out of reach, settled, moved alone, or already when it shall be.</summary>
    public required IReadOnlyList<ReservationId> Staying { get; init; }

    public required IReadOnlyList<MovedOccurrence> Moved { get; init; }

    public IReadOnlyList<ReservationId> Cancelled { get; init; } = [];

    /// <summary>
    /// This one and the following became a series of their own, because earlier ones go on as they were.
    /// All that is not earlier belongs to the new series.
    /// </summary>
    public bool Splits { get; init; }
}

/// <summary>A reservation that keeps its id and gets another time, which may be one that cannot be.</summary>
public sealed record MovedOccurrence(ReservationId Id, Occurrence To);
