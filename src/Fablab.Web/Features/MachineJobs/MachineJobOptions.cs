using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.MachineJobs;

/// <summary>What the lab takes as job files.</summary>
internal sealed class MachineJobOptions
{
    public const string Section = "MachineJobs";

    /// <summary>Largest file in mebibytes.</summary>
    [Range(1, 16_384)]
    public int LargestMebibytes { get; set; } = 512;

    public long LargestBytes => LargestMebibytes * 1024L * 1024L;
}

[OptionsValidator]
internal sealed partial class MachineJobOptionsValidator : IValidateOptions<MachineJobOptions>;
