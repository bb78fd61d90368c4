using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// Offers what is free on one machine to those who wait for it. It looks at the calendar as it is, not at what happened, so that
/// looking twice, late or on several nodes offers nothing twice.
/// </summary>
internal sealed class OfferTime(FablabDb db, HoldSlot hold, RuleFacts rules, FairShares shares, IDateTimeZoneProvider zones, LabClock clock)
{
    public static readonly WaitingPolicy Policy = new() { MostOffers = 1 };

    /// <param name="upTo">Whose turn ends it: they are about to take the machine themselves.</param>
    public Task<int> ExecuteAsync(MachineId machine, CancellationToken ct, MemberId? upTo = null) => LabTransaction.RunAsync(db, machine, () => WithinAsync(machine, ct, upTo), ct);

    /// <summary>The same within the caller's transaction, which must hold the machine.</summary>
    /// <returns>How many offers were made.</returns>
    public async Task<int> WithinAsync(MachineId id, CancellationToken ct, MemberId? upTo = null)
    {
        var now = clock.Now;
        var found = await (
            from machine in db.Machines.AsNoTracking()
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where machine.Id == id
            select new { machine, site.TimeZone, HasFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == id) }).SingleAsync(ct);
        var outage = found.machine.OutageAt(now);
        if (found.HasFault || outage is { Until: null })
        {
            return 0;
        }

        var line = await db.InLineAsync(found.machine, now, ct);
        if (line.Count == 0)
        {
            return 0;
        }

