using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.People.Badges;

/// <summary>One's own badges, for who lost one when nobody is at the front desk.</summary>
internal static class MyBadgePages
{
    public const string Address = "/account/badges";

    public static void MapMyBadges(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, ShowAsync);
        pages.MapPost(Address, async ([FromForm] Guid? revoke, KeepBadges badges, CancellationToken ct) =>
            revoke is { } id && await badges.RevokeMineAsync(id, ct) is null ? Go.To($"{Address}?done=revoked") : Go.To(Address));
    }

    private static async Task<IResult> ShowAsync(string? done, KeepBadges badges, IDateTimeZoneProvider zones, IOptions<WebOptions> web, CancellationToken ct) =>
        PageResults.Page<MyBadgesPage>(new { Badges = (IReadOnlyList<BadgeRow>)await badges.MineAsync(ct), Zone = zones[web.Value.TimeZone], IsRevoked = done == "revoked" });
}
