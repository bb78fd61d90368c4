using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Features.Reservations.Rules.Editing;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>
/// Values that no rule can mean. Zero is refused only where it means nothing: a notice, gap or buffer of nothing lifts a wider rule for a
/// narrower scope, and a quota of nothing lets nobody book.
/// </summary>
internal static class RuleEdges
{
    /// <summary>Lengths in rules are no longer; more is a typing mistake, and arithmetic on it leaves the years that calendars know.</summary>
    public static readonly Duration Longest = Duration.FromDays(366);

    /// <summary>How far ahead one may book at all.</summary>
    public static readonly Duration Farthest = Fablab.Domain.Reservations.BookingRules.FarthestAhead;

    /// <summary>Whoever books, and as many as may come along.</summary>
    public const int MostPeople = 51;

    public static RulesMalformed? TroubleWith(BookingRule rule) => rule.LiftedBy is not (Lifters.Member or Lifters.Manager or Lifters.Administrator)
        ? new($"{rule.Code}: liftedBy is member, manager or administrator.", "lifted-by")
        : TroubleWithLengths(rule) ?? TroubleWithKind(rule);

    private static RulesMalformed? TroubleWithLengths(BookingRule rule)
    {
        foreach (var (name, length) in LengthsOf(rule))
        {
            if (length < Duration.Zero)
            {
                return new($"{rule.Code}: {name} is not below nothing.", "below-nothing");
            }

            if (length > (rule is HorizonRule ? Farthest : Longest))
            {
                return rule is HorizonRule
                    ? new($"horizon: {name} is at most {Farthest.TotalDays} days.", "too-far")
                    : new($"{rule.Code}: {name} is at most {Longest.TotalDays} days.", "too-long");
            }
        }

        return null;
    }

    /// <summary>A limit of a quota or of open bookings may be as large as it likes: it then limits nothing.</summary>
    private static IEnumerable<(string Name, Duration? Length)> LengthsOf(BookingRule rule) => rule switch
    {
        LengthRule length => [("minimum", length.Minimum), ("maximum", length.Maximum), ("granularity", length.Granularity)],
        NoticeRule notice => [("toBook", notice.ToBook), ("toChange", notice.ToChange), ("toCancel", notice.ToCancel)],
        HorizonRule horizon => [("ahead", horizon.Ahead)],
        GapRule gap => [("between", gap.Between)],
        BufferRule buffers => [("setUp", buffers.SetUp), ("cleanUp", buffers.CleanUp)],
        ApprovalRule approval => [("whenLongerThan", approval.WhenLongerThan), ("heldFor", approval.HeldFor)],
        CancellationRule { Terms: var terms } => [("deadline", terms.Deadline), ("grace", terms.Grace)],
        WalkUpRule walkUp => [("before", walkUp.Before)],
        _ => [],
    };

    private static RulesMalformed? TroubleWithKind(BookingRule rule) => rule switch
    {
        LengthRule { Minimum: { } minimum } when minimum == Duration.Zero => new("length: minimum is longer than nothing.", "minimum-nothing"),
        LengthRule { Maximum: { } maximum } when maximum == Duration.Zero => new("length: maximum is longer than nothing.", "maximum-nothing"),
        LengthRule { Granularity: { } step } when step == Duration.Zero => new("length: granularity is longer than nothing.", "granularity-nothing"),
        LengthRule length when length.Minimum > length.Maximum => new("length: minimum is no longer than maximum.", "minimum-over-maximum"),
        LengthRule { Granularity: { } step, Maximum: { } maximum } length when FirstStep(length.Minimum, step) > maximum =>
            new("length: a multiple of granularity lies between minimum and maximum.", "no-step-between"),
        QuotaRule { MostTime: null, MostBookings: null } => new("quota: mostTime or mostBookings.", "no-limit"),
        QuotaRule quota when quota.MostTime < Duration.Zero || quota.MostBookings < 0 => new("quota: a limit is not below nothing.", "below-nothing"),
        QuotaRule { RollingDays: < 1 or > QuotaRule.MostRollingDays } => new($"quota: rollingDays is 1 to {QuotaRule.MostRollingDays}.", "rolling-days"),
        QuotaRule { Enforced.All.Count: 0 } => new("quota: enforced has a window, or is left out.", "no-windows"),
        OpenBookingsRule { MostTime: null, MostBookings: null } => new("open-bookings: mostTime or mostBookings.", "no-limit"),
        OpenBookingsRule open when open.MostTime < Duration.Zero || open.MostBookings < 0 => new("open-bookings: a limit is not below nothing.", "below-nothing"),
        QuietHoursRule { Windows.All.Count: 0 } or BlackoutRule { Windows.All.Count: 0 } => new($"{rule.Code}: windows has one at least.", "no-windows"),
        QuietHoursRule quiet when quiet.Relaxes.Count == 0 || quiet.Relaxes.Except(RuleFields.Relaxable).Any() =>
            new($"quiet-hours: relaxes names any of {string.Join(", ", RuleFields.Relaxable)}.", "relaxes"),
        ClosedDaysRule closed when closed.Last < closed.First => new("closed-days: last is first or later.", "last-before-first"),
        BlackoutRule { First: { } first, Last: { } last } when last < first => new("blackout: last is first or later.", "last-before-first"),
        HolidayRule holidays when holidays.Named.Any(days => days.Last < days.First) => new("holidays: last is first or later.", "last-before-first"),
        ApprovalRule approval when approval.HeldFor == Duration.Zero => new("approval: heldFor is longer than nothing.", "held-for-nothing"),
        PeopleRule { AtLeast: < 1 } => new("people: atLeast is 1 or more.", "at-least-one"),
        PeopleRule { AtLeast: > MostPeople } => new($"people: atLeast is at most {MostPeople}.", "most-people"),
        CompanionRule companions when companions.Codes.Count == 0 || companions.Codes.Any(string.IsNullOrWhiteSpace) => new("companions: codes has one at least.", "no-code"),
        TermsRule terms when terms.Version < 1 || string.IsNullOrWhiteSpace(terms.Terms) => new("terms: a site's code and a version from 1 on.", "no-terms"),
        CancellationRule { Terms: { LateFee: FeePolicy.Share { Percent: < 0 or > 100 } } or { NoShowFee: FeePolicy.Share { Percent: < 0 or > 100 } } } =>
            new("cancellation: a share is 0 to 100 percent.", "share"),
        CancellationRule { Terms: { LateFee: FeePolicy.Fixed { Amount.Minor: < 0 } } or { NoShowFee: FeePolicy.Fixed { Amount.Minor: < 0 } } } =>
            new("cancellation: an amount is not below nothing.", "below-nothing"),
        _ => null,
    };

    private static Duration FirstStep(Duration? minimum, Duration step) => step * Math.Max(1, Math.Ceiling((minimum ?? step) / step));
}
