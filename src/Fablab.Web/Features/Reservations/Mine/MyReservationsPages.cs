using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Features.Reservations.HandingOver;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Mine;

/// <summary>A line of the list.</summary>
public sealed record MyReservation(Reservation Reservation, MachineRow Machine, DateTimeZone Zone, string? Project);

internal static class MyReservationsPages
{
    public static void MapMyReservations(this IEndpointRouteBuilder pages) => pages.MapGet("/reservations", ListAsync);

    private static async Task<IResult> ListAsync(
        string? after, ReadReservations reservations, ReadMachines machines, WaitingPageModel waiting, Handovers handovers, MyLimits limits, CurrentMember me,
        FablabDb db, IOptions<WebOptions> web, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        var page = await reservations.MineAsync(me.Id, Cursor.Parse(after), Cursor.DefaultLimit, ct);
        var zoneOf = (await machines.SitesAsync(ct)).ToDictionary(site => site.Code, site => zones[site.TimeZone]);
        return PageResults.Page<MyReservationsPage>(new
        {
            Rows = page.Items.Select(view => new MyReservation(view.Reservation, view.Machine, zoneOf[view.Site], view.ProjectName)).ToList(),
            page.Next,
            Wishes = await waiting.WishesAsync(ct),
            Now = clock.Now,
            Suspensions = await db.SuspensionsAsync(me.Id, null, clock.Now, ct),
            Zone = zones[web.Value.TimeZone],
            Received = HandoverPages.Lines(await handovers.ReceivedAsync(ct), zones),
            Limits = string.IsNullOrEmpty(after) ? await limits.ReadAsync(ct) : [],
            Given = HandoverPages.Lines(await handovers.GivenAsync(ct), zones),
        });
    }
}
