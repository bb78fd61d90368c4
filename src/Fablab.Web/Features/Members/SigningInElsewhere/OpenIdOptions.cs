using System.ComponentModel.DataAnnotations;
using Fablab.Contracts;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>OpenID Connect providers at which people may sign in.</summary>
public sealed class OpenIdOptions
{
    /// <summary>By a code that stands in addresses: lower-case letters, digits and dashes.</summary>
    public Dictionary<string, OpenIdProviderOptions> Providers { get; set; } = [];

    internal IEnumerable<ValidationResult> Check() => Providers.SelectMany(provider => provider.Value.Check(provider.Key));
}

/// <summary>One provider. Its redirect address with us is <c>/sign-in/with/{code}/callback</c>.</summary>
public sealed class OpenIdProviderOptions
{
    /// <summary>What people read on the button.</summary>
    public string Name { get; set; } = "";

    /// <summary>The issuer: <c>{authority}/.well-known/openid-configuration</c> describes it. https, but for one on this computer.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary><see langword="null"/> for a public client, which proves itself by PKCE alone.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What is asked for; empty for <c>openid profile email</c>.</summary>
    public IReadOnlyList<string> Scopes { get; set; } = [];

    /// <summary>Only people with a verified mail address of these domains come in; empty for all.</summary>
    public IReadOnlyList<string> AllowedDomains { get; set; } = [];

    /// <summary>Who is new here, with a verified address that no account has, may have an account made.</summary>
    public bool CreatesAccounts { get; set; }

    /// <summary>What the provider says of two factors is believed: <c>mfa</c> in <c>amr</c>, or one of <see cref="SecondFactorAcr"/>.</summary>
    public bool CountsAsSecondFactor { get; set; }

    /// <summary>Values of <c>acr</c> by which this provider says that two factors were shown.</summary>
    public IReadOnlyList<string> SecondFactorAcr { get; set; } = [];

    internal IEnumerable<ValidationResult> Check(string code)
    {
        var at = $"SignIn:OpenId:Providers:{code}";
        if (!Codes.IsValid(code))
        {
            yield return new ValidationResult($"{at}: '{code}' is no code of lower-case letters, digits and dashes.", [nameof(OpenIdOptions.Providers)]);
        }

        if (string.IsNullOrWhiteSpace(Name))
        {
            yield return new ValidationResult($"{at}:Name is missing: what people read on the button.", [nameof(Name)]);
        }

        if (string.IsNullOrWhiteSpace(ClientId))
        {
            yield return new ValidationResult($"{at}:ClientId is missing.", [nameof(ClientId)]);
        }

        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var authority) || !(authority.Scheme == "https" || authority is { Scheme: "http", IsLoopback: true }))
        {
            yield return new ValidationResult($"{at}:Authority '{Authority}' is no https address.", [nameof(Authority)]);
        }

        if (Scopes.Count > 0 && !Scopes.Contains("openid"))
        {
            yield return new ValidationResult($"{at}:Scopes must have openid.", [nameof(Scopes)]);
        }
    }
}
