using Fablab.Domain.Reservations;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Machines.Browsing;

/// <summary>A site and how many of its machines are free now.</summary>
public sealed record SiteSummary(SiteRow Site, IReadOnlyList<MachineCardModel> Cards);

internal static class BrowsingPages
{
    /// <summary>How many days of free times the machine page shows.</summary>
    private const int DaysShown = 5;

    public static void MapBrowsing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/", HomeAsync);
        pages.MapGet("/sites/{code}", SiteAsync);
        pages.MapGet("/machines/{code}", MachineAsync);
    }

    private static async Task<IResult> HomeAsync(ReadMachines machines, MachineCards cards, CurrentMember me, CancellationToken ct)
    {
        var ofSite = (await cards.OfSiteAsync(null, ct)).ToLookup(card => card.SiteCode);
        var sites = await machines.SitesAsync(ct);
        return PageResults.Page<HomePage>(new
        {
            Sites = sites.Select(site => new SiteSummary(site, [.. ofSite[site.Code]])).ToList(),
            MayEditRules = me.May(Right.EditLabRules, Subject.Nothing),
        });
    }

    private static async Task<IResult> SiteAsync(string code, ReadMachines machines, MachineCards cards, CurrentMember me, CancellationToken ct)
    {
        if ((await machines.SitesAsync(ct)).Find(site => site.Code == code) is not { } site)
        {
            return PageResults.NotFound();
        }

        var models = await cards.OfSiteAsync(code, ct);
        return PageResults.Page<SitePage>(new
        {
            Summary = new SiteSummary(site, models),
            IsManager = me.May(Right.SeeSiteReservations, Subject.At(site.Id)),
            MayEditRules = me.May(Right.EditRules, Subject.At(site.Id)),
        });
    }

    private static async Task<IResult> MachineAsync(
        string code, string? from, ReadMachines machines, MachineCards cards, Availability availability, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        if (await machines.MachineAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var zone = zones[view.Site.TimeZone];
        var today = clock.Now.InZone(zone).Date;
        var last = today.PlusDays((int)view.Machine.Policy.Horizon.TotalDays);
        var first = NodaTime.Text.LocalDatePattern.Iso.Parse(from ?? "").TryGetValue(today, out var wanted) && wanted > today ? LocalDate.Min(wanted, last) : today;
        var window = new TimeSlot(zone.AtStartOfDay(first).ToInstant(), zone.AtStartOfDay(first.PlusDays(DaysShown)).ToInstant());
        var free = await availability.OfAsync(code, window, ct);
        var days = Enumerable.Range(0, DaysShown).Select(first.PlusDays).Select(day => DayPlan.Of(day, zone, free!.Openings, free.Taken, clock.Now)).ToList();
        var card = (await cards.CardsAsync([view], ct))[0];
        return PageResults.Page<MachinePage>(new
        {
            View = view,
            Card = card,
            Days = days,
            Earlier = first > today ? LocalDate.Max(today, first.PlusDays(-DaysShown)) : (LocalDate?)null,
            Later = first.PlusDays(DaysShown) <= last ? first.PlusDays(DaysShown) : (LocalDate?)null,
        });
    }
}
