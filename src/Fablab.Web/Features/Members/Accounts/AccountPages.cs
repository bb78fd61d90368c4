using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Pushing;
using Fablab.Web.Features.People.AskingForTariffs;
using Fablab.Web.Features.People.Leaving;
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
        NoticePages.Map(pages);
        pages.MapPushForms();
        pages.MapAddressChangePages();
    }

    private static async Task<IResult> ActAsync(
        [FromForm] string? create, [FromForm] int? days, [FromForm] Guid? revoke, HttpContext http, MemberTokens tokens, AccountPageModel page, CancellationToken ct)
    {
        if (revoke is { } id)
        {
            await tokens.RevokeAsync(id, ct);
            return Go.To("/account");
        }

        if (string.IsNullOrWhiteSpace(create))
        {
            return Go.To("/account");
        }

        var ticked = (await http.Request.ReadFormAsync(ct))["scopes"];
        var scopes = ScopeSet.Of(Enum.GetValues<Scope>().Where(scope => ticked.Contains(ScopeSet.WordOf(scope))));
        var form = new TokenForm(create.Trim(), LivesInDays.Contains(days ?? 0) ? days!.Value : LivesInDays[0], scopes, LacksScope: scopes.IsEmpty);
        if (form.LacksScope)
        {
            return await page.ShowAsync(null, null, ct, form);
        }

        // Shown on this answer only: nobody, we included, can read it again.
        return (await tokens.CreateAsync(form.Name, Duration.FromDays(form.Days), scopes, ct)).TryGet(out var made, out var refusal) ? await page.ShowAsync(made.Secret, null, ct)
            : refusal is TooManyTokens ? await page.ShowAsync(null, null, ct, form with { IsOneTooMany = true })
            : Go.To(SecurityPages.ConfirmFor("/account"));
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
    CurrentMember me, MemberTokens tokens, MyMailPreferences mail, PushKeys push, PushSubscriptions browsers, AskForTariff tariffs, IOptions<PushOptions> pushing, NoticePages notices, LeaveSite leave, IDateTimeZoneProvider zones, IOptions<WebOptions> web, LabClock clock)
{
    /// <param name="secret">Of a token that was just made.</param>
    /// <param name="form">Of a token that could not be made like this.</param>
    public async Task<IResult> ShowAsync(string? secret, Refusal? refusal, CancellationToken ct, TokenForm? form = null)
    {
        var told = await notices.LookAsync(Cursor.First, ct);
        return PageResults.Page<AccountPage>(
            new
            {
                Member = new AccountView(me.Member.DisplayName, me.Member.Email),
                Sites = await leave.MineAsync(ct),
                MayAskForTariff = await tariffs.IsOfUseAsync(ct),
                Tokens = await tokens.ListAsync(ct),
                Form = form ?? new TokenForm("", AccountPages.Lives[0], MemberTokens.DefaultScopes, LacksScope: false),
                Secret = secret,
                Lives = AccountPages.Lives,
                Mail = await mail.ReadAsync(me.Id, ct),
                Browsers = (IReadOnlyList<PushSubscriptionRow>)await browsers.ListAsync(me.Id, ct),
                PushKey = pushing.Value.IsOn ? await push.PublicAsync(ct) : null,
                Refused = refusal?.Code,
                Notices = told.Items,
                OlderNotices = told.Next,
                Zone = zones[web.Value.TimeZone],
                Now = clock.Now,
            },
            form is not null ? StatusCodes.Status422UnprocessableEntity : refusal is null ? StatusCodes.Status200OK : Api.RefusalTable.StatusOf(refusal));
    }
}

/// <summary>Who is signed in.</summary>
public sealed record AccountView(string DisplayName, string Email);

/// <summary>An access token as it is asked for.</summary>
public sealed record TokenForm(string Name, int Days, ScopeSet Scopes, bool LacksScope)
{
    /// <summary>As many work as may.</summary>
    public bool IsOneTooMany { get; init; }
}
