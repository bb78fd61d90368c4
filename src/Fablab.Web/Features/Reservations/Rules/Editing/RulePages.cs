using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>The booking rules of a site and of the lab, for those who may edit them; to everybody else the pages do not exist.</summary>
internal static class RulePages
{
    public static void MapRulePages(this IEndpointRouteBuilder pages)
    {
        Map(pages, "/rules");
        Map(pages, "/sites/{code}/rules");
    }

    private static void Map(IEndpointRouteBuilder pages, string address)
    {
        pages.MapGet(address, ShowAsync);
        pages.MapGet($"{address}/draft", BeginAsync);
        pages.MapPost($"{address}/draft", ActAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? code, int? version, string? done, RulesPlaces places, ReadRuleBooks books, ReadRuleNames names, CurrentMember me, CancellationToken ct)
    {
        if (await places.FindAsync(code, ct) is not { } place || await books.VersionAsync(place.Site, version, ct) is not { } shown)
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<RulesPage>(new
        {
            Place = place,
            Shown = shown,
            History = await books.HistoryAsync(place.Site, ct),
            Names = await names.ForAsync(place.Site, ct),
            OfTheLab = place.Site is null ? null : await books.VersionAsync(null, null, ct),
            MayEditLab = me.May(Right.EditLabRules, Subject.Nothing),
            IsDone = done == "published",
        });
    }

    private static async Task<IResult> BeginAsync(
        string? code, int? version, RulesPlaces places, ReadRuleBooks books, DraftPages draft, LabClock clock, CancellationToken ct)
    {
        if (await places.FindAsync(code, ct) is not { } place || await books.VersionAsync(place.Site, version, ct) is not { } began)
        {
            return PageResults.NotFound();
        }

        var newest = version is null ? began : (await books.VersionAsync(place.Site, null, ct))!;
        return await draft.ShowAsync(place, DraftForm.Of(began.Rules, newest.Version, clock.Now, place.Zone), ct);
    }

    private static async Task<IResult> ActAsync(string? code, HttpRequest http, RulesPlaces places, DraftPages draft, CancellationToken ct) =>
        await places.FindAsync(code, ct) is { } place ? await draft.ActAsync(place, await http.ReadFormAsync(ct), ct) : PageResults.NotFound();
}

/// <summary>Finds the site, or the lab, for those who may edit its rules.</summary>
internal sealed class RulesPlaces(ReadMachines machines, CurrentMember me, IDateTimeZoneProvider zones)
{
    /// <param name="code">Of a site; <see langword="null"/> for the lab.</param>
    public async Task<RulesPlace?> FindAsync(string? code, CancellationToken ct)
    {
        var sites = await machines.SitesAsync(ct);
        if (code is null)
        {
            // The lab has no wall clock of its own.
            return me.May(Right.EditLabRules, Subject.Nothing) ? new RulesPlace(null, null, null, sites is [var first, ..] ? zones[first.TimeZone] : DateTimeZone.Utc) : null;
        }

        return sites.Find(site => site.Code == code) is { } found && me.May(Right.EditRules, Subject.At(found.Id))
            ? new RulesPlace(found.Id, found.Code, found.Name, zones[found.TimeZone])
            : null;
    }
}
