using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>
/// Signing in at a provider. It begins with a link and not with a form, because the content policy lets forms lead to us alone. What the
/// provider says opens a session where it is linked already; an account or a link is made only by a form on our own page.
/// </summary>
internal static partial class ProviderPages
{
    private const string LinksAddress = $"{SecurityPages.Address}/sign-in-links";

    private static readonly string[] Troubles = ["failed", "cancelled", "down"];

    public static void MapSigningInElsewhere(this IEndpointRouteBuilder pages)
    {
        var elsewhere = pages.MapGroup("/sign-in/with/{code}").AllowAnonymous();
        elsewhere.MapGet("", StartAsync);
        elsewhere.MapGet("/arrived", ArriveAsync).RequireRateLimiting(SignInLimit.Policy);
        elsewhere.MapPost("/account", CreateAsync).RequireRateLimiting(SignInLimit.Policy);
        elsewhere.MapGet("/trouble", ShowTrouble);
    }

    /// <summary>For who is signed in and has confirmed it.</summary>
    public static void MapSignInLinks(this IEndpointRouteBuilder changing)
    {
        changing.MapGet($"{LinksAddress}/{{code}}", StartLinkAsync);
        changing.MapPost(LinksAddress, LinkAsync);
        changing.MapPost($"{LinksAddress}/remove", UnlinkAsync);
    }

    /// <param name="again">Whoever is signed in at the provider already shows there once more to be the one.</param>
    private static Task<IResult> StartAsync(string code, string? returnUrl, bool? again, OpenIdProviders providers, HttpContext http, ILoggerFactory logs) =>
        LeadAsync(code, ArrivalCookie.Start($"/sign-in/with/{code}/arrived", returnUrl, null), again == true, providers, http, logs);

    private static Task<IResult> StartLinkAsync(string code, OpenIdProviders providers, BrowserSessions sessions, HttpContext http, ILoggerFactory logs) =>
        LeadAsync(code, ArrivalCookie.Start($"/sign-in/with/{code}/arrived", SecurityPages.Address, sessions.ThisOne), false, providers, http, logs);

    private static async Task<IResult> LeadAsync(string code, AuthenticationProperties properties, bool again, OpenIdProviders providers, HttpContext http, ILoggerFactory logs)
    {
        if (providers.Find(code) is not { } provider)
        {
            return PageResults.NotFound();
        }

        var scheme = OpenIdProviders.SchemeOf(code);
        try
        {
            var options = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(scheme);
            await options.ConfigurationManager!.GetConfigurationAsync(http.RequestAborted);
            if (again)
            {
                properties.SetParameter(OpenIdConnectParameterNames.Prompt, "login");
                properties.SetParameter(OpenIdConnectParameterNames.MaxAge, TimeSpan.Zero);
            }

            await http.ChallengeAsync(scheme, properties);
            return Results.Empty;
        }
        catch (Exception error) when (error is InvalidOperationException or HttpRequestException or IOException or OpenIdConnectProtocolException
            or (TaskCanceledException and { CancellationToken.IsCancellationRequested: false }))
        {
            // Its description cannot be read. Nobody is kept from the other ways in.
            LogDown(logs.CreateLogger(typeof(ProviderPages)), code, error.GetType().Name);
            return Trouble(provider, "down");
        }
    }

