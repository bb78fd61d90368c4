namespace Fablab.Domain.Reservations.Series;

/// <summary>One time of a series: its wall-clock start, and the slot that this is, unless it cannot be.</summary>
/// <param name="Number">1, 2, 3… in order of time; one that cannot be is counted too.</param>
/// <param name="LocalStart">By the site's clock.</param>
/// <param name="Slot"><see langword="null"/> when <paramref name="Obstacle"/> says that there is no such time.</param>
public sealed record Occurrence(int Number, LocalDateTime LocalStart, TimeSlot? Slot, OccurrenceObstacle Obstacle = OccurrenceObstacle.None)
{
    public bool CanBe => Obstacle is OccurrenceObstacle.None;
}

/// <summary>Why an occurrence cannot be, before any rule or other booking is asked.</summary>
public enum OccurrenceObstacle
{
    None,

    /// <summary>The clock jumps over this time: 02:30 on the night when summer time begins.</summary>
    SkippedByTheClock,

    /// <summary>The one before is not over by then: 24 hours a day do not fit into the day of 23.</summary>
    OverlapsTheOneBefore,
}
