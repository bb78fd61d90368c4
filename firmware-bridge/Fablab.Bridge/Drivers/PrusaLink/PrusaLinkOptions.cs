using System.ComponentModel.DataAnnotations;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>How to reach one printer with PrusaLink and how long to wait for it.</summary>
public sealed class PrusaLinkOptions : HttpControllerOptions, IValidatableObject
{
    /// <summary>Answers come within 5 s, uploads within 15 min since small printers write slowly, and one repeat after 0.5 s is all they bear.</summary>
    public PrusaLinkOptions() =>
        (AnswerTimeout, UploadTimeout, Retries, RetryDelay) = (TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15), 1, TimeSpan.FromMilliseconds(500));

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

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var wrong in CheckAddress("http://mk4-1.lan/"))
        {
            yield return wrong;
        }

        if (ApiKey.Length > 0 == Password.Length > 0)
        {
            yield return new ValidationResult("Give either ApiKey or Password; the printer shows them in its PrusaLink menu", [nameof(ApiKey), nameof(Password)]);
        }
    }
}

[OptionsValidator]
public sealed partial class PrusaLinkOptionsValidator : IValidateOptions<PrusaLinkOptions>;
