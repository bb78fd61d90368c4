using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Reservations.HandingOver;

/// <summary>An offer as the list shows it.</summary>
/// <param name="Giver">Who offers it; <see langword="null"/> for one's own offer.</param>
/// <param name="InExchange">What they want for it, in words; <see langword="null"/> for nothing.</param>
public sealed record HandoverLine(Guid Id, string? Giver, string Machine, TimeSlot Slot, DateTimeZone Zone, string? InExchange);

/// <summary>Taking, declining and taking back offers without script.</summary>
internal static class HandoverPages
{
    public static void MapHandoverPages(this IEndpointRouteBuilder pages) => pages.MapPost("/handovers/{id:guid}", ActAsync);

    public static IReadOnlyList<HandoverLine> Lines(IEnumerable<HandoverView> views, IDateTimeZoneProvider zones) =>
    [
        .. views.Select(view => new HandoverLine(
            view.Offer.Id, view.Giver, view.Thing.Machine.Name, view.Thing.Reservation.Slot, zones[view.Thing.Site.TimeZone],
            view.InExchange is { } thing
                ? $"{thing.Machine.Name}, {Show.Slot(thing.Reservation.Slot.Start, thing.Reservation.Slot.End, zones[thing.Site.TimeZone])}"
                : null)),
    ];

    private static async Task<IResult> ActAsync(
        Guid id, [FromForm] string? act, AnswerHandover answer, Handovers handovers, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        var line = Lines((await handovers.ReceivedAsync(ct)).Where(view => view.Offer.Id == id), zones) is [var mine, ..] ? mine : null;
        var refused = act switch
        {
            "accept" => (await answer.AcceptAsync(id, [], ct)).Refusal,
            "decline" => (await answer.DeclineAsync(id, ct)).Refusal,
            "withdraw" => (await answer.WithdrawAsync(id, ct)).Refusal,
            _ => new NoSuchThing("action"),
        };
        return refused switch
        {
            null => Go.To("/reservations"),
            NoSuchThing => PageResults.NotFound(),
            _ => PageResults.Page<HandoverRefusedPage>(
                new { Refusal = refused, Zone = line?.Zone ?? DateTimeZone.Utc, Now = clock.Now }, StatusCodes.Status422UnprocessableEntity),
        };
    }
}
