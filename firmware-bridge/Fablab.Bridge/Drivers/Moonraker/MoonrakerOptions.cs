using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>How to reach one Moonraker and how long to wait for it.</summary>
public sealed class MoonrakerOptions : IValidatableObject
{
    /// <summary>Where Moonraker answers, such as <c>http://printer-1.lan:7125/</c>; a path of a reverse proxy may follow. No default.</summary>
    [Required]
    public Uri? Address { get; set; }

    /// <summary>Moonraker's API key; empty where the bridge is a trusted client. A secret: it travels in a header, never in an address. Default none.</summary>
    [MaxLength(256)]
    public string ApiKey { get; set; } = "";

    /// <summary>Time between two looks at everything, also while notices come by themselves. Default 5 s, 0.02 s to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A print whose numbers do not move for longer is called stale. Default 60 s, 10 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan SilenceLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest wait for a connection, or for the answer to a question; a connection that is slower is dropped. Default 10 s, 0.1 s to 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest wait of whoever asked for a start, pause, resume or cancel. Klipper answers these when their macro has run, so
    /// the call itself may go on for <see cref="CommandTimeout"/>. Default 15 s, 0.1 s to 2 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan HeardTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>So long a start, pause, resume or cancel without an answer counts as under way, and is not sent a second time. Default 10 min, 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait for an upload to be taken. Default 5 min, 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the removal of a file is asked for again after a broken line. Default 2, 1 to 5.</summary>
    [Range(1, 5)]
    public int Retries { get; set; } = 2;

    /// <summary>Wait before the first repeat; it doubles, with jitter. Default 0.3 s, 1 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>First wait before a lost connection is opened again; it doubles, with jitter. Default 1 s, 10 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait before a lost connection is opened again. Default 30 s, 10 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan ReconnectLimit { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is { } address && address is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" })
        {
            yield return new ValidationResult("Address must begin with http:// or https:// and hold no name or password, such as http://printer-1.lan:7125/", [nameof(Address)]);
        }
    }
}

[OptionsValidator]
public sealed partial class MoonrakerOptionsValidator : IValidateOptions<MoonrakerOptions>;
