using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Notices;

/// <summary>A notice in the list.</summary>
/// <param name="Link">Where to act on it; an address on our pages.</param>
public sealed record NoticeAtHand(Instant At, NoticeLine Line, string? Link, bool IsNew);

/// <summary>The list on the account's page, and the older ones on pages of their own. Whoever opens it has looked.</summary>
internal sealed class NoticePages(MyNotices mine, NoticeLines lines, CurrentMember me, IDateTimeZoneProvider zones, IOptions<WebOptions> web, LabClock clock)
{
    public const string Address = "/account/notices";

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet(Address, (string? after, NoticePages page, CancellationToken ct) => page.ShowAsync(after, ct));

    /// <summary>Some notices in words; from now on they are not new any more.</summary>
    public async Task<Page<NoticeAtHand>> LookAsync(Cursor after, CancellationToken ct)
    {
        var view = await mine.ListAsync(me.Id, after, Cursor.DefaultLimit, ct);
        if (view.Page.Items is [var newest, ..] && view.IsNew(newest))
        {
            await mine.SeeAsync(me.Id, newest.At, ct);
        }

        var told = await lines.OfAsync([.. view.Page.Items.Select(notice => (notice.Code, notice.Facts))], ct);
        return new Page<NoticeAtHand>(
            [.. view.Page.Items.Zip(told, (notice, line) => new NoticeAtHand(notice.At, line, notice.Facts.GetValueOrDefault("link"), view.IsNew(notice)))], view.Page.Next);
    }

    private async Task<IResult> ShowAsync(string? after, CancellationToken ct)
    {
        var page = await LookAsync(Cursor.Parse(after), ct);
        return PageResults.Page<NoticesPage>(new { Notices = page.Items, page.Next, Zone = zones[web.Value.TimeZone], Now = clock.Now });
    }
}
