using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>How to reach one printer with PrusaLink and how long to wait for it.</summary>
public sealed class PrusaLinkOptions : IValidatableObject
{
    /// <summary>Where PrusaLink answers, such as <c>http://mk4-1.lan/</c>. No default.</summary>
    [Required]
    public Uri? Address { get; set; }

    /// <summary>The printer's API key, as its PrusaLink menu shows it. Either this or a password. A secret: it travels in a header. Default none.</summary>
    [MaxLength(256)]
    public string ApiKey { get; set; } = "";

    /// <summary>User of HTTP digest, for printers without a key. Default <c>maker</c>.</summary>
    [Required, MaxLength(64)]
    public string User { get; set; } = "maker";

    /// <summary>Password of HTTP digest. A secret that never travels. Default none.</summary>
    [MaxLength(256)]
    public string Password { get; set; } = "";

    /// <summary>Where job files go: <c>usb</c> on printers of the MINI, MK4 and XL kind, <c>local</c> on PrusaLink for Raspberry Pi. Default <c>usb</c>.</summary>
    [Required, RegularExpression("^[a-z0-9]{1,16}$")]
    public string Storage { get; set; } = "usb";

    /// <summary>Time between two looks. An end shows until somebody confirms it at the printer, so not too long. Default 2 s, 0.02 s to 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:00:05")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A print whose numbers and temperatures do not move for longer is called stale. Default 120 s, 10 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "01:00:00")]
    public TimeSpan SilenceLimit { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Longest wait for one answer. Default 5 s, 0.1 s to 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for an upload to be taken; small printers write slowly. Default 15 min, 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a question that changes nothing is asked again after a failure. Default 1, 1 to 5.</summary>
    [Range(1, 5)]
    public int Retries { get; set; } = 1;

    /// <summary>Wait before the first repeat; it doubles, with jitter. Default 0.5 s, 1 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is { } address && address is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" })
        {
            yield return new ValidationResult("Address must begin with http:// or https:// and hold no name or password, such as http://mk4-1.lan/", [nameof(Address)]);
        }

        if (ApiKey.Length > 0 == Password.Length > 0)
        {
            yield return new ValidationResult("Give either ApiKey or Password; the printer shows them in its PrusaLink menu", [nameof(ApiKey), nameof(Password)]);
        }
    }
}

[OptionsValidator]
public sealed partial class PrusaLinkOptionsValidator : IValidateOptions<PrusaLinkOptions>;
