using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Demo;

/// <summary>A lab to try, with two sites, simulated machines and people.</summary>
public sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary><see langword="true"/> or <see langword="false"/>; left out, the demo is made everywhere but in the Production environment. Only an empty database is ever filled.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Run the simulated machines in this process. Off when <c>Fablab.MachineSimulator</c> runs them in its own.</summary>
    public bool HostsMachines { get; set; } = true;

    /// <summary>Run the demo's bridges in this process. Off when <c>Fablab.Bridge</c> runs with the files in <c>{DataFolder}/bridges</c>.</summary>
    public bool HostsBridges { get; set; } = true;

    /// <summary>Port of the first simulated machine on the loopback address; the others follow.</summary>
    [Range(1_024, 65_000)]
    public int FirstMachinePort { get; set; } = 5101;

    /// <summary>How many times faster than in life the simulated machines work.</summary>
    [Range(0.01, 10_000)]
    public double MachineSpeed { get; set; } = 20;

    /// <summary>Password of the simulated plugs at the embedded broker; left out, a random one that only this process knows.</summary>
    public string? DevicePassword { get; set; }

    public bool IsEnabledIn(IHostEnvironment environment) => Enabled ?? !environment.IsProduction();
}

[OptionsValidator]
internal sealed partial class DemoOptionsValidator : IValidateOptions<DemoOptions>;
