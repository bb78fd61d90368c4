using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Hosting;

/// <summary>How the program is reached.</summary>
public sealed class WebOptions : IValidatableObject
{
    public const string Section = "Web";

    /// <summary>The address people type. With <c>https</c> cookies are bound to it and browsers are told to stay on https.</summary>
    [Required]
    public string PublicAddress { get; set; } = "http://localhost:5080";

    /// <summary>IP addresses of reverse proxies whose <c>X-Forwarded-*</c> headers are believed. None by default.</summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    public bool IsHttps => PublicAddress.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult($"Web:PublicAddress '{PublicAddress}' is no http or https address.", [nameof(PublicAddress)]);
        }

        foreach (var proxy in TrustedProxies.Where(proxy => !System.Net.IPAddress.TryParse(proxy, out _)))
        {
            yield return new ValidationResult($"Web:TrustedProxies has '{proxy}', which is no IP address.", [nameof(TrustedProxies)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class WebOptionsValidator : IValidateOptions<WebOptions>;
