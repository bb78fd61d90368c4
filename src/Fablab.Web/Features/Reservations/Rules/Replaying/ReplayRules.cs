using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Replaying;

/// <summary>The window is too long, or too much was booked in it.</summary>
/// <param name="Days">Of the window that was asked for, begun days too.</param>
public sealed record ReplayTooLarge(int Days) : Refusal("replay-too-large")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object>
    {
        ["days"] = Days, ["mostDays"] = (int)ReplayRules.LongestWindow.TotalDays, ["mostBookings"] = PastBookings.Most,
    };
}

/// <summary>One booking that the draft would have refused.</summary>
/// <param name="IsNew">The rules in force would have let it through.</param>
public sealed record DraftRefusal(ReservationId Reservation, MachineRow Machine, string Member, TimeSlot Slot, DateTimeZone Zone, bool IsNew, IReadOnlyList<BookingProblem> Problems);

/// <summary>What a draft would have done to bookings of the past.</summary>
/// <param name="Bookings">How many were judged.</param>
/// <param name="RefusedInForce">How many of them the rules in force would refuse: staff lifted a rule, or it is newer.</param>
/// <param name="Problems">For each problem, how many bookings have it.</param>
/// <param name="Listed">The first of the refused ones, the new ones before the others; at most <see cref="ReplayRules.MostListed"/>.</param>
public sealed record ReplayOutcome(
    TimeSlot Window, int Bookings, int Refused, int NewlyRefused, int RefusedInForce, IReadOnlyList<(string Code, int Bookings)> Problems, IReadOnlyList<DraftRefusal> Listed);

/// <summary>Asks a draft of one rule book, together with the other books in force, about bookings of the past. Writes nothing.</summary>
internal sealed class ReplayRules(FablabDb db, CurrentMember me, RuleBooks books, PastBookings past, MemberNames names)
{
    /// <summary>Of the slots' starts.</summary>
    public static readonly Duration LongestWindow = Duration.FromDays(93);

    /// <summary>More refusals are counted but not listed.</summary>
    public const int MostListed = 100;

    /// <summary>What no replay can know, by stable names; docs/booking-rules.md and the page tell each.</summary>
    public static readonly IReadOnlyList<string> NotKnown =
        ["who-was-turned-away", "who-lifts", "how-people-adapt", "taken-or-broken", "moved-bookings", "as-of-today", "counted-from-afar"];

    /// <param name="site">Whose draft it is; <see langword="null"/> for the lab's.</param>
    /// <param name="window">Which bookings are judged, by the start of their slots: half-open.</param>
    public async Task<Result<ReplayOutcome>> ExecuteAsync(SiteId? site, IReadOnlyList<BookingRule> draft, TimeSlot window, CancellationToken ct)
    {
        if (!me.May(site is null ? Right.EditLabRules : Right.EditRules, new Subject(Site: site)))
        {
            return new NotAllowed();
        }

        if (window.Length > LongestWindow || await past.ReadAsync(site, window, ct) is not { } read)
        {
            return new ReplayTooLarge((int)Math.Ceiling(window.Length.TotalDays));
        }

        var (lab, ofSites) = await books.EverywhereAsync(ct);
        var inForce = Judge(read, RuleBook.Of(lab, ofSites), site, window).Select(refused => refused.Past.Booking.Reservation).ToHashSet();
        var drafted = new RuleBook(0, draft);
        var refused = Judge(read, site is { } one ? RuleBook.Of(lab, With(ofSites, one, drafted)) : RuleBook.Of(drafted, ofSites), site, window);
        var isNew = refused.ToLookup(one => !inForce.Contains(one.Past.Booking.Reservation));
        return new ReplayOutcome(
            window,
            read.Count(booking => IsJudged(booking, site, window)),
            refused.Count,
            isNew[true].Count(),
            inForce.Count,
            [.. refused.SelectMany(one => one.Problems.Select(problem => problem.Code).Distinct()).CountBy(code => code)
                .OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Select(count => (count.Key, count.Value))],
            await ListAsync([.. InOrder(isNew[true]), .. InOrder(isNew[false])], inForce, ct));
    }

    private static IEnumerable<ReplayedRefusal> InOrder(IEnumerable<ReplayedRefusal> refused) =>
        refused.OrderBy(one => one.Past.Booking.Slot.Start).ThenBy(one => one.Past.Booking.Reservation.Value);

    private static List<ReplayedRefusal> Judge(IReadOnlyList<PastBooking> read, RuleBook rules, SiteId? site, TimeSlot window) =>
        [.. RuleReplay.Refused(read, rules).Where(refused => IsJudged(refused.Past, site, window))];

    private static bool IsJudged(PastBooking booking, SiteId? site, TimeSlot window) =>
        booking.Booking.Slot.Start >= window.Start && booking.Booking.Slot.Start < window.End && (site is null || booking.Booking.Subject.Site == site);

    private static Dictionary<SiteId, RuleBook> With(Dictionary<SiteId, RuleBook> ofSites, SiteId site, RuleBook draft) => new(ofSites) { [site] = draft };

    private async Task<IReadOnlyList<DraftRefusal>> ListAsync(IReadOnlyList<ReplayedRefusal> refused, HashSet<ReservationId> inForce, CancellationToken ct)
    {
        List<ReplayedRefusal> listed = [.. refused.Take(MostListed)];
        var members = await names.OfAsync(listed.Select(one => one.Past.Booking.Subject.Member), ct);
        var ids = listed.Select(one => one.Past.Booking.Subject.Machine).Distinct().ToList();
        var machines = await db.Machines.AsNoTracking().Where(machine => ids.Contains(machine.Id)).ToDictionaryAsync(machine => machine.Id, ct);
        var problems = new Queue<BookingProblem>(await db.WithNamesAsync([.. listed.SelectMany(one => one.Problems)], ct));
        return [.. listed.Select(one => new DraftRefusal(
            one.Past.Booking.Reservation,
            machines[one.Past.Booking.Subject.Machine],
            members.GetValueOrDefault(one.Past.Booking.Subject.Member, ""),
            one.Past.Booking.Slot,
            one.Past.Zone,
            !inForce.Contains(one.Past.Booking.Reservation),
            [.. one.Problems.Select(_ => problems.Dequeue())]))];
    }
}
