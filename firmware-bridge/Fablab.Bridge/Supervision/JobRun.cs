using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>What is known of a job id for ever: from <see cref="JobState.Starting"/> on it is never started again.</summary>
internal sealed record JobRun
{
    public required Guid Job { get; init; }

    public required Guid Session { get; init; }

    /// <summary>Digest of the file, 64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    public required JobState State { get; init; }

    /// <summary>An observation showed it at work, so that it can no longer be "not started".</summary>
    public bool WasSeenRunning { get; init; }

    /// <summary>Final: no later wish revives it.</summary>
    public bool IsCancelAsked { get; init; }

    /// <summary>We asked for the pause, so we may ask to resume.</summary>
    public bool IsPausedByWish { get; init; }

    /// <summary>Our file may lie on the controller.</summary>
    public bool IsOnController { get; init; }

    /// <summary>How long it may run from its start without further leases.</summary>
    public long RunLeaseMilliseconds { get; init; }

    /// <summary>Stable code or the controller's words for how it ended.</summary>
    public string? Reason { get; init; }

    /// <summary>Its name on the controller, unique to the job and safe on every wire.</summary>
    public string FileName => $"{Job:N}-{Sha256[..8]}.gcode";

    public bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled or JobState.Rejected or JobState.Unknown;

    /// <summary>The controller may be working on it.</summary>
    public bool IsUnderWay => State is JobState.Starting or JobState.Running or JobState.Paused;
}
