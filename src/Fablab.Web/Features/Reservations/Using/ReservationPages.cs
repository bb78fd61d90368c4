using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.LiveBoard.Streaming;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Features.Reservations.Approving;
using Fablab.Web.Features.Reservations.Cancelling;
using Fablab.Web.Features.Reservations.HandingOver;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Reservations.Using;

/// <summary>A reservation's page: what one can do with it is posted to the page's own address.</summary>
internal static class ReservationPages
{
    public static void MapReservationPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/reservations/{id:guid}", (Guid id, string? done, ReservationRuns runs, FablabDb db, LabClock clock, CurrentMember me, CancellationToken ct) =>
            ShowAsync(new ReservationId(id), runs, db, clock, me, done, null, ct));
        pages.MapPost("/reservations/{id:guid}", ActAsync);
    }

    private static async Task<IResult> ActAsync(
        Guid id, [FromForm] string? act, [FromForm] string? email, [FromForm] string? version, OfferReservation offer, ReservationRuns runs, UseDesk desk,
        CancelReservation cancel, ApproveReservation approve, FablabDb db, LabClock clock, CurrentMember me, CancellationToken ct)
    {
        var reservation = new ReservationId(id);
        if (!(await runs.OneAsync(me, reservation, ct)).TryGet(out var run, out var refusal))
        {
            return Refused(refusal);
        }

        // Whoever sees it and does not hold it is staff of the site.
        var asManager = !run.IsMine;
        var refused = act switch
        {
            "check-in" => (await desk.CheckInAsync(await db.ChecksInForAsync(id, me, ct), reservation, ct)).Refusal,
            "presence" => (await desk.ConfirmPresenceAsync(me.Id, reservation, ct)).Refusal,
            "pause" => (await desk.WishJobAsync(me.Id, asManager, reservation, JobIntent.Pause, ct)).Refusal,
            "resume" => (await desk.WishJobAsync(me.Id, asManager, reservation, JobIntent.Run, ct)).Refusal,
            "cancel-job" => (await desk.WishJobAsync(me.Id, asManager, reservation, JobIntent.Cancel, ct)).Refusal,
            "end" => (await desk.EndAsync(me.Id, asManager, reservation, ct)).Refusal,
            "approve" => (await approve.ApproveAsync(reservation, version, ct)).Refusal,
            "decline" => (await approve.DeclineAsync(reservation, null, version, ct)).Refusal,
            "cancel" => (await cancel.ExecuteAsync(reservation, null, ct)).Refusal,
            "hand-over" when email is { Length: > 0 and <= 254 } => (await offer.ExecuteAsync(reservation, new TransferRequest { ToEmail = email }, ct)).Refusal,
            _ => new NoSuchThing("action"),
        };
        return refused is null ? Go.To($"/reservations/{reservation}?done={act}") : await ShowAsync(reservation, runs, db, clock, me, null, refused, ct);
    }

    private static async Task<IResult> ShowAsync(
        ReservationId id, ReservationRuns runs, FablabDb db, LabClock clock, CurrentMember me, string? done, Refusal? refused, CancellationToken ct)
    {
        var result = await runs.OneAsync(me, id, ct);
        var suspensions = result.TryGet(out var found, out _) && found.IsMine ? await db.SuspensionsAsync(me.Id, found.Machine.Site, clock.Now, ct) : [];
        return result.Match(
            run => PageResults.Page<ReservationPage>(
                new { Run = run, Done = done, Refused = refused, Suspensions = suspensions },
                refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity),
            Refused);
    }

    private static IResult Refused(Refusal refusal) => PageResults.Error(RefusalTable.StatusOf(refusal));
}

/// <summary><c>?reservation=</c>: the run of one reservation, for who may see it.</summary>
internal sealed class ReservationViews(ReservationRuns runs, CurrentMember me, LiveFragments fragments) : ILiveViewSource
{
    public async Task<LiveView?> FindAsync(IQueryCollection query, CultureInfo culture, CancellationToken ct)
    {
        if (!Guid.TryParse(query["reservation"], out var id) || !(await runs.OneAsync(me, new ReservationId(id), ct)).TryGet(out var run, out _))
        {
            return null;
        }

        var member = me.Member;
        return new LiveView([run.Machine.Code], run.Zone, (_, _, token) => fragments.DrawAsync(culture, async (services, drawing) =>
        {
            var again = await services.GetRequiredService<ReservationRuns>().OneAsync(new CurrentMember { Known = member }, run.Reservation.Id, drawing);
            return again.TryGet(out var now, out _) ? LiveDrawing.Of<RunNow>("Run", now) : null;
        }, token));
    }
}
