namespace Fablab.Domain.Reservations.Rules;

/// <summary>
/// How much may be booked within a period. A booking across the border of two periods is split there by the site's clock; where
/// bookings are counted, it counts in each period that it touches.
/// </summary>
public sealed record QuotaRule : BookingRule
{
    public const string Kind = "quota";

    public override string Code => Kind;

    public Duration? MostTime { get; init; }

    public int? MostBookings { get; init; }

    public required QuotaPeriod Period { get; init; }

    /// <summary>For <see cref="QuotaPeriod.RollingDays"/>: every stretch of so many days must hold; at most <see cref="MostRollingDays"/>.</summary>
    public int RollingDays { get; init; } = 7;

    public RuleAxis Per { get; init; } = RuleAxis.Everything;

    public QuotaOwner Whose { get; init; } = QuotaOwner.Member;

    /// <summary>Only time within counts; <see langword="null"/> for all time.</summary>
    public WeeklyWindows? Enforced { get; init; }

    /// <summary>Bookings that are over count too.</summary>
    public bool IncludesPast { get; init; } = true;

    public const int MostRollingDays = 366;
}

/// <summary>How much one member may have booked that has not begun yet.</summary>
public sealed record OpenBookingsRule : BookingRule
{
    public const string Kind = "open-bookings";

    public override string Code => Kind;

    public int? MostBookings { get; init; }

    public Duration? MostTime { get; init; }
}

public enum QuotaPeriod
{
    Day,

    /// <summary>From Monday.</summary>
    Week,
    Month,
    Year,
    RollingDays,
}

/// <summary>Whose bookings are counted together.</summary>
public enum QuotaOwner
{
    Member,

    /// <summary>The organisation named by the scope, else the one that is charged.</summary>
    Organisation,

    /// <summary>All members of the tariff group named by the scope, else of each of the member's groups.</summary>
    Group,
}
