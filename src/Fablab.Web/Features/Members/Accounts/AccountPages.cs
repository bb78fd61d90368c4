using Fablab.Domain;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Pushing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Members.Accounts;

internal static class AccountPages
{
    private static readonly int[] LivesInDays = [30, 90, 365];

    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public static void MapAccount(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/account", (AccountPageModel page, CancellationToken ct) => page.ShowAsync(null, null, ct));
        pages.MapPost("/account", ActAsync);
        pages.MapPost("/account/mail", ChangeMailAsync);
        pages.MapPushForms();
    }

    private static async Task<IResult> ActAsync(
        [FromForm] string? create, [FromForm] int? days, [FromForm] Guid? revoke, CurrentMember me, MemberTokens tokens, BrowserSessions sessions, AccountPageModel page,
        CancellationToken ct)
    {
        if (revoke is { } id)
        {
            await tokens.RevokeAsync(me.Id, id, ct);
            return Go.To("/account");
        }

        if (string.IsNullOrWhiteSpace(create))
        {
            return Go.To("/account");
        }

        if (!await sessions.IsConfirmedAsync(ct))
        {
            return Go.To(SecurityPages.ConfirmFor("/account"));
        }

        // Shown on this answer only: nobody, we included, can read it again.
        var life = Duration.FromDays(LivesInDays.Contains(days ?? 0) ? days!.Value : LivesInDays[0]);
        var (_, secret) = await tokens.CreateAsync(me.Id, create.Trim(), life, ct);
        return await page.ShowAsync(secret, null, ct);
    }

    private static async Task<IResult> ChangeMailAsync(HttpContext http, CurrentMember me, MyMailPreferences preferences, AccountPageModel page, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var wanted = new MailPreferences(
            [.. NoticeCodes.Topics.Where(topic => !form["topics"].Contains(topic))], TimeOf(form["quietFrom"]), TimeOf(form["quietUntil"]),
            [.. NoticeCodes.TopicsOfNotices.Where(topic => !form["pushTopics"].Contains(topic))]);
        return (await preferences.ChangeAsync(me.Id, wanted, ct)).TryGet(out _, out var refusal) ? Go.To("/account#mail") : await page.ShowAsync(null, refusal, ct);
    }

    private static LocalTime? TimeOf(string? typed) => Clock.Parse(typed ?? "").TryGetValue(default, out var time) ? time : null;

    public static IReadOnlyList<int> Lives => LivesInDays;
}

/// <summary>Puts the page of one's account together.</summary>
internal sealed class AccountPageModel(
    CurrentMember me, MemberTokens tokens, MyMailPreferences mail, PushKeys push, PushSubscriptions browsers, IOptions<PushOptions> pushing, NoticeLines lines, FablabDb db, IDateTimeZoneProvider zones, IOptions<WebOptions> web, LabClock clock)
{
    /// <param name="secret">Of a token that was just made.</param>
    public async Task<IResult> ShowAsync(string? secret, Refusal? refusal, CancellationToken ct)
    {
        var notices = await db.NewestAsync(me.Id, ct);
        var told = await lines.OfAsync([.. notices.Select(notice => (notice.Code, notice.Facts))], ct);
        return PageResults.Page<AccountPage>(
            new
            {
                Member = new AccountView(me.Member.DisplayName, me.Member.Email),
                Tokens = await tokens.ListAsync(me.Id, ct),
                Secret = secret,
                Lives = AccountPages.Lives,
                Mail = await mail.ReadAsync(me.Id, ct),
                Browsers = (IReadOnlyList<PushSubscriptionRow>)await browsers.ListAsync(me.Id, ct),
                PushKey = pushing.Value.IsOn ? await push.PublicAsync(ct) : null,
                Refused = refusal?.Code,
                Notices = (IReadOnlyList<NoticeAtHand>)[.. notices.Zip(told, (notice, line) => new NoticeAtHand(notice.At, line, notice.Facts.GetValueOrDefault("link")))],
                Zone = zones[web.Value.TimeZone],
                Now = clock.Now,
            },
            refusal is null ? StatusCodes.Status200OK : Api.RefusalTable.StatusOf(refusal));
    }
}

/// <summary>Who is signed in.</summary>
public sealed record AccountView(string DisplayName, string Email);

/// <summary>A notice in the list.</summary>
/// <param name="Link">Where to act on it; an address on our pages.</param>
public sealed record NoticeAtHand(Instant At, NoticeLine Line, string? Link);
