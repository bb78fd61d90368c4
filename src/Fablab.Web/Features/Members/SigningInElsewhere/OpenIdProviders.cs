using Fablab.Domain.Members;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>A provider as people meet it.</summary>
/// <param name="Code">Names it in addresses.</param>
public sealed record OpenIdProvider(string Code, string Name)
{
    public string StartAddress => $"/sign-in/with/{Code}";
}

/// <summary>The providers of the settings, in the order of their names.</summary>
internal sealed class OpenIdProviders(IOptions<PasswordSignInOptions> options)
{
    private const string SchemePrefix = "openid-";

    private readonly Dictionary<string, OpenIdProviderOptions> byCode = options.Value.OpenId.Providers;

    public IReadOnlyList<OpenIdProvider> All { get; } =
        [.. options.Value.OpenId.Providers.Select(provider => new OpenIdProvider(provider.Key, provider.Value.Name)).OrderBy(provider => provider.Name, StringComparer.CurrentCulture)];

    public OpenIdProvider? Find(string code) => All.FirstOrDefault(provider => provider.Code == code);

    public OpenIdProviderOptions Settings(string code) => byCode[code];

    public ProviderTerms TermsOf(string code) => new(byCode[code].AllowedDomains, byCode[code].CreatesAccounts);

    public static string SchemeOf(string code) => SchemePrefix + code;

    /// <returns>The provider's code; <see langword="null"/> for a scheme that is no provider's.</returns>
    public static string? CodeOf(string? scheme) => scheme?.StartsWith(SchemePrefix, StringComparison.Ordinal) == true ? scheme[SchemePrefix.Length..] : null;
}
