using Fablab.Domain;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.MachineJobs.Uploading;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Bundles;

/// <summary>Booking several machines of a site without script: choose, see each with what stands against it, confirm all or nothing.</summary>
internal static class BookBundlePages
{
    public static void MapBookBundlePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/book-together", AskAsync);

        // The files together, and a little for the fields beside them.
        var limit = pages.ServiceProvider.GetRequiredService<IOptions<MachineJobOptions>>().Value.LargestBytes + UploadJobEndpoint.OtherFieldsBytes;
        pages.MapPost("/sites/{code}/book-together", AnswerAsync).WithMetadata(new RequestSizeLimitAttribute(limit)).WithFormOptions(multipartBodyLengthLimit: limit);
    }

    public static string AddressOf(string site) => $"/sites/{site}/book-together";

    /// <summary>With what was typed for a single booking.</summary>
    public static string AddressFor(string site, IEnumerable<string> codes, BookingForm form) =>
        $"{AddressOf(site)}?{form.ToQuery()}" + string.Concat(codes.Select(code => $"&{BundleForm.NameOf(code)}=on"));

    private static async Task<IResult> AskAsync(
        string code, string? date, string? time, int? minutes, string? project, [FromQuery(Name = "for")] string? forWhom, [FromQuery(Name = "with")] string? company,
        HttpRequest http, ReadMachines machines, BookBundlePageModel page, BookingChecks checks, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        if (await machines.BookablesAsync(code, ct) is not { Count: > 0 } bookables)
        {
            return PageResults.NotFound();
        }

        var zone = zones[bookables[0].Site.TimeZone];
        var tomorrow = clock.Now.InZone(zone).Date.PlusDays(1).At(new LocalTime(9, 0)).InZoneLeniently(zone).ToInstant();
        var when = BookingForm.For(tomorrow, null, new MachinePolicy { HazardClass = HazardClass.L }, zone);
        when = when with
        {
            Date = date ?? when.Date,
            Time = time ?? when.Time,
            Minutes = minutes is > 0 and <= BookingForm.MostMinutes ? minutes.Value : when.Minutes,
            Project = await checks.ProjectToBeginWithAsync(project, ct),
            Holder = forWhom ?? "",
            With = company ?? "",
        };
        return await page.ShowAsync(bookables, new BundleForm { When = when, Codes = BundleForm.Chosen(name => http.Query[name], bookables) }, ct);
    }

    private static async Task<IResult> AnswerAsync(
        string code, HttpContext http, ReadMachines machines, BookBundlePageModel page, BundlePreviews previews, BookingPeople people, UploadJob upload, BookBundle book,
        IdempotentRequest idempotent, CurrentMember me, IDateTimeZoneProvider zones, CancellationToken ct)
    {
        if (await machines.BookablesAsync(code, ct) is not { Count: > 0 } bookables)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = BundleForm.From(posted, bookables);
        form = form with { When = await people.ReadAsync(form.When, bookables[0].Site.Id, ct) };
        foreach (var of in bookables.Where(view => form.Codes.Contains(view.Code)))
        {
            if (posted["act"] == $"remove-{BundleForm.NameOfJob(of.Code)}")
            {
                return await page.ShowAsync(bookables, form with { Jobs = form.Jobs.Where(one => one.Key != of.Code).ToDictionary() }, ct);
            }

            if (posted.Files[BundleForm.NameOfFile(of.Code)] is { Length: > 0 } file)
            {
                await using var content = file.OpenReadStream();
                if (!(await upload.ExecuteAsync(me.Id, of.Machine.Code, file.FileName, content, ct)).TryGet(out var uploaded, out var refused))
                {
                    return await page.ShowAsync(bookables, form, ct, refusedFile: refused);
                }

                form = form with { Jobs = new Dictionary<string, Guid>(form.Jobs) { [of.Code] = uploaded.Job.Id.Value } };
            }
        }

        if (!form.HasEnough)
        {
            return await page.ShowAsync(bookables, form, ct, trouble: form.Codes.Count < BundleForm.FewestMachines ? BundleTrouble.TooFew : BundleTrouble.TooMany);
        }

        var (slot, clockTrouble) = form.When.Read(zones[bookables[0].Site.TimeZone]);
        if (slot is null || form.When.PeopleTrouble is not PeopleTrouble.None)
        {
            return await page.ShowAsync(bookables, form, ct, clockTrouble: clockTrouble);
        }

        if (posted["act"] == "confirm" && form.When.Seen == form.Fingerprint && form.RequestFor(slot) is { } wanted)
        {
            wanted = wanted with { AcceptSoft = form.When.Accepted };
            idempotent.Begin(me.Id, form.When.Key, http.Request, wanted);
            if ((await idempotent.OnceAsync(() => book.ExecuteAsync(wanted, ct), booked => booked.Id)).TryGet(out var id, out var no))
            {
                return Go.To($"{BundlePages.AddressOf(new BundleId(id))}?done=booked");
            }

            if (no is not BookingRefused)
            {
                return PageResults.Error(RefusalTable.StatusOf(no));
            }
        }

        if (form.IsSequence)
        {
            if (await previews.SequenceAsync(form.Codes, slot, ct) is not { } starts)
            {
                return await page.ShowAsync(bookables, form, ct, trouble: BundleTrouble.NoSequence);
            }

            form = form with { Starts = starts };
        }

        var chosen = form.Codes.Select(one => bookables.First(view => view.Code == one)).ToList();
        return (await previews.OfAsync(chosen, form.RequestFor(slot)!, ct)).TryGet(out var preview, out var refusal)
            ? await page.ShowAsync(bookables, form, ct, preview)
            : PageResults.Error(RefusalTable.StatusOf(refusal));
    }
}

