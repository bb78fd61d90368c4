using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Pairing;

/// <summary>Codes that tie kiosks and bridges to the lab.</summary>
internal sealed class PairingOptions
{
    public const string Section = "Pairing";

    /// <summary>A code counts so many minutes (1 to 1440).</summary>
    [Range(1, 1_440)]
    public int Minutes { get; set; } = 15;

    /// <summary>After so many wrong guesses a code counts no more (1 to 20).</summary>
    [Range(1, 20)]
    public int Guesses { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class PairingOptionsValidator : IValidateOptions<PairingOptions>;
