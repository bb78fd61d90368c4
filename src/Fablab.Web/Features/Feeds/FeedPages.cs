using Fablab.Web.Components;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Feeds;

internal static class FeedPages
{
    public const string Address = "/account/calendars";

    public static void MapFeedPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, (string? machine, FeedPageModel page, CancellationToken ct) => page.ShowAsync(ct, machine: machine));
        pages.MapPost(Address, ActAsync);
        pages.MapFeedFiles();
    }

    private static async Task<IResult> ActAsync(
        [FromForm] string? name, [FromForm] string? machine, [FromForm] Guid? revoke, CurrentMember me, Feeds feeds, FeedPageModel page, CancellationToken ct)
    {
        if (revoke is { } id)
        {
            await feeds.RevokeAsync(me.Id, id, ct);
            return Go.To(Address);
        }

        if (string.IsNullOrWhiteSpace(name))
        {
            return await page.ShowAsync(ct, name, machine, refused: "name-missing");
        }

        var result = await feeds.CreateAsync(me.Id, name, string.IsNullOrEmpty(machine) ? null : machine, ct);
        return result.TryGet(out var made, out var refusal)
            ? await page.ShowAsync(ct, secret: made.Secret)
            : await page.ShowAsync(ct, name, machine, refused: refusal.Code);
    }
}

/// <summary>Puts the page of one's calendars together.</summary>
internal sealed class FeedPageModel(CurrentMember me, Feeds feeds, ReadMachines machines, IOptions<WebOptions> web, IDateTimeZoneProvider zones)
{
    /// <param name="secret">Of a feed that was just made.</param>
    /// <param name="refused">Why none was made.</param>
    public async Task<IResult> ShowAsync(CancellationToken ct, string? name = null, string? machine = null, string? secret = null, string? refused = null) => PageResults.Page<FeedsPage>(
        new
        {
            Feeds = (IReadOnlyList<FeedView>)await feeds.ListAsync(me.Id, ct),
            Machines = (IReadOnlyList<MachineView>)await machines.MachinesAsync(null, ct),
            Name = name ?? "",
            Chosen = machine ?? "",
            Secret = secret is null ? null : new Uri(web.Value.Address, Features.Feeds.Feeds.AddressOf(secret)).AbsoluteUri,
            Refused = refused,
            Zone = zones[web.Value.TimeZone],
        },
        refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
