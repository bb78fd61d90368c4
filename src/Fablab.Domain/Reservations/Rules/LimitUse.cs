using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>A member at a machine, and the rules that hold there.</summary>
public sealed record RuledMachine(BookingSubject Subject, RuleBook Book, DateTimeZone Zone);

/// <summary>How far a limit on bookings is used, for the machines that it counts together.</summary>
public sealed record LimitUse
{
    /// <summary>A <see cref="QuotaRule"/> or an <see cref="OpenBookingsRule"/>.</summary>
    public required BookingRule Rule { get; init; }

    /// <summary>In the order in which they were given; at least one.</summary>
    public required IReadOnlyList<MachineId> Machines { get; init; }

    /// <summary>The kind that is counted by itself; <see langword="null"/> when the limit is about several.</summary>
    public MachineCategory? Category { get; init; }

    public PoolId? Pool { get; init; }

    public SiteId? Site { get; init; }

    /// <summary>Whose bookings count together; <see langword="null"/> for the member's own.</summary>
    public OrganisationId? Organisation { get; init; }

    public TariffGroupId? Group { get; init; }

    public required DateTimeZone Zone { get; init; }

    /// <summary>First day of the period, by the site's calendar; <see langword="null"/> of what is limited in no period.</summary>
    public LocalDate? From { get; init; }

    /// <summary>The first day after the period.</summary>
    public LocalDate? Until { get; init; }

    public required Duration UsedTime { get; init; }

    public required int UsedCount { get; init; }

    public Duration? MostTime => Rule switch { QuotaRule quota => quota.MostTime, OpenBookingsRule open => open.MostTime, _ => null };

    public int? MostCount => Rule switch { QuotaRule quota => quota.MostBookings, OpenBookingsRule open => open.MostBookings, _ => null };

    /// <summary>Never less than nothing: staff may have booked beyond the limit.</summary>
    public Duration? TimeLeft => MostTime is { } most ? Duration.Max(most - UsedTime, Duration.Zero) : null;

    public int? CountLeft => MostCount is { } most ? Math.Max(most - UsedCount, 0) : null;
}
