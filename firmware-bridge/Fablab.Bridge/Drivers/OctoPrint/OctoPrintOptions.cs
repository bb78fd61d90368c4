using System.ComponentModel.DataAnnotations;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>How to reach one OctoPrint and how long to wait for it.</summary>
public sealed class OctoPrintOptions : HttpControllerOptions, IValidatableObject
{
    /// <summary>Application key of an OctoPrint user made for the bridge. A secret: it travels in a header, never in an address. No default.</summary>
    [Required, MinLength(8), MaxLength(256)]
    public string ApiKey { get; set; } = "";

    /// <summary>Seconds between two looks at OctoPrint, also while the push socket works. Default 5 s, 0.02 s to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Work without progress, changed temperature or state for longer is called stale. OctoPrint itself takes 180 s to notice.
    /// Default 60 s, 10 s to 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan SilenceLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>An accepted start that shows no run for longer is told to people. Default 15 s, 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StartDeadline { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>First wait before the push socket is opened again; it doubles, with jitter. Default 1 s, 10 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan SocketRetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before the push socket is opened again. Default 1 min, 10 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan SocketRetryLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Push at most one snapshot per this many half seconds. Default 2, 1 to 20.</summary>
    [Range(1, 20)]
    public int SocketThrottle { get; set; } = 2;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => CheckAddress("http://printer-1.lan/");
}

[OptionsValidator]
public sealed partial class OctoPrintOptionsValidator : IValidateOptions<OctoPrintOptions>;