    private static async Task<IResult> ArriveAsync(
        string code, OpenIdProviders providers, MeetArrival meet, CurrentMember me, BrowserSessions sessions, StartBrowser start, FablabDb db, LabClock clock, HttpContext http,
        CancellationToken ct)
    {
        if (providers.Find(code) is not { } provider)
        {
            return PageResults.NotFound();
        }

        if (await ArrivalCookie.ReadAsync(http, code) is not { } arrival)
        {
            return Trouble(provider, "failed");
        }

        // What was asked for in one browser session is no other's business.
        var isLinking = arrival.LinkingSession is not null;
        if (isLinking && (me.Known is null || arrival.LinkingSession != sessions.ThisOne))
        {
            await ArrivalCookie.ForgetAsync(http);
            return Trouble(provider, "failed");
        }

        var (outcome, owner) = await meet.ExecuteAsync(arrival, isLinking ? me.Id : null, ct);
        switch (outcome)
        {
            case ArrivalOutcome.AskToCreate:
                return PageResults.Page<NewFromProviderPage>(new { Provider = provider, arrival.Email, Name = arrival.Name ?? "" });
            case ArrivalOutcome.AskToLink:
                return PageResults.Page<LinkProviderPage>(new { Provider = provider, arrival.Shown });
            case ArrivalOutcome.SignIn when owner is not null:
                await ArrivalCookie.ForgetAsync(http);
                if (await db.IsSuspendedEverywhereAsync(new MemberId(owner.Id), clock.Now, ct))
                {
                    return PageResults.Page<SignInPage>(new { arrival.ReturnUrl, Refused = "account-suspended" }, StatusCodes.Status422UnprocessableEntity);
                }

                return await start.GoOnAsync(http, owner, arrival.IsStrong, arrival.IsFresh, arrival.ReturnUrl, ct);
            case ArrivalOutcome.AlreadyLinked:
                await ArrivalCookie.ForgetAsync(http);
                return Go.To($"{SecurityPages.Address}?done=linked");
            default:
                await ArrivalCookie.ForgetAsync(http);
                return Trouble(provider, WhyOf(outcome));
        }
    }

    private static async Task<IResult> CreateAsync(
        string code, [FromForm] string? name, OpenIdProviders providers, MeetArrival meet, StartBrowser start, HttpContext http, CancellationToken ct)
    {
        if (providers.Find(code) is not { } provider)
        {
            return PageResults.NotFound();
        }

        if (await ArrivalCookie.ReadAsync(http, code) is not { LinkingSession: null } arrival)
        {
            return Trouble(provider, "failed");
        }

        var (outcome, made, reasons) = await meet.CreateAsync(arrival, name ?? "", ct);
        if (reasons.Count > 0)
        {
            return PageResults.Page<NewFromProviderPage>(
                new { Provider = provider, arrival.Email, Name = name ?? "", Reasons = reasons }, StatusCodes.Status422UnprocessableEntity);
        }

        await ArrivalCookie.ForgetAsync(http);
        return made is null ? Trouble(provider, WhyOf(outcome)) : await start.GoOnAsync(http, made, arrival.IsStrong, arrival.IsFresh, arrival.ReturnUrl, ct);
    }

    private static async Task<IResult> LinkAsync(SignInLinks links, OpenIdProviders providers, CurrentMember me, BrowserSessions sessions, HttpContext http, CancellationToken ct)
    {
        if (await ArrivalCookie.ReadAsync(http) is not { LinkingSession: { } session } arrival || session != sessions.ThisOne || providers.Find(arrival.Provider) is not { } provider)
        {
            return Go.To(SecurityPages.Address);
        }

        await ArrivalCookie.ForgetAsync(http);
        return await links.LinkAsync(me.Id, arrival, ct) ? Go.To($"{SecurityPages.Address}?done=linked") : Trouble(provider, WhyOf(ArrivalOutcome.LinkedToAnother));
    }

    private static async Task<IResult> UnlinkAsync([FromForm] Guid? remove, SignInLinks links, CurrentMember me, CancellationToken ct) =>
        Go.To($"{SecurityPages.Address}?done={(remove is { } id && !await links.UnlinkAsync(me.Id, id, ct) ? "last-way-in" : "unlinked")}");

    private static IResult ShowTrouble(string code, string? why, OpenIdProviders providers) =>
        providers.Find(code) is { } provider ? Trouble(provider, Troubles.Contains(why) ? why! : "failed") : PageResults.NotFound();

    private static IResult Trouble(OpenIdProvider provider, string why) => PageResults.Page<ProviderTroublePage>(
        new { Provider = provider, Why = why }, why == "down" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity);

    private static string WhyOf(ArrivalOutcome outcome) => outcome switch
    {
        ArrivalOutcome.EmailKnown => "email-known",
        ArrivalOutcome.EmailNotVerified => "email-not-verified",
        ArrivalOutcome.DomainNotAllowed => "domain-not-allowed",
        ArrivalOutcome.LinkedToAnother => "linked-to-another",
        ArrivalOutcome.NotLinked => "not-linked",
        _ => "failed",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sign-in provider {Provider} cannot be reached or its description cannot be read: {Reason}")]
    private static partial void LogDown(ILogger log, string provider, string reason);
}
