using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.HandingOver;

/// <summary>An offer that can still be taken.</summary>
/// <param name="InExchange">What the receiver gives for it; <see langword="null"/> for nothing.</param>
internal sealed record HandoverView(HandoverRow Offer, HandoverThing Thing, HandoverThing? InExchange, string? Giver);

internal sealed record HandoverThing(Reservation Reservation, MachineRow Machine, SiteRow Site);

/// <summary>The offers of one member, given and received.</summary>
internal sealed class Handovers(FablabDb db, MemberNames names, CurrentMember me, LabClock clock)
{
    private const int Most = 100;

    /// <summary>It is still the giver's, confirmed, and has not begun.</summary>
    public static bool MayStillChangeHands(Reservation reservation, MemberId giver, Instant now) =>
        reservation.Member == giver && reservation.State is ReservationState.Confirmed && reservation.Slot.Start > now;

    public async Task<IReadOnlyList<HandoverView>> GivenAsync(CancellationToken ct)
    {
        var mine = me.Id;
        return await ViewsAsync(db.Handovers.AsNoTracking().Where(row => row.From == mine), withNames: false, ct);
    }

    public async Task<IReadOnlyList<HandoverView>> ReceivedAsync(CancellationToken ct)
    {
        var mine = me.Id;
        return await ViewsAsync(db.Handovers.AsNoTracking().Where(row => row.To == mine), withNames: true, ct);
    }

    private async Task<IReadOnlyList<HandoverView>> ViewsAsync(IQueryable<HandoverRow> offers, bool withNames, CancellationToken ct)
    {
        var now = clock.Now;
        var rows = await (
            from offer in offers
            where offer.ClosedAt == null
            join reservation in db.Reservations.AsNoTracking() on offer.Reservation equals reservation.Id
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where reservation.Member == offer.From && reservation.State == ReservationState.Confirmed && reservation.Slot.Start > now
            orderby reservation.Slot.Start
            select new { offer, reservation, machine, site }).Take(Most).ToListAsync(ct);
        var wanted = rows.Where(row => row.offer.InExchange is not null).Select(row => row.offer.InExchange!.Value).ToList();
        var exchanges = wanted.Count == 0 ? [] : await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where wanted.Contains(reservation.Id)
            select new { reservation, machine, site }).ToDictionaryAsync(row => row.reservation.Id, row => new HandoverThing(row.reservation, row.machine, row.site), ct);
        var givers = withNames ? await names.OfAsync(rows.Select(row => row.offer.From), ct) : new Dictionary<MemberId, string>();
        return
        [
            .. rows.Select(row => new HandoverView(
                row.offer,
                new HandoverThing(row.reservation, row.machine, row.site),
                row.offer.InExchange is { } id && exchanges.TryGetValue(id, out var thing) ? thing : null,
                givers.GetValueOrDefault(row.offer.From))),
        ];
    }
}
