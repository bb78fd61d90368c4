using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Messaging;

/// <summary>How the web reaches an external broker. Unused while <c>Broker:Embedded</c> is on.</summary>
internal sealed class MessagingOptions
{
    public const string Section = "Messaging";

    /// <summary>Name or address of the broker.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    [Range(1, 65_535)]
    public int Port { get; set; } = 1883;

    /// <summary>Speak TLS; anything that leaves the computer should.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file with the authority of the broker's certificate; empty for the system's authorities.</summary>
    public string? AuthorityPath { get; set; }

    /// <summary>The web's user, and its client id. Each web node needs one of its own.</summary>
    [Required]
    public string User { get; set; } = "fablab-server";

    public string? Password { get; set; }
}

[OptionsValidator]
internal sealed partial class MessagingOptionsValidator : IValidateOptions<MessagingOptions>;
