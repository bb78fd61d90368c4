using System.Security.Claims;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>What we add to the framework's client: our public address, a check of who answers, and pages instead of errors.</summary>
internal sealed partial class OpenIdEvents(OpenIdProviders providers, IOptions<WebOptions> web, ILogger<OpenIdEvents> log) : OpenIdConnectEvents
{
    /// <summary>Whoever names another host in a request gets no other address.</summary>
    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        context.ProtocolMessage.RedirectUri = new Uri(web.Value.Address, context.Options.CallbackPath).ToString();
        return Task.CompletedTask;
    }

    /// <summary>An answer that names its issuer (RFC 9207) must come from the provider that was asked, before its code goes anywhere.</summary>
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        if (context.ProtocolMessage.Iss is { Length: > 0 } issuer && context.Options.ConfigurationManager is { } described
            && (await described.GetConfigurationAsync(context.HttpContext.RequestAborted)).Issuer != issuer)
        {
            context.Fail("The answer is of another issuer.");
        }
    }

    public override Task TicketReceived(TicketReceivedContext context)
    {
        var code = OpenIdProviders.CodeOf(context.Scheme.Name)!;
        if (context.Principal is not { } told || string.IsNullOrEmpty(told.FindFirstValue("iss")) || string.IsNullOrEmpty(told.FindFirstValue("sub")))
        {
            context.Fail("The provider named nobody.");
            return Task.CompletedTask;
        }

        context.Principal = ArrivalCookie.Keep(told, code, providers.Settings(code));
        return Task.CompletedTask;
    }

    public override Task AccessDenied(AccessDeniedContext context) => LeadAsync(context, "cancelled");

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        // Words of a provider may hold what is personal; the kind of trouble is enough here.
        LogFailed(OpenIdProviders.CodeOf(context.Scheme.Name)!, context.Failure?.GetType().Name ?? "unknown");
        return LeadAsync(context, context.Failure is HttpRequestException or TaskCanceledException || context.Failure?.InnerException is HttpRequestException ? "down" : "failed");
    }

    private static Task LeadAsync<TOptions>(HandleRequestContext<TOptions> context, string why)
        where TOptions : AuthenticationSchemeOptions
    {
        context.HandleResponse();
        context.Response.Redirect($"/sign-in/with/{OpenIdProviders.CodeOf(context.Scheme.Name)}/trouble?why={why}");
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signing in by {Provider} failed: {Reason}")]
    private partial void LogFailed(string provider, string reason);
}
