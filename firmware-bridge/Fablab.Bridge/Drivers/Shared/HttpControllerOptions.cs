using System.ComponentModel.DataAnnotations;

namespace Fablab.Bridge.Drivers.Shared;

/// <summary>How to reach a controller over HTTP and how long to wait for it. Each kind of controller brings defaults of its own.</summary>
public abstract class HttpControllerOptions
{
    /// <summary>Where the controller answers, such as <c>http://printer-1.lan/</c>; a path of a reverse proxy may follow. No default.</summary>
    [Required]
    public Uri? Address { get; set; }

    /// <summary>Longest wait for one answer; 0.1 s to 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for an upload to be taken; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often what may be repeated without harm is asked again after a failure; 1 to 5.</summary>
    [Range(1, 5)]
    public int Retries { get; set; } = 2;

    /// <summary>Wait before the first repeat; it doubles, with jitter. 1 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>What is wrong with the address, if anything: it is logged, so it must hold no secret.</summary>
    protected IEnumerable<ValidationResult> CheckAddress(string example) =>
        Address is null or { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" }
            ? []
            : [new ValidationResult($"Address must begin with http:// or https:// and hold no name or password, such as {example}", [nameof(Address)])];
}
