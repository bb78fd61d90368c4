using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.LiveBoard.Streaming;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Machines.Managing;

/// <summary>The board of a site, for its managers; to everybody else it does not exist.</summary>
internal static class BoardPages
{
    public static void MapBoard(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/board", BoardAsync);
        pages.MapPost("/sites/{code}/board", ActAsync);
        pages.MapGet("/sites/{code}/board/{machine}/out-of-order", AskReasonAsync);
        pages.MapPost("/sites/{code}/board/{machine}/out-of-order", TakeOutAsync);
        pages.MapGet("/sites/{code}/board/{machine}/give-up-session", AskToGiveUpAsync);
        pages.MapPost("/sites/{code}/board/{machine}/give-up-session", GiveUpAsync);
    }

    private static Task<IResult> BoardAsync(
        string code, ReadMachines machines, SiteBoard board, CurrentMember me, IDateTimeZoneProvider zones, CancellationToken ct) =>
        ShowAsync(code, machines, board, me, zones, null, ct);

    private static async Task<IResult> ActAsync(
        string code, [FromForm] Guid? end, [FromForm] string? backInService, ReadMachines machines, SiteBoard board, UseDesk desk, FablabDb db, CurrentMember me,
        IDateTimeZoneProvider zones, CancellationToken ct)
    {
        if (await SiteAsync(code, machines, me, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        Refusal? refused = null;
        if (end is { } value)
        {
            var id = new ReservationId(value);
            var isHere = await db.Reservations.AnyAsync(r => r.Id == id && db.Machines.Any(machine => machine.Id == r.Machine && machine.Site == site.Id), ct);
            refused = isHere ? (await desk.EndAsync(me.Id, true, id, ct)).Refusal : new NoReservation();
        }
        else if (backInService is not null && await machines.MachineAsync(backInService, ct) is { } view && view.Site.Id == site.Id)
        {
            refused = (await desk.PutBackInServiceAsync(view.Machine.Id, ct)).Refusal;
        }

        return refused is null ? Go.To($"/sites/{code}/board") : await ShowAsync(code, machines, board, me, zones, refused, ct);
    }

    private static async Task<IResult> AskReasonAsync(
        string code, string machine, ReadMachines machines, OutagePageModel page, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct) =>
        await MachineAsync(code, machine, machines, me, ct) is { } view
            ? await page.ShowAsync(view, OutageForm.Of(view, zones[view.Site.TimeZone], clock.Now), ct)
            : PageResults.NotFound();

    private static async Task<IResult> TakeOutAsync(
        string code, string machine, HttpContext http, ReadMachines machines, OutagePageModel page, UseDesk desk, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock,
        CancellationToken ct)
    {
        if (await MachineAsync(code, machine, machines, me, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var (until, form) = OutageForm.From(await http.Request.ReadFormAsync(ct)).Read(zones[view.Site.TimeZone], clock.Now);
        if (form.IsReasonWrong || form.IsUntilWrong)
        {
            return await page.ShowAsync(view, form, ct);
        }

        await desk.TakeOutOfOrderAsync(view.Machine.Id, until, form.Reason, ct);
        return Go.To($"/sites/{code}/board");
    }

    private static async Task<IResult> AskToGiveUpAsync(string code, string machine, ReadMachines machines, CurrentMember me, CancellationToken ct) =>
        await MachineAsync(code, machine, machines, me, ct) is { } view ? PageResults.Page<GiveUpSessionPage>(new { View = view }) : PageResults.NotFound();

    private static async Task<IResult> GiveUpAsync(string code, string machine, ReadMachines machines, UseDesk desk, CurrentMember me, CancellationToken ct)
    {
        if (await MachineAsync(code, machine, machines, me, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        return (await desk.GiveUpSessionAsync(me.Id, view.Machine.Id, ct)).Refusal is null
            ? Go.To($"/sites/{code}/board")
            : PageResults.Page<GiveUpSessionPage>(new { View = view, IsOver = true }, StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(
        string code, ReadMachines machines, SiteBoard board, CurrentMember me, IDateTimeZoneProvider zones, Refusal? refused, CancellationToken ct)
    {
        if (await SiteAsync(code, machines, me, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<BoardPage>(
            new
            {
                Site = site,
                Machines = await board.MachinesAsync(code, null, ct),
                Booked = await board.BookedTodayAsync(site.Id, zones[site.TimeZone], ct),
                Refused = refused,
                MayEditRules = me.May(Right.EditRules, Subject.At(site.Id)),
            },
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<SiteRow?> SiteAsync(string code, ReadMachines machines, CurrentMember me, CancellationToken ct) =>
        (await machines.SitesAsync(ct)).Find(site => site.Code == code) is { } site && me.May(Right.SeeSiteReservations, Subject.At(site.Id)) ? site : null;

    private static async Task<MachineView?> MachineAsync(string site, string code, ReadMachines machines, CurrentMember me, CancellationToken ct) =>
        await machines.MachineAsync(code, ct) is { } view && view.Site.Code == site && me.May(Right.SetOutOfOrder, Subject.At(view.Site.Id)) ? view : null;
}

/// <summary><c>?board=</c>: the machines of a site with who is on them and what is booked today, for its managers.</summary>
internal sealed class BoardViews(ReadMachines machines, LiveFragments fragments, CurrentMember me, IDateTimeZoneProvider zones) : ILiveViewSource
{
    public async Task<LiveView?> FindAsync(IQueryCollection query, CultureInfo culture, CancellationToken ct)
    {
        var site = query["board"].ToString();
        var views = site.Length == 0 ? [] : await machines.MachinesAsync(site, ct);
        if (views.Count == 0 || !me.May(Right.SeeSiteReservations, Subject.At(views[0].Site.Id)))
        {
            return null;
        }

        var (id, zone) = (views[0].Site.Id, zones[views[0].Site.TimeZone]);
        return new LiveView(
            [.. views.Select(view => view.Machine.Code)],
            zone,
            (machine, mark, _) => fragments.SharedAsync($"board:{machine}", culture, mark, async (services, token) =>
                (await services.GetRequiredService<SiteBoard>().MachinesAsync(site, machine, token)).FirstOrDefault() is { } found
                    ? LiveDrawing.Of<BoardCard>("Machine", found)
                    : null))
        {
            DrawTogetherAsync = (mark, _) => fragments.SharedAsync($"booked:{site}", culture, mark, async (services, token) =>
                LiveDrawing.Of<BookedRows>("Day", await services.GetRequiredService<SiteBoard>().BookedTodayAsync(id, zone, token))),
        };
    }
}

/// <summary>Puts the page of an outage together: what is booked meanwhile is what staff want to know before they say how long.</summary>
internal sealed class OutagePageModel(OutageNotices notices, MemberNames names, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    private const int MostShown = 20;

    public async Task<IResult> ShowAsync(MachineView view, OutageForm form, CancellationToken ct)
    {
        var booked = await notices.Booked(view.Machine.Id).Take(MostShown).ToListAsync(ct);
        var holders = await names.OfAsync(booked.Select(one => one.Member), ct);
        return PageResults.Page<OutOfOrderPage>(
            new
            {
                View = view,
                Form = form,
                Booked = booked.Select(one => new BookedAhead(one, holders.GetValueOrDefault(one.Member, ""))).ToList(),
                SeesReservations = me.May(Right.SeeReservation, Subject.At(view.Site.Id)),
                Zone = zones[view.Site.TimeZone],
                Now = clock.Now,
            },
            form.IsReasonWrong || form.IsUntilWrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
