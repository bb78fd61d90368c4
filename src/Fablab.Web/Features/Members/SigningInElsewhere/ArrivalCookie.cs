using System.Globalization;
using System.Security.Claims;
using Fablab.Domain.Members;
using Microsoft.AspNetCore.Authentication;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>Who came back from a provider, and what for.</summary>
/// <param name="Provider">Its code.</param>
/// <param name="Issuer">With <paramref name="Subject"/> the key of a sign-in; a mail address is none.</param>
/// <param name="IsStrong">The provider said that two factors were shown, and the settings believe it.</param>
/// <param name="IsFresh">They proved to be there at the provider just now, and not some time before.</param>
/// <param name="LinkingSession">The browser session in which somebody asked to link this sign-in; <see langword="null"/> for signing in.</param>
/// <param name="ReturnUrl">Where they wanted to go, unchecked.</param>
internal sealed record Arrival(
    string Provider, string Issuer, string Subject, string? Email, bool IsEmailVerified, string? Name, bool IsStrong, bool IsFresh, Guid? LinkingSession, string? ReturnUrl)
{
    /// <summary>What their owner knows the sign-in by.</summary>
    public string Shown => Email ?? Name ?? Subject;
}

/// <summary>Keeps an arrival, encrypted, for the few minutes in which somebody reads a page about it. It opens nothing by itself.</summary>
internal static class ArrivalCookie
{
    public const string Scheme = "OpenIdArrival";

    private static readonly string[] Shown = ["email", "name"];

    private const string LinkingSession = "linking-session";
    private const string ReturnUrl = "return-url";

    /// <summary>The provider's sign-in counts as showing oneself now when it is no older than this beside its token.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(5);

    public static AuthenticationProperties Start(string arrivedAddress, string? returnUrl, Guid? linkingSession)
    {
        var properties = new AuthenticationProperties { RedirectUri = arrivedAddress };
        properties.Items[ReturnUrl] = returnUrl;
        properties.Items[LinkingSession] = linkingSession?.ToString();
        return properties;
    }

    /// <summary>Of all that the provider said, what we need.</summary>
    public static ClaimsPrincipal Keep(ClaimsPrincipal told, string provider, OpenIdProviderOptions settings)
    {
        var isStrong = settings.CountsAsSecondFactor
            && (told.FindAll("amr").Any(amr => amr.Value == "mfa") || told.FindAll("acr").Any(acr => settings.SecondFactorAcr.Contains(acr.Value)));
        var isFresh = SecondsOf(told, "auth_time") is { } shown && SecondsOf(told, "iat") is { } issued && issued - shown <= FreshFor.TotalSeconds;
        var kept = new ClaimsIdentity(
            [
                new("provider", provider), new("iss", told.FindFirstValue("iss")!), new("sub", told.FindFirstValue("sub")!),
                new("verified", IsTrue(told.FindFirstValue("email_verified")) ? "yes" : "no"), new("strong", isStrong ? "yes" : "no"), new("fresh", isFresh ? "yes" : "no"),
            ],
            Scheme);
        kept.AddClaims(Shown.Select(told.FindFirst).OfType<Claim>().Select(claim => new Claim(claim.Type, claim.Value)));

        return new ClaimsPrincipal(kept);
    }

    /// <returns><see langword="null"/> when nobody came back lately, or from another provider.</returns>
    public static async Task<Arrival?> ReadAsync(HttpContext http, string? provider = null)
    {
        var ticket = (await http.AuthenticateAsync(Scheme)).Ticket;
        return ticket?.Principal is { } kept && kept.FindFirstValue("provider") is { } from && (provider is null || from == provider)
            ? new Arrival(
                from, kept.FindFirstValue("iss")!, kept.FindFirstValue("sub")!, kept.FindFirstValue("email"), kept.HasClaim("verified", "yes"), kept.FindFirstValue("name"),
                kept.HasClaim("strong", "yes"), kept.HasClaim("fresh", "yes"),
                Guid.TryParse(ItemOf(ticket, LinkingSession), out var session) ? session : null,
                ItemOf(ticket, ReturnUrl))
            : null;
    }

    public static Task ForgetAsync(HttpContext http) => http.SignOutAsync(Scheme);

    private static string? ItemOf(AuthenticationTicket ticket, string name) => ticket.Properties.Items.TryGetValue(name, out var value) ? value : null;

    private static bool IsTrue(string? said) => string.Equals(said, "true", StringComparison.OrdinalIgnoreCase);

    private static long? SecondsOf(ClaimsPrincipal told, string claim) =>
        long.TryParse(told.FindFirstValue(claim), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
