using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <param name="Machine">Of a booking of a pool, the unit that it sits on at present.</param>
/// <param name="Pool">Code of the pool; <see langword="null"/> when the machine itself was wanted.</param>
/// <param name="KeptStart">From when nobody else may have the machine, set-up included.</param>
/// <param name="KeptEnd">Until when, clean-up included.</param>
/// <param name="ExpiresAt">When a request or an offer lapses.</param>
/// <param name="Title">What it is for; hidden, as project and job, from staff outside an organisation that hides its titles.</param>
/// <param name="Awaits">Whose yes a request waits for: none, site, organisation, or both.</param>
internal sealed record ReservationResponse(
    Guid Id, string Machine, string MachineName, string Site, Instant Start, Instant End, Instant BookedStart, Instant BookedEnd, ReservationState State,
    Instant BookedAt, Guid Tariff, Guid? ProjectId, string? Project, Guid? JobId, Instant? OverrunSince, Guid BookedBy, string? Pool, Guid? SeriesId, Guid? BundleId,
    Instant KeptStart, Instant KeptEnd, Instant? ExpiresAt, string? Title, Approvals Awaits)
{
    public static ReservationResponse From(ReservationView view)
    {
        var r = view.Reservation;
        return new ReservationResponse(
            r.Id.Value, view.Machine.Code, view.Machine.Name, view.Site, r.Slot.Start, r.Slot.End, r.BookedSlot.Start, r.BookedSlot.End, r.State,
            r.BookedAt, r.Tariff.Value, view.IsPrivate ? null : r.Project?.Value, view.IsPrivate ? null : view.ProjectName, view.IsPrivate ? null : r.Job?.Value, r.OverrunSince, r.BookedBy.Value, view.Pool, r.Series?.Value, r.Bundle?.Value,
            r.Kept.Start, r.Kept.End, r.ExpiresAt, view.IsPrivate ? null : r.Title, r.Awaits);
    }
}

internal static class ReservationEndpoints
{
    public static void MapReadReservations(this RouteGroupBuilder reservations)
    {
        reservations.MapGet("/", MineAsync).WithName("ListMyReservations").WithSummary("My reservations, the latest start first");
        reservations.MapGet("/{id:guid}", OneAsync).WithName("GetReservation").WithSummary("One reservation of mine, or of a site I manage").WithRefusals("not-found");
    }

    private static async Task<Ok<Page<ReservationResponse>>> MineAsync(int? limit, string? after, ReadReservations read, CurrentMember me, CancellationToken ct)
    {
        var page = await read.MineAsync(me.Id, Cursor.Parse(after), Cursor.Limit(limit), ct);
        return TypedResults.Ok(page.Select(ReservationResponse.From));
    }

    private static async Task<Results<Ok<ReservationResponse>, ProblemHttpResult>> OneAsync(
        Guid id, ReadReservations read, CurrentMember me, HttpResponse http, CancellationToken ct)
    {
        var result = await read.OneAsync(me, new ReservationId(id), ct);
        if (!result.TryGet(out var view, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = ReservationVersion.Of(view.Reservation);
        return TypedResults.Ok(ReservationResponse.From(view));
    }
}