        var zone = zones[found.TimeZone];
        var look = new Look(found.machine, zone, line.ToDictionary(row => row.Id), await (await rules.OfLineAsync(found.machine, zone, line, now, ct)).WithinPricesAsync(db, found.machine, line, ct), now)
        {
            Asked = [.. await db.Reservations.Where(r => r.Machine == id && r.State == ReservationState.Held).Select(r => r.Member).ToListAsync(ct)],
            IsFree = outage is null && await IsFreeAsync(id, now, ct),
            BackAt = outage?.Until,
            Shares = await shares.OfAsync([.. line.Select(row => row.Member).Distinct()], found.machine.Category, Policy.Fair, now, ct),
        };
        return await OfferAsync(look, upTo, ct);
    }

    private async Task<int> OfferAsync(Look look, MemberId? upTo, CancellationToken ct)
    {
        var made = 0;
        var taken = await TakenAsync(look, ct);
        while (made < WaitingBounds.MostOffersInALook && look.Next(taken) is { } next && next.Row.Member != upTo)
        {
            look.Tried.Add((next.Row.Id, next.Fit.Slot.Start));
            if (!await hold.TryAsync(next.Row, look.Machine.Code, look.Machine.Id, next.Fit.Slot, next.Until, ct))
            {
                continue;
            }

            made++;
            look.Asked.Add(next.Row.Member);
            taken = await TakenAsync(look, ct);
        }

        return made;
    }

    private Task<List<TakenTime>> TakenAsync(Look look, CancellationToken ct) => db.TakenTimesAsync(look.Machine.Id, look.Window, ct);

    /// <summary>Nobody is at it, and what the last one left is cleared away.</summary>
    private async Task<bool> IsFreeAsync(MachineId id, Instant now, CancellationToken ct) =>
        !await db.UsageSessions.AnyAsync(s => s.Machine == id && s.State != UsageSessionState.Closed && s.State != UsageSessionState.Void, ct)
        && !await db.Desks.AnyAsync(desk => desk.Machine == id && desk.FreeSince > now, ct);

    /// <summary>One look at a machine, and what came of it so far.</summary>
    private sealed class Look(
        MachineRow machine, DateTimeZone zone, Dictionary<WaitingWishId, WaitingWishRow> rows, IReadOnlyDictionary<WaitingWishId, SlotRules> rules, Instant now)
    {
        public MachineRow Machine { get; } = machine;

        /// <summary>Whoever has an open offer for the machine gets no second one.</summary>
        public required HashSet<MemberId> Asked { get; init; }

        public required bool IsFree { get; init; }

        /// <summary>Out of order until then; <see langword="null"/> when it is in order.</summary>
        public Instant? BackAt { get; init; }

        public required IReadOnlyDictionary<MemberId, MemberShare> Shares { get; init; }

        /// <summary>What the rules refused, or somebody else was faster with.</summary>
        public HashSet<(WaitingWishId Wish, Instant Start)> Tried { get; } = [];

        public TimeSlot Window { get; } = new(
            now - rules.Values.Max(one => one.SetUp + one.CleanUp), rows.Values.Max(row => row.WindowEnd) + rules.Values.Max(one => one.CleanUp));

        private IEnumerable<WaitingWish> Wishes => rows.Values.Select(row => row.ToWish()).Where(wish => !Asked.Contains(wish.Member));

        /// <summary>Whoever stands at the machine comes first, then those who wait for a time to come.</summary>
        public Next? Next(List<TakenTime> taken)
        {
            List<TimeSlot> kept = [.. BackAt is { } back && back > Window.Start ? [new TimeSlot(Window.Start, back)] : Array.Empty<TimeSlot>(), .. taken.Select(one => one.Kept).Where(Window.Overlaps)];
            return (IsFree ? WalkUp(kept) : null) ?? Dated(taken, kept);
        }

        private Next? WalkUp(List<TimeSlot> kept)
        {
            foreach (var wish in Wishes.Where(wish => wish.Kind is WishKind.Now).OrderBy(wish => wish.JoinedAt).ThenBy(wish => wish.Id.Value))
            {
                if (WalkUpFit.Find(wish, rules[wish.Id], kept, now) is { } fit && !Tried.Contains((wish.Id, fit.Slot.Start)) && !JustMissed(wish, fit.Slot))
                {
                    return new Next(rows[wish.Id], fit, Instant.Min(now + WaitingBounds.NowHold, fit.Slot.End));
                }
            }

            return null;
        }

        private Next? Dated(List<TakenTime> taken, List<TimeSlot> kept)
        {
            var wishes = Wishes.Where(wish => wish.Kind is WishKind.Dated).ToList();
            foreach (var gap in wishes.Count == 0 ? [] : Window.Without(kept))
            {
                var freed = new FreedTime
                {
                    Machine = Machine.Id,
                    Pool = Machine.Pool,
                    Category = Machine.Category,
                    Site = Machine.Site,
                    Slot = gap,
                    Grid = new StartGrid(Machine.Policy.Granularity, zone),
                    RulesFor = wish => rules[wish.Id],
                    OwnEndsFor = wish => OwnEnds(gap, [.. taken.Where(one => one.Member == wish.Member)]),
                };
                var offers = Offers.Next(freed, wishes, Shares, Policy, now, (wish, fit) => !Tried.Contains((wish.Id, fit.Slot.Start)));
                if (offers is [var offer, ..])
                {
                    return new Next(rows[offer.Wish], new Fit(offer.Slot, offer.Kept), offer.HoldUntil);
                }
            }

            return null;
        }

        private static OwnEnds OwnEnds(TimeSlot gap, List<TakenTime> own) => new(
            own.Where(one => one.Kept.End == gap.Start).Select(one => (Instant?)one.Slot.End).FirstOrDefault(),
            own.Where(one => one.Kept.Start == gap.End).Select(one => (Instant?)one.Slot.Start).FirstOrDefault());

        private bool JustMissed(WaitingWish wish, TimeSlot slot) =>
            wish.Missed.Any(missed => missed.Machine == Machine.Id && missed.Slot.Overlaps(slot) && now < missed.At + Policy.PassOver);
    }

    /// <summary>Who is asked next, for what, until when.</summary>
    private sealed record Next(WaitingWishRow Row, Fit Fit, Instant Until);
}
