using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>One version of the rules. A change makes a new version; an old one never changes.</summary>
public sealed record RuleBook(int Version, IReadOnlyList<BookingRule> Rules)
{
    public static readonly RuleBook Empty = new(0, []);

    /// <summary>Of books with more rules nothing is remembered: which of them match fits into one number no more.</summary>
    private const int MostRemembered = 64;

    /// <summary>More ways to match than a book has in use; then all are found out anew.</summary>
    private const int MostWays = 1_000;

    /// <summary>What came of the rules that match, by which they are: bit by bit in the order of the book.</summary>
    private static readonly ConditionalWeakTable<RuleBook, ConcurrentDictionary<ulong, EffectiveRules>> Remembered = [];

    /// <summary>The lab's book and a site's, of which the site's reaches no further than the site.</summary>
    public static RuleBook Of(RuleBook lab, SiteId site, RuleBook ofTheSite) => Of(lab, new Dictionary<SiteId, RuleBook> { [site] = ofTheSite });

    /// <summary>The same for several sites at once, for bookings all over the lab.</summary>
    public static RuleBook Of(RuleBook lab, IReadOnlyDictionary<SiteId, RuleBook> ofSites) => new(
        ofSites.Values.Select(book => book.Version).Append(lab.Version).Max(),
        [.. lab.Rules, .. ofSites.SelectMany(book => book.Value.Rules.Select(rule => rule with { Scope = rule.Scope with { Site = book.Key } }))]);

    /// <summary>Whether any rule looks at the organisations of whom it judges.</summary>
    public bool AsksForOrganisations => Rules.Any(rule => rule.Scope.Organisation is not null || rule is QuotaRule { Whose: QuotaOwner.Organisation });

    /// <summary>Likewise at the tariff groups.</summary>
    public bool AsksForGroups => Rules.Any(rule => rule.Scope.Group is not null || rule is QuotaRule { Whose: QuotaOwner.Group });

    /// <summary>
    /// What applies to a subject. Of two rules for one value the more specific wins; of two equally specific ones, as for a member of two
    /// groups, the one that is more generous to the member.
    /// </summary>
    public EffectiveRules For(BookingSubject subject)
    {
        if (Rules.Count > MostRemembered)
        {
            return Of([.. Rules.Where(rule => rule.Scope.Matches(subject))]);
        }

        var matching = 0UL;
        for (var i = 0; i < Rules.Count; i++)
        {
            matching |= Rules[i].Scope.Matches(subject) ? 1UL << i : 0;
        }

        var ways = Remembered.GetOrCreateValue(this);
        if (ways.TryGetValue(matching, out var known))
        {
            return known;
        }

        if (ways.Count >= MostWays)
        {
            ways.Clear();
        }

        return ways[matching] = Of([.. Rules.Where((_, i) => (matching & (1UL << i)) != 0)]);
    }

    private static EffectiveRules Of(List<BookingRule> matching) =>
        new()
        {
            MinimumLength = Shortest<LengthRule>(matching, rule => rule.Minimum),
            MaximumLength = Longest<LengthRule>(matching, rule => rule.Maximum),
            Granularity = Shortest<LengthRule>(matching, rule => rule.Granularity),
            NoticeToBook = Shortest<NoticeRule>(matching, rule => rule.ToBook),
            NoticeToChange = Shortest<NoticeRule>(matching, rule => rule.ToChange),
            NoticeToCancel = Shortest<NoticeRule>(matching, rule => rule.ToCancel),
            Horizon = Longest<HorizonRule>(matching, rule => rule.Ahead),
            Gap = Best<GapRule, GapRule>(matching, rule => rule, (a, b) => b.Between.CompareTo(a.Between)),
            SetUp = Shortest<BufferRule>(matching, rule => rule.SetUp),
            CleanUp = Shortest<BufferRule>(matching, rule => rule.CleanUp),
            OpeningHours = Best<OpeningHoursRule, OpeningHoursRule>(matching, rule => rule, MoreOpen),
            Cancellation = Best<CancellationRule, CancellationTerms>(matching, rule => rule.Terms, (a, b) => b.Deadline.CompareTo(a.Deadline)),
            WalkUp = Best<WalkUpRule, WalkUpRule>(matching, rule => rule, FreerWalkUp),
            QuietHours = All<QuietHoursRule>(matching),
            Quotas = All<QuotaRule>(matching),
            OpenBookings = All<OpenBookingsRule>(matching),
            ClosedDays = All<ClosedDaysRule>(matching),
            ClosedTimes = All<ClosedTimeRule>(matching),
            Blackouts = All<BlackoutRule>(matching),
            Holidays = All<HolidayRule>(matching),
            Authorisations = All<AuthorisationRule>(matching),
            Approvals = All<ApprovalRule>(matching),
            People = All<PeopleRule>(matching),
            Presence = All<PresenceRule>(matching),
            Companions = All<CompanionRule>(matching),
            Terms = All<TermsRule>(matching),
        };

    private static T[] All<T>(List<BookingRule> rules)
        where T : BookingRule => [.. rules.OfType<T>()];

    private static Chosen<Duration>? Shortest<TRule>(List<BookingRule> rules, Func<TRule, Duration?> value)
        where TRule : BookingRule => Best<TRule, Duration>(Having(rules, value), rule => value(rule)!.Value, (a, b) => b.CompareTo(a));

    private static Chosen<Duration>? Longest<TRule>(List<BookingRule> rules, Func<TRule, Duration?> value)
        where TRule : BookingRule => Best<TRule, Duration>(Having(rules, value), rule => value(rule)!.Value, (a, b) => a.CompareTo(b));

    private static List<BookingRule> Having<TRule>(List<BookingRule> rules, Func<TRule, Duration?> value)
        where TRule : BookingRule => [.. rules.OfType<TRule>().Where(rule => value(rule) is not null)];

    /// <param name="generosity">Positive when the first is more generous to the member.</param>
    private static Chosen<T>? Best<TRule, T>(List<BookingRule> rules, Func<TRule, T> value, Comparison<T> generosity)
        where TRule : BookingRule
    {
        TRule? best = null;
        foreach (var rule in rules.OfType<TRule>())
        {
            if (best is null || Beats(rule, best))
            {
                best = rule;
            }
        }

        return best is null ? null : new Chosen<T>(value(best), best.Id, best.LiftedBy);

        bool Beats(TRule rule, TRule other) => rule.Scope.Rank.CompareTo(other.Scope.Rank) is var rank && rank != 0
            ? rank > 0
            : generosity(value(rule), value(other)) > 0;
    }

    private static int MoreOpen(OpeningHoursRule left, OpeningHoursRule right) => left.MayCrossClosing != right.MayCrossClosing
        ? left.MayCrossClosing.CompareTo(right.MayCrossClosing)
        : left.Windows.PerWeek().CompareTo(right.Windows.PerWeek());

    private static int FreerWalkUp(WalkUpRule left, WalkUpRule right) => left.Use != right.Use
        ? left.Use.CompareTo(right.Use)
        : right.Before.CompareTo(left.Before);
}
