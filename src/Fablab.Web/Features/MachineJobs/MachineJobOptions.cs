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

    /// <summary>All files of one member together, in mebibytes, until they are deleted.</summary>
    [Range(1, 16_777_216)]
    public int LargestMebibytesOfMember { get; set; } = 4096;

    public long LargestBytesOfMember => LargestMebibytesOfMember * 1024L * 1024L;

    public long LargestBytes => LargestMebibytes * 1024L * 1024L;
}

[OptionsValidator]
internal sealed partial class MachineJobOptionsValidator : IValidateOptions<MachineJobOptions>;
