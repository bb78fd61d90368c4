using Fablab.Domain;
using Fablab.Domain.MachineJobs.Gcode;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.MachineJobs.Uploading;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Series;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>Booking without script: choose, see the price and every reason, confirm. All of it on one address.</summary>
internal static class BookMachinePages
{
    public static void MapBookingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/machines/{code}/book", AskAsync);

        // The file and a little for the fields beside it.
        var limit = pages.ServiceProvider.GetRequiredService<IOptions<MachineJobOptions>>().Value.LargestBytes + UploadJobEndpoint.OtherFieldsBytes;
        pages.MapPost("/machines/{code}/book", AnswerAsync).WithMetadata(new RequestSizeLimitAttribute(limit)).WithFormOptions(multipartBodyLengthLimit: limit);
    }

    private static async Task<IResult> AskAsync(
        string code, string? start, int? minutes, Guid? job, string? project, [FromQuery(Name = "for")] string? forWhom, [FromQuery(Name = "with")] string? company,
        ReadMachines machines, BookingPageModel page, BookingChecks checks, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        if (await machines.BookableAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var wanted = InstantPattern.General.Parse(start ?? "").TryGetValue(clock.Now, out var at) && LabClock.IsPlausible(at) ? at : clock.Now;
        var length = minutes is > 0 and < 100_000 ? Duration.FromMinutes(minutes.Value) : (Duration?)null;
        var form = BookingForm.For(OnSteps(Instant.Max(wanted, clock.Now)), length, view.Machine.Policy, zones[view.Site.TimeZone]) with
        {
            Job = job,
            Project = await checks.ProjectToBeginWithAsync(project, ct),
            Holder = forWhom ?? "",
            With = company ?? "",
        };
        return await page.ShowAsync(view, form, null, WallClockTrouble.None, ct);
    }

    private static async Task<IResult> AnswerAsync(
        string code, HttpContext http, ReadMachines machines, BookingPageModel page, BookingChecks checks, BookingPeople people, BookMachine book, BookSeriesPageModel series, UploadJob upload,
        IdempotentRequest idempotent, CurrentMember me, IDateTimeZoneProvider zones, CancellationToken ct)
    {
        if (await machines.BookableAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = await people.ReadAsync(BookingForm.From(posted), view.Site.Id, ct);
        if (posted["act"] == "repeat")
        {
            // Addresses land in logs and histories; a title does not.
            return form.Title.Trim().Length == 0 ? Go.To(BookSeriesPages.AddressFor(view.Code, form)) : await series.ShowAsync(view, new SeriesForm { When = form }, ct);
        }

        if (posted["act"] == "remove-job")
        {
            return await page.ShowAsync(view, form with { Job = null }, null, WallClockTrouble.None, ct);
        }

        GcodeAnalysis? analysis = null;
        if (posted.Files["file"] is { Length: > 0 } file)
        {
            await using var content = file.OpenReadStream();
            if (!(await upload.ExecuteAsync(me.Id, view.Machine.Code, file.FileName, content, ct)).TryGet(out var uploaded, out var refused))
            {
                return await page.ShowAsync(view, form, null, WallClockTrouble.None, ct, refusedFile: refused);
            }

            (form, analysis) = (form with { Job = uploaded.Job.Id.Value }, uploaded.Analysis);
        }

        if (posted["act"] == "fit" && (await checks.JobAsync(form.Job, view, ct))?.Estimate is { } estimate)
        {
            form = form with { Minutes = BookingForm.MinutesFor(estimate, view.Machine.Policy) };
        }

        var (slot, trouble) = form.Read(zones[view.Site.TimeZone]);
        if (slot is null || form.PeopleTrouble is not PeopleTrouble.None)
        {
            return await page.ShowAsync(view, form, null, trouble, ct, analysis);
        }

        if (posted["act"] != "confirm" || form.Seen != form.Fingerprint)
        {
            return (await checks.CheckAsync(view, form, slot, ct)).TryGet(out var check, out _)
                ? await page.ShowAsync(view, form, check, WallClockTrouble.None, ct, analysis)
                : PageResults.NotFound();
        }

        return await BookAsync(view, form, slot, http, page, checks, book, idempotent, me, ct);
    }

    private static async Task<IResult> BookAsync(
        MachineView view, BookingForm form, TimeSlot slot, HttpContext http, BookingPageModel page, BookingChecks checks, BookMachine book, IdempotentRequest idempotent,
        CurrentMember me, CancellationToken ct)
    {
        var request = form.RequestFor(view.Code, slot) with { AcceptSoft = form.Accepted };
        idempotent.Begin(me.Id, form.Key, http.Request, request);
        if ((await idempotent.OnceAsync(() => book.ExecuteAsync(request, ct), booked => booked.Id)).TryGet(out var id, out var refusal))
        {
            return Go.To($"/reservations/{id}?done=booked");
        }

        return refusal is BookingRefused refused
            ? await page.ShowAsync(view, form, await checks.WithProblemsAsync(view, form, slot, refused.Problems, ct), WallClockTrouble.None, ct)
            : PageResults.Error(RefusalTable.StatusOf(refusal));
    }

    /// <summary>People think in five minutes.</summary>
    private static Instant OnSteps(Instant instant)
    {
        const long step = 300;
        return Instant.FromUnixTimeSeconds((instant.ToUnixTimeSeconds() + step - 1) / step * step);
    }
}

/// <summary>Puts the booking page together.</summary>
internal sealed class BookingPageModel(BookingChecks checks, BookingPeople people, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <param name="analysis">Of a file that came with this very form.</param>
    /// <param name="refusedFile">Why the file was not taken.</param>
    public async Task<IResult> ShowAsync(
        MachineView view, BookingForm form, BookingCheck? check, WallClockTrouble trouble, CancellationToken ct, GcodeAnalysis? analysis = null, Refusal? refusedFile = null)
    {
        var job = await checks.JobAsync(form.Job, view, ct);
        var isRefused = trouble is not WallClockTrouble.None || refusedFile is not null || form.PeopleTrouble is not PeopleTrouble.None || check is { IsBookable: false };
        return PageResults.Page<BookMachinePage>(
            new
            {
                View = view,
                Form = form with { Job = job?.Id.Value },
                Job = job,
                Analysis = analysis,
                RefusedFile = refusedFile,
                Check = check,
                Trouble = trouble,
                Projects = await checks.ProjectsAsync(ct),
                MayBookForOthers = people.MayBookForOthers(view.Site.Id),
                Companions = await checks.CompanionsAsync(view, ct),
                Zone = zones[view.Site.TimeZone],
                Now = clock.Now,
            },
            isRefused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
