using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>The waiting list as its members and a site's staff may see it.</summary>
internal sealed class ReadWaitingList(FablabDb db, FairShares shares, CurrentMember me, LabClock clock)
{
    private const int MostShown = 100;

    /// <param name="alsoOver">With the ones that are fulfilled, withdrawn or expired.</param>
    /// <returns>Mine, open offers first, then in the order of joining.</returns>
    public async Task<IReadOnlyList<WaitingWishResponse>> MineAsync(bool alsoOver, CancellationToken ct)
    {
        var mine = me.Id;
        var rows = await (
            from wish in db.WaitingList.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on wish.Machine equals (MachineId?)machine.Id into machines
            from machine in machines.DefaultIfEmpty()
            join pool in db.Pools.AsNoTracking() on wish.Pool equals (PoolId?)pool.Id into pools
            from pool in pools.DefaultIfEmpty()
            where wish.Member == mine && (alsoOver || wish.State == WishState.Waiting || wish.State == WishState.Offered)
            orderby wish.State == WishState.Offered descending, wish.JoinedAt descending
            select new WishView(wish, machine.Code ?? pool.Code, machine.Name ?? pool.Name, wish.Site ?? (SiteId?)machine.Site ?? (SiteId?)pool.Site)).Take(MostShown).ToListAsync(ct);
        var offers = await OffersAsync([.. rows.Select(row => row.Wish.Offer).OfType<ReservationId>()], ct);
        var sites = rows.Count == 0 ? [] : await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Code, ct);
        var answers = new List<WaitingWishResponse>();
        foreach (var row in rows)
        {
            answers.Add(Answer(row, offers) with
            {
                Site = row.Site is { } site ? sites[site] : null,
                Line = row.Wish.State is WishState.Waiting ? await PlaceAsync(row.Wish, ct) : null,
            });
        }

        return answers;
    }

    public async Task<Result<WaitingWishResponse>> OneAsync(WaitingWishId id, CancellationToken ct) =>
        (await MineAsync(alsoOver: true, ct)).SingleOrDefault(wish => wish.Id == id.Value) is { } found ? found : new NoSuchThing("wish");

    /// <returns>Who waits for this machine, in the order in which they are asked; first those who stand at it.</returns>
    public async Task<Result<IReadOnlyList<QueueEntryResponse>>> QueueAsync(string code, CancellationToken ct)
    {
        if (await db.Machines.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } machine)
        {
            return new NoSuchThing("machine");
        }

        if (!me.May(Right.SeeSiteReservations, Subject.At(machine.Site)))
        {
            return new NotAllowed();
        }

        var line = await LineAsync(machine, ct);
        var ids = line.Select(place => place.Row.Member.Value).Distinct().ToList();
        var names = await db.Users.AsNoTracking().Where(account => ids.Contains(account.Id)).ToDictionaryAsync(account => account.Id, account => account.DisplayName, ct);
        return line.Select(place => new QueueEntryResponse(
            place.Row.Id.Value, place.Row.Member.Value, names.GetValueOrDefault(place.Row.Member.Value, ""), place.Row.Kind, place.Row.WindowStart, place.Row.WindowEnd,
            (long)place.Row.Length.TotalSeconds, (long)place.Row.MinimumLength.TotalSeconds, place.Row.JoinedAt, place.Line)).ToList();
    }

    /// <summary>In the line of the first machine that would do; lines of several machines differ only by who wishes for one of them alone.</summary>
    private async Task<PlaceInLine?> PlaceAsync(WaitingWishRow wish, CancellationToken ct) =>
        (await db.MachinesOfAsync(wish, ct)).FirstOrDefault() is { } machine
            ? (await LineAsync(machine, ct)).FirstOrDefault(place => place.Row.Id == wish.Id)?.Line
            : null;

    private async Task<IReadOnlyList<InLine>> LineAsync(MachineRow machine, CancellationToken ct)
    {
        var now = clock.Now;
        var rows = (await db.InLineAsync(machine, now, ct)).ToDictionary(row => row.Id);
        var policy = OfferTime.Policy.Fair;
        var had = await shares.OfAsync([.. rows.Values.Select(row => row.Member).Distinct()], machine.Category, policy, now, ct);
        var places = FairOrder.Of(rows.Values.Select(row => row.ToWish()), had, policy, now);
        return
        [
            .. InOrder(places.Where(place => place.Wish.Kind is WishKind.Now).OrderBy(place => place.Wish.JoinedAt), rows),
            .. InOrder(places.Where(place => place.Wish.Kind is WishKind.Dated), rows),
        ];
    }

    private static IEnumerable<InLine> InOrder(IEnumerable<FairPlace> places, Dictionary<WaitingWishId, WaitingWishRow> rows)
    {
        var line = places.ToList();
        return line.Select((place, index) => new InLine(
            rows[place.Wish.Id],
            new PlaceInLine(index + 1, line.Count, Math.Round(place.RecentHours, 2), Math.Round(place.HoursAhead, 2), Math.Round(place.WaitedHours, 2), Math.Round(place.Score, 3))));
    }

    private async Task<Dictionary<ReservationId, OfferResponse>> OffersAsync(List<ReservationId> ids, CancellationToken ct) =>
        ids.Count == 0 ? [] : (await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            where ids.Contains(reservation.Id)
            select new { reservation, machine.Code, machine.Name }).ToListAsync(ct))
        .ToDictionary(row => row.reservation.Id, row => new OfferResponse(
            row.reservation.Id.Value, row.Code, row.Name, row.reservation.Slot.Start, row.reservation.Slot.End, row.reservation.ExpiresAt ?? row.reservation.BookedAt));

    private static WaitingWishResponse Answer(WishView view, Dictionary<ReservationId, OfferResponse> offers) => new()
    {
        Id = view.Wish.Id.Value,
        State = view.Wish.State,
        Kind = view.Wish.Kind,
        Machine = view.Code,
        MachineName = view.Name,
        Category = view.Wish.Category,
        WindowStart = view.Wish.WindowStart,
        WindowEnd = view.Wish.WindowEnd,
        Seconds = (long)view.Wish.Length.TotalSeconds,
        MinimumSeconds = (long)view.Wish.MinimumLength.TotalSeconds,
        LatestStart = view.Wish.LatestStart,
        MostPriceMinor = view.Wish.MostPriceMinor,
        JoinedAt = view.Wish.JoinedAt,
        Offer = view.Wish.Offer is { } offer ? offers.GetValueOrDefault(offer) : null,
        Missed = [.. view.Wish.Missed.Select(missed => new MissedOfferResponse(missed.Machine.Value, missed.Slot.Start, missed.Slot.End, missed.At, missed.Because))],
    };

    private sealed record WishView(WaitingWishRow Wish, string? Code, string? Name, SiteId? Site);

    private sealed record InLine(WaitingWishRow Row, PlaceInLine Line);
}
