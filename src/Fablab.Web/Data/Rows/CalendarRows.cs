using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>An address under which a calendar program reads, without signing in. Only the SHA-256 of its secret is kept.</summary>
public sealed class FeedRow
{
    public const int LongestName = 60;

    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required string Name { get; init; }

    /// <summary>Whose busy times it shows, without names; <see langword="null"/> for what its member booked and attends.</summary>
    public MachineId? Machine { get; init; }

    public required string Hash { get; init; }

    public required Instant CreatedAt { get; init; }

    /// <summary>To the hour.</summary>
    public Instant? LastUsedAt { get; set; }

    public Instant? RevokedAt { get; set; }
}

/// <summary>That a reservation was booked, changed or given up, written with it; whoever keeps calendars up to date takes it away.</summary>
public sealed class ReservationChangeRow
{
    public required Guid Id { get; init; }

    public required ReservationId Reservation { get; init; }
}

/// <summary>What calendars were last told of a reservation.</summary>
public sealed class CalendarEntryRow
{
    public required ReservationId Reservation { get; init; }

    /// <summary>Whose calendar it is in.</summary>
    public required MemberId Member { get; set; }

    public required MachineId Machine { get; set; }

    public required Instant Start { get; set; }

    public required Instant End { get; set; }

    public bool IsCancelled { get; set; }

    /// <summary>SEQUENCE of RFC 5545: higher with each change that matters to who comes.</summary>
    public int Sequence { get; set; }

    public required Instant ChangedAt { get; set; }
}
