using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Finding;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What could be booked instead.</summary>
/// <param name="Kind">In what it differs from what was wanted.</param>
/// <param name="Machine">Code of a machine or pool; books the slot as it is.</param>
internal sealed record VariantResponse(VariantKind Kind, string Machine, string MachineName, string Site, Instant Start, Instant End, QuoteResponse Quote)
{
    public static VariantResponse From(Variant variant) => new(
        variant.Kind, variant.Bookable.Code, variant.Bookable.Name, variant.Bookable.Site.Code, variant.Slot.Start, variant.Slot.End,
        QuoteResponse.For(variant.Slot, variant.Bookable.Tariff));
}

/// <param name="IsBookable">Whoever asks may book it, if they accept the soft problems.</param>
/// <param name="Variants">The nearest that can be booked instead: shorter, at another time, elsewhere; empty when nothing is against it.</param>
internal sealed record CheckBookingResponse(bool IsBookable, IReadOnlyList<BookingProblem> Problems, QuoteResponse Quote, IReadOnlyList<VariantResponse> Variants)
{
    public static CheckBookingResponse From(BookingView view, CurrentMember me, IReadOnlyList<Variant> variants) => new(
        me.MayLiftAll(view.Problems, view.Machine.Site),
        view.Problems,
        QuoteResponse.For(view.Slot, view.Tariff),
        [.. variants.Select(VariantResponse.From)]);
}

internal static class CheckBookingEndpoint
{
    public static void MapCheckBooking(this RouteGroupBuilder reservations) => reservations
        .MapPost("/check", HandleAsync)
        .WithName("CheckBooking")
        .WithSummary("Ask whether a booking would be taken, with every reason against it, what would do instead, and the price, without booking")
        .WithRefusals("not-found", "not-allowed", "booking-refused");

    private static async Task<Results<Ok<CheckBookingResponse>, ProblemHttpResult>> HandleAsync(
        BookMachineRequest request, BookingInquiry inquiry, FindVariants find, CurrentMember me, CancellationToken ct)
    {
        var wish = request.ToWish(me.Id);
        if (!(await inquiry.LookAsync(wish, ct)).TryGet(out var view, out var refusal))
        {
            return refusal.ToProblem();
        }

        if (wish.Member != me.Id && !me.May(Right.BookForOthers, Subject.At(view.Machine.Site)))
        {
            return new NotAllowed().ToProblem();
        }

        var refused = new RefusedWish(wish.Member, request.Machine, view.Machine.Category, view.Machine.Site, view.Slot, view.Job);
        return TypedResults.Ok(CheckBookingResponse.From(view, me, await find.ForAsync(refused, view.Problems, ct)));
    }
}
