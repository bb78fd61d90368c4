using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Fablab.Web.Tests.Testing;

/// <summary>Somebody's account at a provider.</summary>
internal sealed record ProviderPerson(string Subject, string Email, bool IsVerified = true, string Name = "Somebody", string[]? Amr = null, string? Acr = null);

/// <summary>A real OpenID Connect provider on the loopback address, whose login asks nothing but a name.</summary>
internal sealed class LoginProvider : IAsyncDisposable
{
    private const string ClientSecret = "between the lab and the provider";

    private readonly SqliteConnection connection = new("Data Source=:memory:");
    private readonly WebApplication app;

    private LoginProvider(string code)
    {
        Code = code;
        connection.Open();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddDbContext<DbContext>(db => db.UseSqlite(connection).UseOpenIddict());
        builder.Services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<DbContext>())
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("userinfo");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
                server.RegisterScopes(Scopes.Email, Scopes.Profile);
                server.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().DisableTransportSecurityRequirement();
                server.AddEventHandler<OpenIddictServerEvents.ProcessSignInContext>(handler => handler
                    .SetOrder(OpenIddictServerHandlers.PrepareIdentityTokenPrincipal.Descriptor.Order + 1)
                    .UseInlineHandler(signIn =>
                    {
                        if (ForgetsNonce)
                        {
                            signIn.IdentityTokenPrincipal?.SetClaim(Claims.Nonce, "of somebody else");
                        }

                        return default;
                    }));
            });
        app = builder.Build();
        app.MapMethods("/authorize", ["GET", "POST"], Authorize);
    }

    public string Code { get; }

    public string Address => app.Urls.Single();

    /// <summary>Who is signed in there; <see langword="null"/> for somebody who breaks off.</summary>
    public ProviderPerson? Person { get; set; }

    /// <summary>Its tokens carry another nonce than was asked for.</summary>
    public bool ForgetsNonce { get; set; }

    /// <summary>How long ago its person signed in there, unless they are asked to do it again.</summary>
    public TimeSpan SignedInAgo { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Of the lab, to send people here.</summary>
    public Dictionary<string, string> Settings => new()
    {
        [$"SignIn:OpenId:Providers:{Code}:Name"] = $"{Code} account",
        [$"SignIn:OpenId:Providers:{Code}:Authority"] = Address,
        [$"SignIn:OpenId:Providers:{Code}:ClientId"] = "fablab",
        [$"SignIn:OpenId:Providers:{Code}:ClientSecret"] = ClientSecret,
    };

    public static async Task<LoginProvider> StartAsync(string code)
    {
        var provider = new LoginProvider(code);
        await provider.app.StartAsync();
        await using var scope = provider.app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbContext>().Database.EnsureCreatedAsync();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = "fablab",
            ClientSecret = ClientSecret,
            RedirectUris = { new Uri($"http://localhost:5080/sign-in/with/{code}/callback") },
            Permissions =
            {
                Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.GrantTypes.AuthorizationCode, Permissions.ResponseTypes.Code,
                Permissions.Scopes.Email, Permissions.Scopes.Profile,
            },
            Requirements = { Requirements.Features.ProofKeyForCodeExchange },
        });

        // Its keys are made at the first question, which takes long on a busy computer.
        using var client = new HttpClient { BaseAddress = new Uri(provider.Address) };
        await client.GetStringAsync(new Uri(".well-known/openid-configuration", UriKind.Relative));
        await client.GetStringAsync(new Uri(".well-known/jwks", UriKind.Relative));
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await connection.DisposeAsync();
    }

    private IResult Authorize(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (Person is not { } person)
        {
            return Results.Forbid(
                new(new Dictionary<string, string?> { [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.AccessDenied }),
                [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
        }

        var shownAgo = request.Prompt == "login" ? TimeSpan.Zero : SignedInAgo;
        var identity = new ClaimsIdentity("login", Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, person.Subject).SetClaim(Claims.Email, person.Email).SetClaim(Claims.EmailVerified, person.IsVerified).SetClaim(Claims.Name, person.Name)
            .SetClaim(Claims.AuthenticationTime, (TimeProvider.System.GetUtcNow() - shownAgo).ToUnixTimeSeconds());
        if (person.Amr is { } amr)
        {
            identity.SetClaims(Claims.AuthenticationMethodReference, [.. amr]);
        }

        if (person.Acr is { } acr)
        {
            identity.SetClaim(Claims.AuthenticationContextReference, acr);
        }

        identity.SetScopes(request.GetScopes());
        identity.SetDestinations(_ => [Destinations.IdentityToken, Destinations.AccessToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), null, OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}

/// <summary>Leads a test's browser to providers over the network and to the lab in this process, and can change what it is led to.</summary>
internal sealed class RoadToProviders(params LoginProvider[] providers) : DelegatingHandler
{
    private readonly HttpMessageInvoker network = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>The last address with which a provider led back to the lab.</summary>
    public Uri? Callback { get; private set; }

    /// <summary>Changes the next address with which a provider leads back.</summary>
    public Func<Uri, Uri>? Bend { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (providers.Any(provider => new Uri(provider.Address).Authority == address.Authority))
        {
            return network.SendAsync(request, cancellationToken);
        }

        if (address.AbsolutePath.EndsWith("/callback", StringComparison.Ordinal))
        {
            Callback = address;
            if (Bend is { } bend)
            {
                (request.RequestUri, Bend) = (bend(address), null);
            }
        }

        return base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        network.Dispose();
        base.Dispose(disposing);
    }
}
