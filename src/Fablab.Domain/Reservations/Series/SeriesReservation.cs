namespace Fablab.Domain.Reservations.Series;

/// <summary>A reservation as its series sees it.</summary>
public sealed record SeriesReservation
{
    public required ReservationId Id { get; init; }

    /// <summary>The start that the series gave it, by the site's clock; also after it was moved alone.</summary>
    public required LocalDateTime PlannedStart { get; init; }

    /// <summary>When it is now.</summary>
    public required TimeSlot Slot { get; init; }

    /// <summary>Begun, over or cancelled: no change of the series touches it, and its planned time is not booked once more.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Somebody gave this one its own time. A change of the others leaves it there.</summary>
    public bool IsMovedAlone { get; init; }
}

/// <summary>How far a change of one reservation of a series reaches.</summary>
public enum SeriesReach
{
    One,
    ThisAndFollowing,
    All,
}
