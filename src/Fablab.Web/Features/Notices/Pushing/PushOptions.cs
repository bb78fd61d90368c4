using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Notices.Pushing;

/// <summary>How notices reach browsers in which no page of ours is open.</summary>
public sealed class PushOptions
{
    public const string Section = "Push";

    /// <summary>The big browsers' push services.</summary>
    public static readonly IReadOnlyList<string> KnownHosts =
        ["fcm.googleapis.com", "jmt17.google.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"];

    /// <summary>When off, no browser is asked and nothing is sent.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>Hosts of push services that may be sent to, <c>*.</c> for all below a name; empty for those of the big browsers.</summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>Seconds that a push service may take.</summary>
    [Range(1, 60)]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Hours after which what no push service took is given up, and after which a browser that was off is not told any more.</summary>
    [Range(1, 168)]
    public int GiveUpAfterHours { get; set; } = 24;

    public bool Allows(string host) => (AllowedHosts.Count > 0 ? AllowedHosts : KnownHosts).Any(allowed => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(allowed, StringComparison.OrdinalIgnoreCase));
}

[OptionsValidator]
internal sealed partial class PushOptionsValidator : IValidateOptions<PushOptions>;
