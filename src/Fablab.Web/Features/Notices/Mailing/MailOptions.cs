using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Fablab.Web.Features.Notices.Mailing;

/// <summary>How mail leaves. Without a host it is written as files into the data folder's <c>mail</c>, for a trial.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "Mail";

    /// <summary>Name of the mail server that takes our mail; <see langword="null"/> writes files instead.</summary>
    public string? Host { get; set; }

    [Range(1, 65_535)]
    public int Port { get; set; } = 587;

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>Account at the mail server; <see langword="null"/> when it asks for none.</summary>
    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The sender: <c>Lab &lt;lab@example.org&gt;</c>.</summary>
    [Required]
    public string From { get; set; } = "Fablab <fablab@localhost>";

    /// <summary>Where answers go, when not to the sender.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>Seconds that the mail server may take for one step.</summary>
    [Range(1, 600)]
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>Hours after which a mail that nobody took is given up.</summary>
    [Range(1, 720)]
    public int GiveUpAfterHours { get; set; } = 72;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MailboxAddress.TryParse(From, out _))
        {
            yield return new ValidationResult($"Mail:From '{From}' is no mail address.", [nameof(From)]);
        }

        if (ReplyTo is not null && !MailboxAddress.TryParse(ReplyTo, out _))
        {
            yield return new ValidationResult($"Mail:ReplyTo '{ReplyTo}' is no mail address.", [nameof(ReplyTo)]);
        }

        if (User is not null && Security is MailSecurity.None && Host is not (null or "localhost" or "127.0.0.1" or "::1"))
        {
            yield return new ValidationResult("Mail:User needs Mail:Security StartTls or Tls, since the password would cross the network in the clear.", [nameof(Security)]);
        }
    }
}

public enum MailSecurity
{
    /// <summary>In the clear; for a server on the same computer.</summary>
    None,

    /// <summary>Begins in the clear and must change to TLS before anything is sent (port 587).</summary>
    StartTls,

    /// <summary>TLS from the first byte (port 465).</summary>
    Tls,
}

[OptionsValidator]
internal sealed partial class MailOptionsValidator : IValidateOptions<MailOptions>;
