namespace Fablab.Domain.Reservations.Rules;

/// <summary>How long a slot may be. What is <see langword="null"/> is left to the next less specific rule, and last to the machine's policy.</summary>
public sealed record LengthRule : BookingRule
{
    public const string Kind = "length";

    public override string Code => Kind;

    public Duration? Minimum { get; init; }

    public Duration? Maximum { get; init; }

    /// <summary>Lengths are whole multiples of this.</summary>
    public Duration? Granularity { get; init; }
}

/// <summary>How long before the start something must be done. Exactly then is still in time.</summary>
public sealed record NoticeRule : BookingRule
{
    public const string Kind = "notice";

    public override string Code => Kind;

    public Duration? ToBook { get; init; }

    public Duration? ToChange { get; init; }

    public Duration? ToCancel { get; init; }
}

/// <summary>How far ahead a slot may start.</summary>
public sealed record HorizonRule : BookingRule
{
    public const string Kind = "horizon";

    public override string Code => Kind;

    public required Duration Ahead { get; init; }
}

/// <summary>What must lie between two bookings of one member. Two at the same time have nothing in between; those of one bundle may be so.</summary>
public sealed record GapRule : BookingRule
{
    public const string Kind = "gap";

    public override string Code => Kind;

    public required Duration Between { get; init; }

    /// <summary>Between bookings of the same what.</summary>
    public RuleAxis Per { get; init; } = RuleAxis.Machine;
}

/// <summary>What is kept free around the slot and not billed.</summary>
public sealed record BufferRule : BookingRule
{
    public const string Kind = "buffers";

    public override string Code => Kind;

    public Duration? SetUp { get; init; }

    public Duration? CleanUp { get; init; }
}

/// <summary>Weekly times in which rules of the named kinds relax: in lengths and hours the time within is not counted, all else is asked of slots outside only.</summary>
public sealed record QuietHoursRule : BookingRule
{
    public const string Kind = "quiet-hours";

    public override string Code => Kind;

    public required WeeklyWindows Windows { get; init; }

    /// <summary>Codes of the kinds that relax.</summary>
    public required IReadOnlyList<string> Relaxes { get; init; }
}

/// <summary>Bookings that are counted together: those of the same machine, category or site, or all that the rule is about.</summary>
public enum RuleAxis
{
    Machine,
    Pool,
    Category,
    Site,
    Everything,
}
