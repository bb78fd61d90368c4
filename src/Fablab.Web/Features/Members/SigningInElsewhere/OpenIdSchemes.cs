using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>
/// The framework's OpenID Connect client, one scheme a provider: code flow with PKCE, state and nonce. What it finds lies in a
/// short-lived cookie, from which our own pages go on.
/// </summary>
internal static class OpenIdSchemes
{
    public static void AddSigningInElsewhere(this IServiceCollection services)
    {
        services.AddSingleton<OpenIdProviders>();
        services.AddScoped<OpenIdEvents>();
        services.AddScoped<MeetArrival>();
        services.AddScoped<SignInLinks>();
        services.AddScoped<WaysIn>();
        services.AddTransient<OpenIdConnectHandler>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>());
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>, ConfigureProvider>();
        services.AddOptions<AuthenticationOptions>().Configure<IOptions<PasswordSignInOptions>>((schemes, signIn) =>
        {
            foreach (var code in signIn.Value.OpenId.Providers.Keys)
            {
                schemes.AddScheme(OpenIdProviders.SchemeOf(code), scheme => scheme.HandlerType = typeof(OpenIdConnectHandler));
            }
        });
        services.AddAuthentication().AddCookie(ArrivalCookie.Scheme);
        services.AddOptions<CookieAuthenticationOptions>(ArrivalCookie.Scheme).Configure<IOptions<WebOptions>>((cookie, web) =>
        {
            cookie.Cookie.Name = web.Value.IsHttps ? "__Host-fablab-arrival" : "fablab-arrival";
            cookie.Cookie.SecurePolicy = SecurePolicyOf(web.Value);
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.ExpireTimeSpan = HalfSignedIn.Life;
            cookie.SlidingExpiration = false;
        });
    }

    private static CookieSecurePolicy SecurePolicyOf(WebOptions web) => web.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;

    private sealed class ConfigureProvider(IOptions<PasswordSignInOptions> signIn, IOptions<WebOptions> web) : IConfigureNamedOptions<OpenIdConnectOptions>
    {
        private const int LargestAnswer = 1024 * 1024;

        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

        public void Configure(string? name, OpenIdConnectOptions options)
        {
            if (OpenIdProviders.CodeOf(name) is not { } code || !signIn.Value.OpenId.Providers.TryGetValue(code, out var provider))
            {
                return;
            }

            options.Authority = provider.Authority;
            options.RequireHttpsMetadata = !new Uri(provider.Authority).IsLoopback;
            (options.ClientId, options.ClientSecret) = (provider.ClientId, provider.ClientSecret);
            (options.ResponseType, options.ResponseMode) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query);
            options.UsePkce = true;
            options.Scope.Clear();
            foreach (var scope in provider.Scopes.Count > 0 ? provider.Scopes : ["openid", "profile", "email"])
            {
                options.Scope.Add(scope);
            }

            options.CallbackPath = $"/sign-in/with/{code}/callback";
            options.RemoteSignOutPath = PathString.Empty;
            options.SignedOutCallbackPath = $"/sign-in/with/{code}/signed-out";
            options.SignInScheme = ArrivalCookie.Scheme;
            options.EventsType = typeof(OpenIdEvents);
            (options.MapInboundClaims, options.SaveTokens, options.GetClaimsFromUserInfoEndpoint) = (false, false, true);

            // All claims of the token stay until the event has looked at them; these three may also come from the user's page at the provider.
            options.ClaimActions.Clear();
            options.ClaimActions.MapUniqueJsonKey("email", "email");
            options.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
            options.ClaimActions.MapUniqueJsonKey("name", "name");
            options.BackchannelTimeout = Patience;
            options.Backchannel = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Patience, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            {
                Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer,
            };
            Guard(options.CorrelationCookie, "correlation-");
            Guard(options.NonceCookie, "nonce-");
        }

        public void Configure(OpenIdConnectOptions options) => Configure(Options.DefaultName, options);

        // The provider leads back by a link, so Lax is enough and the cookies need no https in a trial.
        private void Guard(CookieBuilder cookie, string name)
        {
            cookie.Name = web.Value.IsHttps ? $"__Secure-fablab-{name}" : $"fablab-{name}";
            (cookie.SameSite, cookie.HttpOnly, cookie.SecurePolicy) = (SameSiteMode.Lax, true, SecurePolicyOf(web.Value));
        }
    }
}
