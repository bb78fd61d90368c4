using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// Offers time of a pool in which no unit is free as it stands, but one is when bookings of the pool change their unit, as they do for
/// a booking. <see cref="OfferTime"/> looked at each unit before, so whoever waits for one of them was asked.
/// </summary>
internal sealed class OfferSeats(FablabDb db, HoldSlot hold, PoolSeats seats, RuleFacts rules, FairShares shares, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <returns>How many offers were made.</returns>
    public async Task<int> ExecuteAsync(PoolId pool, CancellationToken ct)
    {
        var code = await db.Pools.Where(row => row.Id == pool).Select(row => row.Code).SingleAsync(ct);
        return await db.BookableAsync(code, ct) is { } found ? await LabTransaction.RunAsync(db, found.Held, () => WithinAsync(found, ct), ct) : 0;
    }

    private async Task<int> WithinAsync(Bookable pool, CancellationToken ct)
    {
        var (now, wanted, ids) = (clock.Now, pool.Pool, pool.Held);
        var line = await db.WaitingList.AsNoTracking()
            .Where(wish => wish.State == WishState.Waiting && wish.Kind == WishKind.Dated && wish.Pool == wanted && wish.WindowEnd > now)
            .OrderBy(wish => wish.JoinedAt).ThenBy(wish => wish.Id)
            .Take(WaitingBounds.MostInLine)
            .ToListAsync(ct);
        if (line.Count == 0)
        {
            return 0;
        }

        var zone = zones[await db.Sites.Where(site => site.Id == pool.Site).Select(site => site.TimeZone).SingleAsync(ct)];
        var first = pool.Units[0];
        var look = new Look(pool, zone, now)
        {
            Rows = line.ToDictionary(row => row.Id),
            Rules = await (await rules.OfLineAsync(first, zone, line, now, ct)).WithinPricesAsync(db, first, line, ct),
            Asked = [.. await db.Reservations.Where(r => ids.Contains(r.Machine) && r.State == ReservationState.Held).Select(r => r.Member).ToListAsync(ct)],
            Shares = await shares.OfAsync([.. line.Select(row => row.Member).Distinct()], first.Category, OfferTime.Policy.Fair, now, ct),
        };
        return await OfferAsync(look, ct);
    }

    private async Task<int> OfferAsync(Look look, CancellationToken ct)
    {
        var made = 0;
        var room = await seats.RoomAsync(look.Pool, ct);
        while (made < WaitingBounds.MostOffersInALook && room is not null && look.Next(room) is { } offer)
        {
            look.Tried.Add((offer.Wish, offer.Slot.Start));
            if (await hold.TryAsync(look.Rows[offer.Wish], look.Pool.Code, look.Pool.Units[0].Id, offer.Slot, offer.HoldUntil, ct))
            {
                made++;
                look.Asked.Add(offer.Place.Wish.Member);
                room = await seats.RoomAsync(look.Pool, ct);
            }
        }

        return made;
    }

    private sealed class Look(Bookable pool, DateTimeZone zone, Instant now)
    {
        public Bookable Pool { get; } = pool;

        public required Dictionary<WaitingWishId, WaitingWishRow> Rows { get; init; }

        public required IReadOnlyDictionary<WaitingWishId, SlotRules> Rules { get; init; }

        /// <summary>Whoever has an open offer for a unit gets no second one.</summary>
        public required HashSet<MemberId> Asked { get; init; }

        public required IReadOnlyDictionary<MemberId, MemberShare> Shares { get; init; }

        /// <summary>What the rules refused, or somebody else was faster with.</summary>
        public HashSet<(WaitingWishId Wish, Instant Start)> Tried { get; } = [];

        public Offer? Next(PoolRoom room)
        {
            var wishes = Rows.Values.Select(row => row.ToWish()).Where(wish => !Asked.Contains(wish.Member)).ToList();
            var window = new TimeSlot(now - Rules.Values.Max(one => one.SetUp), Rows.Values.Max(row => row.WindowEnd) + Rules.Values.Max(one => one.CleanUp));
            return window.Without(room.Full()).Select(gap => Next(gap, wishes, room)).FirstOrDefault(offer => offer is not null);
        }

        private Offer? Next(TimeSlot gap, List<WaitingWish> wishes, PoolRoom room)
        {
            var first = Pool.Units[0];
            var freed = new FreedTime
            {
                Machine = first.Id,
                Pool = Pool.Pool,
                Category = first.Category,
                Site = Pool.Site,
                Slot = gap,
                Grid = new StartGrid(first.Policy.Granularity, zone),
                RulesFor = wish => Rules[wish.Id],
            };
            return Offers.Next(freed, wishes, Shares, OfferTime.Policy, now, (wish, fit) => !Tried.Contains((wish.Id, fit.Slot.Start)) && !JustMissed(wish, fit.Slot) && room.Has(fit.Kept)) is [var offer, ..]
                ? offer
                : null;
        }

        /// <summary>On whichever unit it would have been.</summary>
        private bool JustMissed(WaitingWish wish, TimeSlot slot) =>
            wish.Missed.Any(missed => Pool.Held.Contains(missed.Machine) && missed.Slot.Overlaps(slot) && now < missed.At + OfferTime.Policy.PassOver);
    }
}
