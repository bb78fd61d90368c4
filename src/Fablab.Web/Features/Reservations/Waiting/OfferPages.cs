using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>Kept time as the link of a mail shows it.</summary>
/// <param name="IsOpen">It is still kept and can be answered.</param>
/// <param name="IsTaken">The member has said yes.</param>
public sealed record OfferAtHand(string MachineName, Instant Start, Instant End, Instant? HoldUntil, DateTimeZone Zone, bool IsOpen, bool IsTaken);

/// <summary>Answering an offer from a mail. Opening the link changes nothing, since mail programs open links by themselves; the button does.</summary>
internal static class OfferPages
{
    public static void MapOfferPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet($"{OfferLinks.PageAddress}/{{key}}", ShowAsync).AllowAnonymous();
        pages.MapPost($"{OfferLinks.PageAddress}/{{key}}", AnswerAsync).AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(string key, OfferOfLink offers, CancellationToken ct) =>
        await offers.FindAsync(key, ct) is var (_, _, offer) ? Page(key, offer) : PageResults.NotFound();

    private static async Task<IResult> AnswerAsync(string key, [FromForm] string? act, OfferOfLink offers, AnswerOffer answer, ActByLink acting, CancellationToken ct)
    {
        if (await offers.FindAsync(key, ct) is not var (wish, member, _))
        {
            return PageResults.NotFound();
        }

        Func<Task> wanted = act switch
        {
            "accept" => () => answer.AcceptAsync(wish, ct),
            "decline" => () => answer.DeclineAsync(wish, ct),
            _ => () => Task.CompletedTask,
        };
        if (!await acting.AsAsync(member, wanted, ct))
        {
            return PageResults.NotFound();
        }

        // What became of it is what they see, whether their answer was the first or came too late.
        return await offers.FindAsync(key, ct) is var (_, _, offer) ? Page(key, offer) : PageResults.NotFound();
    }

    private static IResult Page(string key, OfferAtHand offer) =>
        PageResults.Page<OfferPage>(new { Address = $"{OfferLinks.PageAddress}/{key}", Offer = offer });
}

/// <summary>Reads the offer that a link was made for.</summary>
internal sealed class OfferOfLink(FablabDb db, OfferLinks links, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <returns><see langword="null"/> for a key that is not ours or whose wish is gone.</returns>
    public async Task<(WaitingWishId Wish, MemberId Member, OfferAtHand Offer)?> FindAsync(string key, CancellationToken ct)
    {
        if (links.Read(key) is not var (wish, reservation))
        {
            return null;
        }

        var found = await (
            from row in db.WaitingList.AsNoTracking()
            where row.Id == wish
            join offer in db.Reservations.AsNoTracking() on row.Member equals offer.Member
            where offer.Id == reservation
            join machine in db.Machines.AsNoTracking() on offer.Machine equals machine.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            select new { row.Member, row.Offer, WishState = row.State, Reservation = offer, machine.Name, site.TimeZone }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return null;
        }

        var held = found.Reservation;
        var isOpen = found.Offer == reservation && found.WishState is WishState.Offered && held.State is ReservationState.Held && held.ExpiresAt > clock.Now;
        var isTaken = found.Offer == reservation && found.WishState is WishState.Fulfilled;
        return (wish, found.Member, new OfferAtHand(found.Name, held.Slot.Start, held.Slot.End, held.ExpiresAt, zones[found.TimeZone], isOpen, isTaken));
    }
}