/// <summary>Puts the page together.</summary>
internal sealed class BookBundlePageModel(BookingChecks checks, BookingPeople people, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task<IResult> ShowAsync(
        IReadOnlyList<MachineView> bookables, BundleForm form, CancellationToken ct, BundlePreview? preview = null, BundleTrouble trouble = BundleTrouble.None,
        WallClockTrouble clockTrouble = WallClockTrouble.None, Refusal? refusedFile = null)
    {
        var jobs = new Dictionary<string, MachineJob>();
        foreach (var view in bookables.Where(view => form.Jobs.ContainsKey(view.Code)))
        {
            if (await checks.JobAsync(form.Jobs[view.Code], view, ct) is { } job)
            {
                jobs.Add(view.Code, job);
            }
        }

        var isRefused = refusedFile is not null || form.When.PeopleTrouble is not PeopleTrouble.None || trouble is not BundleTrouble.None || clockTrouble is not WallClockTrouble.None || preview is { IsBookable: false };
        return PageResults.Page<BookBundlePage>(
            new
            {
                Bookables = bookables,
                Form = form,
                Jobs = jobs,
                RefusedFile = refusedFile,
                MayBookForOthers = people.MayBookForOthers(bookables[0].Site.Id),
                Preview = preview,
                Trouble = trouble,
                ClockTrouble = clockTrouble,
                Policy = PolicyOf([.. bookables.Where(view => form.Codes.Contains(view.Code))]),
                Projects = await checks.ProjectsAsync(ct),
                Zone = zones[bookables[0].Site.TimeZone],
                Now = clock.Now,
            },
            isRefused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    /// <summary>The lengths that all of them can be booked for, as far as one can say.</summary>
    private static MachinePolicy PolicyOf(IReadOnlyList<MachineView> chosen)
    {
        var usual = new MachinePolicy { HazardClass = HazardClass.L };
        return chosen.Count == 0 ? usual : usual with
        {
            MinimumLength = chosen.Max(view => view.Machine.Policy.MinimumLength),
            MaximumLength = chosen.Min(view => view.Machine.Policy.MaximumLength),
            Granularity = chosen.Max(view => view.Machine.Policy.Granularity),
            Horizon = chosen.Min(view => view.Machine.Policy.Horizon),
        };
    }
}
