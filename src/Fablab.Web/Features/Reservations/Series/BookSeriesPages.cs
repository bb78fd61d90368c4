using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>Booking a series without script: say how it repeats, see each date with what stands against it, confirm.</summary>
internal static class BookSeriesPages
{
    public static void MapBookSeriesPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/machines/{code}/repeat", AskAsync);
        pages.MapPost("/machines/{code}/repeat", AnswerAsync);
    }

    /// <summary>With what was typed for a single booking.</summary>
    public static string AddressFor(string code, BookingForm form) =>
        $"/machines/{code}/repeat?{form.ToQuery()}";

    private static async Task<IResult> AskAsync(
        string code, string? date, string? time, int? minutes, string? project, [FromQuery(Name = "for")] string? forWhom, [FromQuery(Name = "with")] string? company,
        ReadMachines machines, BookSeriesPageModel page, BookingChecks checks, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        if (await machines.BookableAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var length = minutes is > 0 and <= BookingForm.MostMinutes ? Duration.FromMinutes(minutes.Value) : (Duration?)null;
        var tomorrow = clock.Now.InZone(zones[view.Site.TimeZone]).Date.PlusDays(1).At(new LocalTime(9, 0)).InZoneLeniently(zones[view.Site.TimeZone]);
        var when = BookingForm.For(tomorrow.ToInstant(), length, view.Machine.Policy, zones[view.Site.TimeZone]) with { Project = await checks.ProjectToBeginWithAsync(project, ct) };
        when = when with { Date = date ?? when.Date, Time = time ?? when.Time, Holder = forWhom ?? "", With = company ?? "" };
        return await page.ShowAsync(view, new SeriesForm { When = when }, ct);
    }

    private static async Task<IResult> AnswerAsync(
        string code, HttpContext http, ReadMachines machines, BookSeriesPageModel page, SeriesPreviews previews, BookingPeople people, BookSeries book, IdempotentRequest idempotent,
        CurrentMember me, CancellationToken ct)
    {
        if (await machines.BookableAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = SeriesForm.From(posted);
        form = form with { When = await people.ReadAsync(form.When, view.Site.Id, ct) };
        var (request, trouble) = form.Read(view.Code);
        if (request is null || form.When.PeopleTrouble is not PeopleTrouble.None)
        {
            return await page.ShowAsync(view, form, ct, trouble: trouble);
        }

        if (posted["act"] == "confirm" && form.When.Seen == form.Fingerprint)
        {
            request = request with { AcceptSoft = form.When.Accepted };
            idempotent.Begin(me.Id, form.When.Key, http.Request, request);
            var result = await idempotent.OnceAsync(() => book.BookAsync(request, ct), booked => booked.Id);
            if (result.TryGet(out var id, out var no))
            {
                return Go.To($"{SeriesPages.AddressOf(new SeriesId(id))}?done=booked");
            }

            if (no is not BookingRefused)
            {
                return PageResults.Error(RefusalTable.StatusOf(no));
            }
        }

        return (await previews.OfAsync(view, request, ct)).TryGet(out var preview, out var refusal)
            ? await page.ShowAsync(view, form, ct, preview)
            : await page.ShowAsync(view, form, ct, refusal: refusal);
    }
}

/// <summary>Puts the page together.</summary>
internal sealed class BookSeriesPageModel(BookingChecks checks, BookingPeople people, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <param name="refusal">Why there are no dates to look at.</param>
    public async Task<IResult> ShowAsync(
        MachineView view, SeriesForm form, CancellationToken ct, SeriesPreview? preview = null, SeriesTrouble trouble = SeriesTrouble.None, Refusal? refusal = null)
    {
        var isRefused = trouble is not SeriesTrouble.None || refusal is not null || form.When.PeopleTrouble is not PeopleTrouble.None || preview?.IsBookable(form.OnConflict) is false;
        return PageResults.Page<BookSeriesPage>(
            new
            {
                View = view,
                Form = form,
                Preview = preview,
                Trouble = trouble,
                Refusal = refusal,
                Projects = await checks.ProjectsAsync(ct),
                MayBookForOthers = people.MayBookForOthers(view.Site.Id),
                Zone = zones[view.Site.TimeZone],
                Now = clock.Now,
            },
            isRefused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
