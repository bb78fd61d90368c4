using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Cancelling;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Bundles;

/// <summary>One reservation of a bundle.</summary>
/// <param name="Machine">The name of the one that it is on.</param>
public sealed record BookedInBundle(Reservation Reservation, string Machine, DateTimeZone Zone);

/// <summary>A bundle for its member and for staff.</summary>
/// <param name="Holder">The name of its member; <see langword="null"/> for the reader.</param>
public sealed record BundleView(BundleId Id, string? Holder, IReadOnlyList<BookedInBundle> Rows);

/// <summary>Reads bundles.</summary>
internal sealed class ReadBundle(FablabDb db, CurrentMember me, IDateTimeZoneProvider zones)
{
    /// <returns>What the reader may see of it; <see langword="null"/> when that is nothing.</returns>
    public async Task<BundleView?> OneAsync(BundleId id, CancellationToken ct)
    {
        var found = await (
            from r in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where r.Bundle == id
            orderby r.Slot.Start, machine.Name
            select new { Reservation = r, machine.Name, machine.Site, site.TimeZone }).ToListAsync(ct);
        var seen = found.Where(one => me.May(Right.SeeReservation, new Subject(one.Reservation.Member, one.Site))).ToList();
        if (seen.Count == 0)
        {
            return null;
        }

        var member = seen[0].Reservation.Member;
        var holder = member == me.Id ? null : await db.Users.Where(row => row.Id == member.Value).Select(row => row.DisplayName).SingleAsync(ct);
        return new BundleView(id, holder, [.. seen.Select(one => new BookedInBundle(one.Reservation, one.Name, zones[one.TimeZone]))]);
    }
}

/// <summary>The page of a bundle: its reservations, and cancelling all that have not begun.</summary>
internal static class BundlePages
{
    public static void MapBundlePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/reservation-bundles/{id:guid}", (Guid id, string? done, ReadBundle read, LabClock clock, CancellationToken ct) =>
            ShowAsync(new BundleId(id), read, clock, done, null, ct));
        pages.MapPost("/reservation-bundles/{id:guid}", CancelAsync);
    }

    public static string AddressOf(BundleId id) => $"/reservation-bundles/{id}";

    private static async Task<IResult> CancelAsync(Guid id, ReadBundle read, CancelMany cancel, LabClock clock, CancellationToken ct)
    {
        var bundle = new BundleId(id);
        var cancelled = await cancel.ExecuteAsync(reservations => reservations.Where(r => r.Bundle == bundle), "bundle", ct);
        return cancelled.Refusal is { } refusal ? await ShowAsync(bundle, read, clock, null, refusal, ct) : Go.To($"{AddressOf(bundle)}?done=cancelled");
    }

    private static async Task<IResult> ShowAsync(BundleId id, ReadBundle read, LabClock clock, string? done, Refusal? refusal, CancellationToken ct) =>
        await read.OneAsync(id, ct) is { } bundle
            ? PageResults.Page<BundlePage>(
                new { Bundle = bundle, Done = done, Refusal = refusal, Now = clock.Now },
                refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal))
            : PageResults.NotFound();
}
