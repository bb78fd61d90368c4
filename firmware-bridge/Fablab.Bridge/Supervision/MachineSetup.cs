using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>A machine as the bridge's settings compose it. All lengths are milliseconds.</summary>
internal sealed record MachineSetup
{
    public required string Machine { get; init; }

    public required HazardClass HazardClass { get; init; }

    public required bool HasInterlock { get; init; }

    public required bool HasJobControl { get; init; }

    public bool HasMeter { get; init; }

    public bool Simulated { get; init; }

    /// <summary>Above this power the machine works; <see langword="null"/> when power tells nothing.</summary>
    public double? ActiveWatts { get; init; }

    /// <summary>That limit is learned from what the machine takes; until it is, power tells nothing.</summary>
    public bool LearnsIdleWatts { get; init; }

    /// <summary>Power must stay above the limit for this long before the machine counts as working.</summary>
    public long ActiveAfterMilliseconds { get; init; } = 3_000;

    /// <summary>Power must stay below for this long before it counts as idle: lasers rest between vectors, printers cycle heaters.</summary>
    public long IdleAfterMilliseconds { get; init; } = 15_000;

    /// <summary>A start that no observation confirms within this time has failed.</summary>
    public long StartDeadlineMilliseconds { get; init; } = 120_000;

    /// <summary>How long a job may take to hold before the interlock is locked anyway.</summary>
    public long HoldLimitMilliseconds { get; init; } = 2_000;

    /// <summary>How long a stop waits for the controller's word before nobody can tell how its job ended.</summary>
    public long StopLimitMilliseconds { get; init; } = 60_000;

    /// <summary>How long a controller may be out of hearing before nobody can tell any more what became of its job.</summary>
    public long LostLimitMilliseconds { get; init; } = 1_800_000;

    /// <summary>A controller's driver that has said nothing for so long is out of hearing, whatever it saw last.</summary>
    public long ControllerSilenceMilliseconds { get; init; } = 60_000;

    /// <summary>The same for the interlock's driver.</summary>
    public long InterlockSilenceMilliseconds { get; init; } = 15_000;

    /// <summary>What happens to a class R job whose run lease is over while no other lease lives.</summary>
    public RunLeaseEnd AtRunLeaseEnd { get; init; } = RunLeaseEnd.Finish;

    /// <summary>A hazard stops when its lease is gone; the others finish what they do.</summary>
    public bool MayFinishAlone => HazardClass is not HazardClass.H;

    /// <summary>The longest lease we believe, whatever an answer says: 15 s, or 10 minutes for low risk.</summary>
    public long LongestLeaseMilliseconds => HazardClass is HazardClass.L ? 600_000 : 15_000;
}

/// <summary>What becomes of a job that outlives its run lease. Either way a safety record tells.</summary>
internal enum RunLeaseEnd
{
    Finish,
    Pause,
}
