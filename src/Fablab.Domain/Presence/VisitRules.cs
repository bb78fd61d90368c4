using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Presence;

/// <summary>What one tap at a door means.</summary>
public enum TapMeaning
{
    Arrive,
    Leave,

    /// <summary>The same tap again, a moment later: nothing changes.</summary>
    Repeat,
}

/// <param name="Margin">After closing time.</param>
/// <param name="Longest">However long the site is open.</param>
public readonly record struct VisitLimits(Duration Margin, Duration Longest);

/// <summary>When a visit begins and ends.</summary>
public static class VisitRules
{
    /// <param name="newest">The member's newest visit, at whatever site; <see langword="null"/> for a first one.</param>
    /// <param name="repeatWithin">A tap so soon after the one before is the same tap.</param>
    /// <param name="isOpen">The site is open now. Whoever was taken for gone and taps behind closed doors is only leaving now.</param>
    /// <param name="longest">No visit lasts longer.</param>
    public static TapMeaning MeaningOfTap(Visit? newest, SiteId at, Instant now, Duration repeatWithin, bool isOpen, Duration longest) => newest switch
    {
        { } visit when visit.Site == at && now - visit.LastToldAt < repeatWithin && visit.LeftBy is not Told.Program => TapMeaning.Repeat,
        { IsOpen: true } visit when visit.Site == at => TapMeaning.Leave,
        { LeftBy: Told.Program } visit when visit.Site == at && !isOpen && now - visit.ArrivedAt < longest => TapMeaning.Leave,
        _ => TapMeaning.Arrive,
    };

    /// <summary>The last closing time of the day of arrival and the margin, or the longest stay, whichever comes first.</summary>
    /// <param name="rules">Of the site.</param>
    public static Instant ClosesAt(EffectiveRules rules, DateTimeZone zone, Instant arrived, VisitLimits limits)
    {
        var longest = arrived + limits.Longest;
        if (!KnowsHours(rules))
        {
            return longest;
        }

        var today = arrived.InZone(zone).Date;
        var closing = OpeningCalendar.Open(Strict(rules), new TimeSlot(arrived, longest), zone)
            .Where(slot => slot.Start.InZone(zone).Date == today)
            .Select(slot => (Instant?)slot.End)
            .LastOrDefault();
        return closing is { } end ? Instant.Min(end + limits.Margin, longest) : longest;
    }

    /// <param name="rules">Of the site; without hours it is always open.</param>
    public static bool IsOpen(EffectiveRules rules, DateTimeZone zone, Instant now) =>
        !KnowsHours(rules) || OpeningCalendar.Open(Strict(rules), new TimeSlot(now, now + Duration.FromMinutes(1)), zone).Count > 0;

    private static bool KnowsHours(EffectiveRules rules) => rules.OpeningHours is not null || rules.Holidays.Count > 0;

    // Slots may cross closing time; the site closes all the same.
    private static EffectiveRules Strict(EffectiveRules rules) =>
        rules.OpeningHours is { } hours ? rules with { OpeningHours = hours with { Value = hours.Value with { MayCrossClosing = false } } } : rules;
}
