using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Exchange.Exporting;
using Fablab.Web.Features.Machines;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Audit.Searching;

/// <summary>What the form above the list says; days are those of the first of the sites.</summary>
public sealed record AuditForm(string Action, string Site, string Machine, string Member, string From, string Until);

/// <summary>The audit for people. A file of it leaves the lab, so it is given only to who has just proved to be there.</summary>
internal static class AuditPages
{
    public const string Address = "/audit";

    public static void MapAuditPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, ShowAsync);
        foreach (var name in new[] { "csv", "jsonl" })
        {
            pages.MapGet(
                $"{Address}/export.{name}",
                (HttpContext http, ReadMachines machines, IDateTimeZoneProvider zones, ReadAudit read, ExportAudit audit, ExportData export, CancellationToken ct) =>
                    ExportAsync($"audit.{name}", http, machines, zones, read, audit, export, ct));
        }
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string? after, ReadMachines machines, IDateTimeZoneProvider zones, ReadAudit read, CancellationToken ct)
    {
        var form = FormOf(http.Request.Query);
        var sites = await machines.SitesAsync(ct);
        var zone = ZoneOf(sites, zones);
        if (await read.SearchAsync(SearchOf(form, zone), Cursor.Parse(after), Cursor.DefaultLimit, ct) is not { } page)
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<AuditPage>(new { Form = form, page.Items, page.Next, Sites = sites, Zone = zone });
    }

    private static async Task<IResult> ExportAsync(
        string file, HttpContext http, ReadMachines machines, IDateTimeZoneProvider zones, ReadAudit read, ExportAudit audit, ExportData export, CancellationToken ct)
    {
        if (!read.MaySeeAny)
        {
            return PageResults.NotFound();
        }

        var table = audit.TableOf(SearchOf(FormOf(http.Request.Query), ZoneOf(await machines.SitesAsync(ct), zones)));
        return ExportPages.Handed(await export.HandOutAsync(table, file, ct), http);
    }

    private static AuditForm FormOf(IQueryCollection query) => new(
        query["action"].ToString(), query["site"].ToString(), query["machine"].ToString(), query["member"].ToString(), query["from"].ToString(), query["until"].ToString());

    private static AuditSearch SearchOf(AuditForm form, DateTimeZone zone) => new AuditQuery
    {
        Action = form.Action, Site = form.Site, Machine = form.Machine, Member = Guid.TryParse(form.Member, out var member) ? member : null,
    }.ToSearch() with
    { From = DayOf(form.From, zone), Until = DayOf(form.Until, zone, after: 1) };

    private static DateTimeZone ZoneOf(IReadOnlyList<SiteRow> sites, IDateTimeZoneProvider zones) => sites.Count == 0 ? DateTimeZone.Utc : zones[sites[0].TimeZone];

    /// <param name="after">Days after it.</param>
    private static Instant? DayOf(string text, DateTimeZone zone, int after = 0) =>
        LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var day) && day.Year is >= 2000 and < 2200 ? zone.AtStartOfDay(day.PlusDays(after)).ToInstant() : null;
}
