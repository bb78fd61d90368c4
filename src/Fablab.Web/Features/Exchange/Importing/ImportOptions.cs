using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>How much is imported at once.</summary>
internal sealed class ImportOptions
{
    public const string Section = "Import";

    /// <summary>Largest file in mebibytes.</summary>
    [Range(1, 64)]
    public int LargestMebibytes { get; set; } = 3;

    /// <summary>Rows of one file, without its header.</summary>
    [Range(1, 100_000)]
    public int MostRows { get; set; } = 5000;

    public long LargestBytes => LargestMebibytes * 1024L * 1024L;
}

[OptionsValidator]
internal sealed partial class ImportOptionsValidator : IValidateOptions<ImportOptions>;
