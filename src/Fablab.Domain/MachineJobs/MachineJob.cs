using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.MachineJobs;

public readonly record struct MachineJobId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>A file sent to a machine, to run at most once.</summary>
public sealed record MachineJob
{
    public required MachineJobId Id { get; init; }

    public required MemberId Member { get; init; }

    public required MachineId Machine { get; init; }

    /// <summary>The member's own name for the file; never used on disk or on a wire.</summary>
    public required string FileName { get; init; }

    /// <summary>64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }

    /// <summary>How long the analysis thinks it takes; <see langword="null"/> when the file does not tell.</summary>
    public Duration? Estimate { get; init; }

    /// <summary>Filament the slicer says it needs, in millimetres.</summary>
    public double? FilamentMillimetres { get; init; }

    public required MachineJobState State { get; init; }

    public required JobIntent Intent { get; init; }

    /// <summary>Stable code or the controller's words for how it ended.</summary>
    public string? Reason { get; init; }

    public bool IsOver => State is MachineJobState.Succeeded or MachineJobState.Failed or MachineJobState.Cancelled
        or MachineJobState.Rejected or MachineJobState.Unknown;

    /// <summary>The bridge may have touched the controller and has not reported an end yet.</summary>
    public bool IsUnderWay => State is MachineJobState.Starting or MachineJobState.Running or MachineJobState.Paused;

    /// <returns>The job after the bridge's report. States only move forward: a late, lower one changes nothing, and an end is final.</returns>
    public MachineJob Moved(MachineJobState to, string? reason) =>
        IsOver || Rank(to) < Rank(State) ? this : this with { State = to, Reason = reason ?? Reason };

    private static int Rank(MachineJobState state) => state switch
    {
        MachineJobState.Waiting => 0,
        MachineJobState.Accepted => 1,
        MachineJobState.Starting => 2,
        MachineJobState.Running or MachineJobState.Paused => 3,
        _ => 4,
    };
}

/// <summary>How a job stands. The last five are final.</summary>
public enum MachineJobState
{
    /// <summary>Checked and attached to a reservation.</summary>
    Waiting,
    Accepted,
    Starting,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
    Rejected,

    /// <summary>Nobody can tell whether it ran; a person decides.</summary>
    Unknown,
}

/// <summary>What the people want of a job. <see cref="Cancel"/> is final.</summary>
public enum JobIntent
{
    Run,
    Pause,
    Cancel,
}
