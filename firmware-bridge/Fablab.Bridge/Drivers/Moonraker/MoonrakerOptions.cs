using System.ComponentModel.DataAnnotations;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>How to reach one Moonraker and how long to wait for it.</summary>
public sealed class MoonrakerOptions : HttpControllerOptions, IValidatableObject
{
    /// <summary>Moonraker's API key; empty where the bridge is a trusted client. A secret: it travels in a header, never in an address. Default none.</summary>
    [MaxLength(256)]
    public string ApiKey { get; set; } = "";

    /// <summary>Time between two looks at everything, also while notices come by themselves. Default 5 s, 0.02 s to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A print whose numbers do not move for longer is called stale. Default 60 s, 10 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan SilenceLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Longest wait of whoever asked for a start, pause, resume or cancel. Klipper answers these when their macro has run, so
    /// the call itself may go on for <see cref="CommandTimeout"/>. Default 15 s, 0.1 s to 2 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan HeardTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>So long a start, pause, resume or cancel without an answer counts as under way, and is not sent a second time. Default 10 min, 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>First wait before a lost connection is opened again; it doubles, with jitter. Default 1 s, 10 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a lost connection is opened again. Default 30 s, 10 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ReconnectLimit { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => CheckAddress("http://printer-1.lan:7125/");
}

[OptionsValidator]
public sealed partial class MoonrakerOptionsValidator : IValidateOptions<MoonrakerOptions>;
