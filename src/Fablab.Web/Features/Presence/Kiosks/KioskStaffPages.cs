using Fablab.Domain.Presence;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.Kiosks;

/// <summary>Where managers keep the kiosks of their site.</summary>
internal static class KioskStaffPages
{
    public static string AddressOf(string site) => $"/sites/{site}/kiosks";

    public static void MapKioskStaffPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/kiosks", async (string code, KeepKiosks kiosks, KiosksPageModel page, CancellationToken ct) =>
            await kiosks.SiteAsync(code, ct) is { } site ? await page.ShowAsync(site, ct) : PageResults.NotFound());
        pages.MapPost("/sites/{code}/kiosks", ActAsync);
    }

    private static async Task<IResult> ActAsync(
        string code, [FromForm] string? name, [FromForm] string? machine, [FromForm] Guid? renew, [FromForm] Guid? revoke, KeepKiosks kiosks, KiosksPageModel page, CancellationToken ct)
    {
        if (await kiosks.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        // By the address of one site only its own are changed.
        if ((renew ?? revoke) is { } id && (await kiosks.ListAsync(site.Id, ct)).All(one => one.Kiosk.Id != new KioskId(id)))
        {
            return PageResults.NotFound();
        }

        if (revoke is { } ended)
        {
            return await kiosks.RevokeAsync(new KioskId(ended), ct) is null ? Go.To(AddressOf(site.Code)) : PageResults.NotFound();
        }

        if (renew is null && name?.Trim() is not { Length: > 0 and <= KioskRow.LongestName })
        {
            return await page.ShowAsync(site, ct, name: name, machine: machine, isNameMissing: true);
        }

        var offer = renew is { } again
            ? await kiosks.RenewAsync(new KioskId(again), ct) : await kiosks.MakeAsync(code, name!, string.IsNullOrEmpty(machine) ? null : machine, ct);
        return offer.TryGet(out var made, out _) ? await page.ShowAsync(site, ct, made) : PageResults.NotFound();
    }
}

/// <summary>Puts the page together.</summary>
internal sealed class KiosksPageModel(KeepKiosks kiosks, ReadMachines machines, IOptions<WebOptions> web, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <param name="made">Shown this once.</param>
    public async Task<IResult> ShowAsync(SiteRow site, CancellationToken ct, PairingOffer? made = null, string? name = null, string? machine = null, bool isNameMissing = false) =>
        PageResults.Page<KiosksPage>(
            new
            {
                Site = site,
                Kiosks = await kiosks.ListAsync(site.Id, ct),
                Machines = (IReadOnlyList<MachineView>)await machines.MachinesAsync(site.Code, ct),
                Made = made,
                PairAt = new Uri(web.Value.Address, AtKiosks.KioskPages.Address).AbsoluteUri,
                Name = name ?? "",
                Chosen = machine ?? "",
                IsNameMissing = isNameMissing,
                Zone = zones[site.TimeZone],
                clock.Now,
            },
            isNameMissing ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
}
