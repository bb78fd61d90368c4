using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using NodaTime;

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

    /// <summary>IANA name of the clock for what belongs to no site: quiet hours of members, notices about no machine.</summary>
    [Required]
    public string TimeZone { get; set; } = "Europe/Paris";

    /// <summary>Requests of one member, in browsers and by tokens together, that are worked at in one moment; eight times as many wait in line.</summary>
    [Range(1, 1000)]
    public int RequestsAtOnce { get; set; } = 16;

    public Uri Address => new(PublicAddress);

    public bool IsHttps => PublicAddress.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            yield return new ValidationResult($"Web:PublicAddress '{PublicAddress}' is no http or https address.", [nameof(PublicAddress)]);
        }

        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
        {
            yield return new ValidationResult($"Web:TimeZone '{TimeZone}' is no time zone of the IANA list, such as Europe/Paris.", [nameof(TimeZone)]);
        }

        foreach (var proxy in TrustedProxies.Where(proxy => !System.Net.IPAddress.TryParse(proxy, out _)))
        {
            yield return new ValidationResult($"Web:TrustedProxies has '{proxy}', which is no IP address.", [nameof(TrustedProxies)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class WebOptionsValidator : IValidateOptions<WebOptions>;
