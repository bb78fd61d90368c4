using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Messaging;

/// <summary>How the web reaches the broker that carries messages to and from the bridges.</summary>
internal sealed class MessagingOptions
{
    public const string Section = "Messaging";

    /// <summary>Name or address of the broker; empty: the embedded one.</summary>
    public string? Host { get; set; }

    [Range(1, 65535)]
    public int Port { get; set; } = 1883;

    public bool Tls { get; set; }

    /// <summary>The web's user at an external broker.</summary>
    public string User { get; set; } = "fablab-server";

    /// <summary>The web's password at an external broker.</summary>
    public string? Password { get; set; }

    /// <summary>Unique for each web node.</summary>
    [Required]
    public string ClientId { get; set; } = "fablab-web";
}

[OptionsValidator]
internal sealed partial class MessagingOptionsValidator : IValidateOptions<MessagingOptions>;
