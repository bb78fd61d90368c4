using System.Security.Claims;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Members.SigningInElsewhere;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members;

internal static class MembersFeature
{
    /// <summary>Where a browser that is not signed in is sent.</summary>
    public const string SignInPage = "/sign-in";

    private const string CookieOrToken = "CookieOrToken";

    public static void AddMembers(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<PasswordSignInOptions, PasswordSignInOptionsValidator>(PasswordSignInOptions.Section);
        services.AddScoped<LoadMember>();
        services.AddScoped<ActByLink>();
        services.AddScoped<CurrentMember>();
        services.AddHttpContextAccessor();
        services.AddScoped<SignInWithPassword>();
        services.AddScoped<BrowserSessions>();
        services.AddScoped<StartBrowser>();
        services.AddScoped<SecondFactor>();
        services.AddScoped<WrongPasswords>();
        services.AddSingleton<StaffFactor>();
        services.AddSingleton<KnownBrowser>();
        services.AddSingleton<AccountLinks>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<PasswordReset>();
        services.AddScoped<AddressConfirmation>();
        services.AddScoped<AddressChange>();
        services.AddScoped<AddressUndo>();
        services.AddKeyedScoped<IMailActs, PasswordReset>(PasswordReset.MailCode);
        services.AddKeyedScoped<IMailActs, AddressConfirmation>(AddressConfirmation.MailCode);
        services.AddKeyedScoped<IMailActs, AddressChange>(AddressChange.MailCode);
        services.AddKeyedScoped<IMailActs, AddressUndo>(AddressUndo.MailCode);
        services.AddScoped<SecurityPageModel>();
        services.AddScoped<ConfirmPageModel>();
        services.AddScoped<ChangesOfProtection>();
        services.AddScoped<SecurityAudit>();
        services.AddScoped<MemberTokens>();
        services.AddScoped<TokenUse>();
        services.AddScoped<CreateFirstAdministrator>();
        services.AddSingleton<FirstAdministratorCode>();

        // The keys lie in the database, so that several nodes, and the next start, read the same cookies.
        services.AddDataProtection().SetApplicationName("fablab").PersistKeysToDbContext<FablabDb>();
        AddAccounts(services);
        AddSchemes(services);
        services.AddSigningInElsewhere();

        // Asked for while the pipeline is built, before a wrong setting is told as a sentence; hence not by the validated options.
        var isHttps = new WebOptions { PublicAddress = builder.Configuration[$"{WebOptions.Section}:{nameof(WebOptions.PublicAddress)}"] ?? "" }.IsHttps;
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = isHttps ? "__Host-fablab-form" : "fablab-form";
            antiforgery.Cookie.SecurePolicy = isHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            antiforgery.Cookie.Path = "/";
        });
        services.AddAuthorization(rules => rules.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddRateLimiter(limits => limits.AddPolicy<string, SignInLimit>(SignInLimit.Policy));
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, LoadOfOne>();
    }

    /// <summary>Finds out who asks and what they may do.</summary>
    public static void UseMembers(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseRateLimiter();
        app.Use(async (context, next) =>
        {
            var me = context.RequestServices.GetRequiredService<CurrentMember>();
            if (!me.IsSignedIn && BrowserSessions.IdOf(context.User) is { } session)
            {
                var load = context.RequestServices.GetRequiredService<LoadMember>();
                me.Known = await load.OfSessionAsync(session, context.RequestAborted);
                if (!me.IsSignedIn)
                {
                    // The session ended or the account is gone; the cookie says nothing any more.
                    context.User = new ClaimsPrincipal(new ClaimsIdentity());
                }
            }

            await next(context);
        });
        app.UseAuthorization();
        app.Use(TokenReach.CheckAsync);
        app.UseAntiforgery();
    }

    public static void MapMembers(this RouteGroupBuilder api)
    {
        api.MapAccessTokens();
        api.MapMe();
        api.MapAccountAccess();
        api.MapAddressChange();
        api.MapFirstAdministrator();
        api.MapSignInProviders();
    }

    private static void AddAccounts(IServiceCollection services)
    {
        services.AddIdentityCore<Account>().AddEntityFrameworkStores<FablabDb>().AddSignInManager();
        services.Replace(ServiceDescriptor.Scoped<IPasswordValidator<Account>, PasswordRules>());
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 600_000);
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<WebOptions>>((passkeys, web) =>
        {
            passkeys.ServerDomain = web.Value.Address.Host;
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
            passkeys.ValidateOrigin = origin => ValueTask.FromResult(
                !origin.CrossOrigin && Uri.TryCreate(origin.Origin, UriKind.Absolute, out var page) && Uri.Compare(
                    page, web.Value.Address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0);
        });
        services.Configure<IdentityOptions>(identity => identity.User.RequireUniqueEmail = true);
    }

    private static void AddSchemes(IServiceCollection services)
    {
        services.AddAuthentication(CookieOrToken)
            .AddPolicyScheme(CookieOrToken, null, policy => policy.ForwardDefaultSelector = context =>
                AccessTokenScheme.IsUsedBy(context.Request) ? AccessTokenScheme.Name : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, AccessTokenScheme>(AccessTokenScheme.Name, null)
            .AddCookie(IdentityConstants.ApplicationScheme)
            .AddCookie(HalfSignedIn.Scheme)
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme);
        foreach (var scheme in new[] { HalfSignedIn.Scheme, IdentityConstants.TwoFactorUserIdScheme })
        {
            services.AddOptions<CookieAuthenticationOptions>(scheme).Configure<IOptions<WebOptions>>((cookie, web) =>
            {
                cookie.Cookie.Name = web.Value.IsHttps ? $"__Host-fablab-{scheme}" : $"fablab-{scheme}";
                cookie.Cookie.SecurePolicy = web.Value.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = HalfSignedIn.Life;
                cookie.SlidingExpiration = false;
            });
        }

        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<IOptions<PasswordSignInOptions>, IOptions<WebOptions>>((cookie, signIn, web) =>
            {
                var isHttps = web.Value.IsHttps;
                cookie.Cookie.Name = isHttps ? "__Host-fablab" : "fablab";
                cookie.Cookie.SecurePolicy = isHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = TimeSpan.FromHours(signIn.Value.BrowserSessionHours);
                cookie.SlidingExpiration = true;
                cookie.LoginPath = SignInPage;
                cookie.ReturnUrlParameter = "returnUrl";
                cookie.Events.OnRedirectToLogin = context => AskToSignIn(context, "sign-in-needed");
                cookie.Events.OnRedirectToAccessDenied = context => RefusalProblems.ToProblem("not-allowed").ExecuteAsync(context.HttpContext);
            });
    }

    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> context, string code)
    {
        if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/openapi"))
        {
            return RefusalProblems.ToProblem(code).ExecuteAsync(context.HttpContext);
        }

        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
