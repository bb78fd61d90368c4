using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Presence.Visiting;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.Watching;

/// <summary>Who is in: a page for staff of a site, and what of it other members see.</summary>
internal static class PresencePages
{
    public const string MyVisits = "/account/visits";

    public static string AddressOf(string site) => $"/sites/{site}/presence";

    public static void MapPresencePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/presence", (string code, string? search, PresenceScreen screen, CancellationToken ct) => screen.ShowAsync(code, search, null, ct));
        pages.MapPost("/sites/{code}/presence", TellAsync);
        pages.MapGet("/sites/{code}/presence/evacuation", async (string code, ReadPresence read, CancellationToken ct) =>
            await read.SiteAsync(code, ct) is { } site && read.MaySee(site)
                ? (IResult)PageResults.Page<EvacuationPage>(new { Presence = await read.AtAsync(site, ct) }) : PageResults.NotFound());
        pages.MapGet(MyVisits, async (string? after, ReadPresence read, IDateTimeZoneProvider zones, IOptions<PresenceOptions> options, CancellationToken ct) =>
        {
            var page = await read.VisitsAsync(null, Cursor.Parse(after), Cursor.DefaultLimit, ct);
            return (IResult)PageResults.Page<MyVisitsPage>(new { Visits = page.Items, page.Next, Zones = zones, Days = options.Value.VisitDays });
        });
    }

    private static async Task<IResult> TellAsync(
        string code, [FromForm] Guid? member, [FromForm] Guid? visit, [FromForm] string? search, ReadPresence read, TellPresence tell, KeepVisits visits, PresenceScreen screen, CurrentMember me,
        CancellationToken ct)
    {
        if (await read.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var refusal = visit is { } id
            ? (await visits.EndAsync(new VisitId(id), ct)).Refusal
            : (await tell.InAsync(site, new MemberId(member ?? me.Id.Value), ct)).Refusal;
        return refusal switch
        {
            null => Go.To(AddressOf(site.Code)),
            NoSuchThing or NotAllowed => PageResults.NotFound(),
            _ => await screen.ShowAsync(code, search, refusal, ct),
        };
    }
}

/// <summary>Puts the page together.</summary>
internal sealed class PresenceScreen(ReadPresence read, TellPresence tell, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task<IResult> ShowAsync(string code, string? search, Refusal? refusal, CancellationToken ct)
    {
        if (await read.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var mayTell = me.May(Right.TellPresence, Subject.At(site.Id));
        return PageResults.Page<PresencePage>(
            new
            {
                Site = site,
                Presence = read.MaySee(site) ? await read.AtAsync(site, ct) : null,
                Count = await read.CountAsync(site.Id, ct),
                Mine = await read.MineAsync(site.Id, ct),
                MayTell = mayTell,
                MayTellMyself = mayTell || tell.MembersMay,
                MayManageKiosks = me.May(Right.ManageKiosks, Subject.At(site.Id)),
                Search = search ?? "",
                Found = mayTell && search is { Length: > 0 } typed ? await read.FindAsync(site.Id, typed, ct) : null,
                Refusal = refusal,
                Zone = zones[site.TimeZone],
                clock.Now,
            },
            refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal));
    }
}
