using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Bridges.Keeping;

/// <summary>Where managers keep the bridges of their site.</summary>
internal static class BridgePages
{
    public static string AddressOf(string site) => $"/sites/{site}/bridges";

    public static void MapBridgePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/bridges", async (string code, KeepBridges bridges, BridgesPageModel page, CancellationToken ct) =>
            await bridges.SiteAsync(code, ct) is { } site ? await page.ShowAsync(site, new(), ct) : PageResults.NotFound());
        pages.MapPost("/sites/{code}/bridges", MakeAsync);
        pages.MapPost("/sites/{code}/bridges/{id:guid}", ActAsync);
    }

    private static async Task<IResult> MakeAsync(string code, [FromForm] string? name, KeepBridges bridges, BridgesPageModel page, CancellationToken ct)
    {
        if (await bridges.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        name = name?.Trim() ?? "";
        if (!Codes.IsValid(name))
        {
            return await page.ShowAsync(site, new() { Name = name, Problem = "not-a-code" }, ct);
        }

        return (await bridges.MakeAsync(code, name, ct)).TryGet(out var made, out var refusal)
            ? await page.ShowAsync(site, new() { Made = made }, ct) : await page.ShowAsync(site, new() { Name = name, Problem = refusal.Code }, ct);
    }

    private static async Task<IResult> ActAsync(
        string code, Guid id, [FromForm] string? act, [FromForm] string? topic, [FromForm] string? remove, KeepBridges bridges, KeepBridgeDevices devices, BridgesPageModel page, CancellationToken ct)
    {
        // By the address of one site only its own are changed.
        if (await bridges.SiteAsync(code, ct) is not { } site || (await bridges.ListAsync(site, ct)).All(view => view.Bridge.Id != id))
        {
            return PageResults.NotFound();
        }

        return act switch
        {
            "renew" => (await bridges.RenewAsync(id, ct)).TryGet(out var offer, out var no) ? await page.ShowAsync(site, new() { Made = offer }, ct) : Refused(no),
            "revoke" => await bridges.RevokeAsync(id, ct) is { } no ? Refused(no) : Go.To(AddressOf(site.Code)),
            "device" when Codes.IsValid(topic?.Trim()) => (await devices.AddAsync(id, topic.Trim(), ct)).TryGet(out var device, out var no)
                ? await page.ShowAsync(site, new() { Device = device }, ct) : await page.ShowAsync(site, new() { Bridge = id, Topic = topic, Problem = no.Code }, ct),
            "device" => await page.ShowAsync(site, new() { Bridge = id, Topic = topic ?? "", Problem = "not-a-code" }, ct),
            _ when remove is not null => await devices.RemoveAsync(id, remove, ct) is { } no ? Refused(no) : Go.To(AddressOf(site.Code)),
            _ => PageResults.NotFound(),
        };
    }

    private static IResult Refused(Refusal refusal) => refusal.Code == "not-found" ? PageResults.NotFound() : throw new InvalidOperationException(refusal.Code);
}

/// <summary>What the page shows besides the list.</summary>
public sealed record BridgesPageState
{
    /// <summary>A code, shown this once.</summary>
    public BridgeOffer? Made { get; init; }

    public BridgeDevice? Device { get; init; }

    /// <summary>What was typed for a new bridge.</summary>
    public string Name { get; init; } = "";

    /// <summary>The bridge that <see cref="Topic"/> was typed for.</summary>
    public Guid? Bridge { get; init; }

    public string Topic { get; init; } = "";

    /// <summary>Code of what is wrong with what was typed.</summary>
    public string? Problem { get; init; }
}

/// <summary>Puts the page together.</summary>
internal sealed class BridgesPageModel(KeepBridges bridges, IOptions<WebOptions> web, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task<IResult> ShowAsync(SiteRow site, BridgesPageState state, CancellationToken ct) => PageResults.Page<BridgesPage>(
        new { Site = site, Bridges = await bridges.ListAsync(site, ct), State = state, Server = web.Value.PublicAddress, Zone = zones[site.TimeZone], clock.Now },
        state.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
