using System.Globalization;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>What is looked for, as chosen on the page; what cannot be read is as if it were left out.</summary>
/// <param name="Minutes">The length, when no job tells it.</param>
/// <param name="Day">By the site's calendar; <see langword="null"/> for the next days.</param>
public sealed record FindTimeForm(int Minutes, LocalDate? Day, string? Site, MachineCategory? Category, OpeningOrder Order, Guid? Job)
{
    public static readonly int[] Lengths = [15, 30, 60, 90, 120, 180, 240, 360, 480, 720, 1440];

    private const int UsualMinutes = 60;

    public static FindTimeForm From(IQueryCollection query) => new(
        int.TryParse(query["minutes"], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && Lengths.Contains(minutes) ? minutes : UsualMinutes,
        LocalDatePattern.Iso.Parse(query["day"].ToString()).TryGetValue(default, out var day) ? day : null,
        query["site"].ToString() is { Length: > 0 and <= 40 } site ? site : null,
        Enum.TryParse<MachineCategory>(query["kind"], ignoreCase: true, out var category) && Enum.IsDefined(category) ? category : null,
        Enum.TryParse<OpeningOrder>(query["order"], ignoreCase: true, out var order) && order is OpeningOrder.Cheapest ? order : OpeningOrder.Soonest,
        Guid.TryParse(query["job"], out var job) ? job : null);
}

/// <summary>One line of the list.</summary>
public sealed record OpeningLine(string Name, string Site, TimeSlot Slot, DateTimeZone Zone, string Address, Fablab.Domain.Billing.Money Gross);

/// <summary>What one reason keeps out.</summary>
public sealed record ExclusionLine(string Code, IReadOnlyList<string> Machines);

/// <summary>Finding free time without script: choose, see what is free, tap to book it.</summary>
internal static class FindTimePages
{
    public const string Address = "/find-a-time";

    private const int MostLines = 12;

    private const int MostJobs = 20;

    private static readonly Duration DaysAhead = Duration.FromDays(7);

    public static void MapFindTime(this IEndpointRouteBuilder pages) => pages.MapGet(Address, ShowAsync);

    private static async Task<IResult> ShowAsync(
        HttpRequest http, FindOpenings find, ReadMachines machines, FablabDb db, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        var form = FindTimeForm.From(http.Query);
        var sites = await machines.SitesAsync(ct);
        var jobs = await JobsAsync(db, me, ct);
        var (now, zone) = (clock.Now, zones[(sites.Find(site => site.Code == form.Site) ?? sites.FirstOrDefault())?.TimeZone ?? "Etc/UTC"]);
        form = form with { Job = jobs.Find(job => job.Id.Value == form.Job)?.Id.Value, Day = form.Day is { } day && IsNear(day, now.InZone(zone).Date) ? day : null };
        var job = jobs.Find(one => one.Id.Value == form.Job);
        var found = await find.ExecuteAsync(
            new OpeningWish
            {
                Member = me.Id,
                Length = job is null ? Duration.FromMinutes(form.Minutes) : null,
                Job = job,
                Where = new BookableFilter { Site = form.Site, Category = form.Category },
                Window = WindowOf(form.Day, zone, now),
                Order = form.Order,
                Limit = MostLines,
            },
            ct);
        return PageResults.Page<FindTimePage>(new
        {
            Form = form,
            Sites = sites,
            Jobs = jobs,
            Today = now.InZone(zone).Date,
            Openings = found.Openings.Select(opening => LineOf(opening, form)).ToList(),
            Excluded = found.Excluded.Select(one => new ExclusionLine(one.Code, one.Machines)).ToList(),
        });
    }

    private static bool IsNear(LocalDate day, LocalDate today) => day >= today && day <= today.PlusYears(1);

    private static TimeSlot WindowOf(LocalDate? day, DateTimeZone zone, Instant now) => day is { } chosen
        ? new TimeSlot(zone.AtStartOfDay(chosen).ToInstant(), zone.AtStartOfDay(chosen.PlusDays(1)).ToInstant())
        : new TimeSlot(now, now + DaysAhead);

    /// <summary>Own jobs that wait and are not booked yet.</summary>
    private static Task<List<MachineJob>> JobsAsync(FablabDb db, CurrentMember me, CancellationToken ct)
    {
        var member = me.Id;
        return db.MachineJobs.AsNoTracking()
            .Where(job => job.Member == member && job.State == MachineJobState.Waiting && job.Intent == JobIntent.Run)
            .Where(job => !db.Reservations.Any(r => r.Job == job.Id && (r.State == ReservationState.Requested || r.State == ReservationState.Confirmed || r.State == ReservationState.Active)))
            .OrderByDescending(job => job.Id)
            .Take(MostJobs)
            .ToListAsync(ct);
    }

    private static OpeningLine LineOf(FoundOpening opening, FindTimeForm form)
    {
        var (bookable, slot) = (opening.Bookable, opening.Slot);
        var quote = QuoteResponse.For(slot, bookable.Tariff, opening.Estimate is { } works ? Duration.Min(works, slot.Length) : null);
        var address = $"/machines/{bookable.Code}/book?start={InstantPattern.General.Format(slot.Start)}&minutes={(int)slot.Length.TotalMinutes}"
            + (form.Job is { } job ? $"&job={job}" : "");
        return new OpeningLine(bookable.Name, bookable.Site.Name, slot, bookable.Zone, address, new(quote.Gross.Minor, quote.Gross.Currency));
    }
}
