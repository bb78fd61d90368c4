using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>All that a machine's supervisor must still know after the power failed. Written whole, in one transaction with the records it belongs to.</summary>
internal sealed record MachineMemory
{
    public static readonly MachineMemory Empty = new();

    /// <summary>The twin of the highest version ever applied; <see langword="null"/> before the first.</summary>
    public DesiredTwin? Desired { get; init; }

    /// <summary>A version that came with two contents, so that the conflict is recorded once.</summary>
    public long? ConflictingVersion { get; init; }

    /// <summary>The session that is served and not closed yet.</summary>
    public SessionMemory? Session { get; init; }

    /// <summary>Highest generation that was closed. It and all below are never served again.</summary>
    public long ClosedGeneration { get; init; }

    /// <summary>Stable code of a latched fault.</summary>
    public string? Fault { get; init; }

    /// <summary>The power that the machine was seen to take, up to a minute ago; <see langword="null"/> when nothing is learned from it.</summary>
    public IdleLearning? Power { get; init; }
}

/// <summary>An open session with its running totals up to the last closed slice.</summary>
internal sealed record SessionMemory
{
    public required Guid Id { get; init; }

    public required long Generation { get; init; }

    /// <summary>It was armed once, so that time may have been used.</summary>
    public bool WasArmed { get; init; }

    /// <summary>The interlock was or was about to be told to unlock for it, so it closes only when the relay is read open.</summary>
    public bool IsUnlockAsked { get; init; }

    /// <summary>Why it is being closed; <see langword="null"/> while it is served.</summary>
    public string? ClosingReason { get; init; }

    /// <summary>The job it works on or worked on last.</summary>
    public Guid? Job { get; init; }

    public long TotalMilliseconds { get; init; }

    public long ActiveMilliseconds { get; init; }

    /// <summary>Energy so far; kept finer than it is reported, so that small readings add up.</summary>
    public double? WattSeconds { get; init; }

    public double? FilamentMillimetres { get; init; }

    /// <summary>The meter's running total when it was last read for this session.</summary>
    public double? WattHoursSeen { get; init; }

    /// <summary>The controller's filament count when it was last read for this session.</summary>
    public double? FilamentSeen { get; init; }

    /// <summary>The slice that is still growing, as of the last checkpoint.</summary>
    public SliceMemory? Slice { get; init; }

    /// <summary>The controller's count for the job at the last checkpoint.</summary>
    public long? JobMillisecondsSeen { get; init; }

    /// <summary>When the last checkpoint was taken, by the wall clock: the only clock that goes on while we are down.</summary>
    public DateTimeOffset? CheckpointAt { get; init; }
}

/// <summary>An open slice: it becomes a meter record when it closes, or after a crash as long as its last checkpoint.</summary>
internal sealed record SliceMemory(MeterState State, MeterSource Source, long Milliseconds);
