using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.People.AskingForTariffs;

/// <summary>Documents that members show for a tariff group.</summary>
internal sealed class TariffProofOptions
{
    public const string Section = "TariffProofs";

    /// <summary>Largest file in mebibytes (1 to 20).</summary>
    [Range(1, 20)]
    public int LargestMebibytes { get; set; } = 5;

    public long LargestBytes => LargestMebibytes * 1024L * 1024L;
}

[OptionsValidator]
internal sealed partial class TariffProofOptionsValidator : IValidateOptions<TariffProofOptions>;
