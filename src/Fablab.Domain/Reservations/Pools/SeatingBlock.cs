namespace Fablab.Domain.Reservations.Pools;

/// <summary>Bookings that touch and must share a unit; mostly just one.</summary>
internal sealed class SeatingBlock(IReadOnlyList<FlexibleBooking> bookings)
{
    public const int None = -1;

    public IReadOnlyList<FlexibleBooking> Bookings => bookings;

    public Instant Start { get; } = bookings.Min(booking => booking.Kept.Start);

    public Instant End { get; } = bookings.Max(booking => booking.Kept.End);

    /// <summary>How many bookings leave their unit when the block leaves the one it sits on.</summary>
    public int Weight { get; } = bookings.Count(booking => booking.Present is not null);

    /// <summary>The numbers of the units without pinned time in the way.</summary>
    public int[] Units { get; set; } = [];

    /// <summary>The number of the unit it sits on, or <see cref="None"/>.</summary>
    public int Present { get; set; } = None;

    /// <summary>Its bookings sit on different units, so that some must move in any case.</summary>
    public bool IsSpread { get; set; }

    /// <summary>A chain of bookings that touch is as long as they are together, unless two of them are at once.</summary>
    public bool OverlapsItself => bookings.Aggregate(Duration.Zero, (sum, booking) => sum + booking.Kept.Length) > End - Start;

    public bool Overlaps(SeatingBlock other) => Start < other.End && other.Start < End;
}
