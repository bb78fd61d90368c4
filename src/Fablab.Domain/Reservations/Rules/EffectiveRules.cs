namespace Fablab.Domain.Reservations.Rules;

/// <summary>A value and the rule it comes from, so that a page can tell why.</summary>
public sealed record Chosen<T>(T Value, BookingRuleId Rule, string LiftedBy);

/// <summary>
/// The rules that apply to one subject: of each value the most specific, of what adds up all. What is <see langword="null"/> no rule
/// sets, so that the machine's policy holds.
/// </summary>
public sealed record EffectiveRules
{
    public static readonly EffectiveRules None = new();

    public Chosen<Duration>? MinimumLength { get; init; }

    public Chosen<Duration>? MaximumLength { get; init; }

    public Chosen<Duration>? Granularity { get; init; }

    public Chosen<Duration>? NoticeToBook { get; init; }

    public Chosen<Duration>? NoticeToChange { get; init; }

    public Chosen<Duration>? NoticeToCancel { get; init; }

    public Chosen<Duration>? Horizon { get; init; }

    public Chosen<GapRule>? Gap { get; init; }

    public Chosen<Duration>? SetUp { get; init; }

    public Chosen<Duration>? CleanUp { get; init; }

    public Chosen<OpeningHoursRule>? OpeningHours { get; init; }

    public Chosen<CancellationTerms>? Cancellation { get; init; }

    public Chosen<WalkUpRule>? WalkUp { get; init; }

    public IReadOnlyList<QuietHoursRule> QuietHours { get; init; } = [];

    public IReadOnlyList<QuotaRule> Quotas { get; init; } = [];

    public IReadOnlyList<OpenBookingsRule> OpenBookings { get; init; } = [];

    public IReadOnlyList<ClosedDaysRule> ClosedDays { get; init; } = [];

    public IReadOnlyList<ClosedTimeRule> ClosedTimes { get; init; } = [];

    public IReadOnlyList<BlackoutRule> Blackouts { get; init; } = [];

    public IReadOnlyList<HolidayRule> Holidays { get; init; } = [];

    public IReadOnlyList<AuthorisationRule> Authorisations { get; init; } = [];

    public IReadOnlyList<ApprovalRule> Approvals { get; init; } = [];

    public IReadOnlyList<PeopleRule> People { get; init; } = [];

    public IReadOnlyList<PresenceRule> Presence { get; init; } = [];

    public IReadOnlyList<CompanionRule> Companions { get; init; } = [];

    public IReadOnlyList<TermsRule> Terms { get; init; } = [];
}
