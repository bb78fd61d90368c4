using System.Collections.Immutable;
using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// What the supervisor of one machine knows: <see cref="Memory"/> and <see cref="Runs"/> are on disk, all else is
/// forgotten at a crash and seen or asked again.
/// </summary>
internal sealed record SupervisorState
{
    public required MachineSetup Setup { get; init; }

    public long Epoch { get; init; }

    public MachineMemory Memory { get; init; } = MachineMemory.Empty;

    /// <summary>Every job id this machine was ever asked to run.</summary>
    public ImmutableDictionary<Guid, JobRun> Runs { get; init; } = ImmutableDictionary<Guid, JobRun>.Empty;

    public ControllerView Controller { get; init; } = new();

    public RelayView Relay { get; init; } = new();

    public LeaseView Leasing { get; init; } = new();

    /// <summary>The job's file on its way to the controller; <see langword="null"/> when no job waits to start.</summary>
    public JobDelivery? Delivery { get; init; }

    /// <summary>Jobs that are over and whose file may still lie on the controller.</summary>
    public ImmutableArray<Guid> Leftovers { get; init; } = [];

    public StopProgress? Stop { get; init; }

    public WattsWatch Watts { get; init; } = new();

    /// <summary>What the machine was seen to take, and when it was last seen and saved by the monotonic clock.</summary>
    public IdleLearning Power { get; init; } = IdleLearning.Empty;

    /// <inheritdoc cref="Power"/>
    public long? PowerReadAt { get; init; }

    /// <inheritdoc cref="Power"/>
    public long PowerSavedAt { get; init; }

    /// <summary>What follows from <see cref="Power"/>; <see langword="null"/> as long as rest and work cannot be told apart.</summary>
    public PowerLimits? LearnedLimits { get; init; }

    /// <summary>When the open slice began, by the monotonic clock.</summary>
    public long? SliceBeganAt { get; init; }

    /// <summary>After a boot: the session's job was under way and what it did meanwhile is not metered yet.</summary>
    public bool IsRecovering { get; init; }

    /// <summary>While recovering: when the controller was first seen at work without its own count.</summary>
    public long? FoundAtWorkAt { get; init; }

    /// <summary>When the running job's run lease ends.</summary>
    public long? RunLeaseEndsAt { get; init; }

    public bool IsRunLeaseOverTold { get; init; }

    /// <summary>Space is short: nothing new begins and hazards stop.</summary>
    public bool IsSpoolFull { get; init; }

    /// <summary>And nothing can be written either.</summary>
    public bool CannotSave { get; init; }

    /// <summary>When the last step was taken, and since when steps have followed each other without a stall of our own.</summary>
    public long LastStepAt { get; init; }

    /// <inheritdoc cref="LastStepAt"/>
    public long AwakeSince { get; init; }

    public ReportView Reporting { get; init; } = new();

    public static SupervisorState Start(MachineSetup setup) => new() { Setup = setup };

    /// <summary>The run that the open session works on or worked on last.</summary>
    public JobRun? CurrentRun => Memory.Session?.Job is { } job ? Runs.GetValueOrDefault(job) : null;

    public JobRun? RunUnderWay => CurrentRun is { IsUnderWay: true } run ? run : null;

    /// <summary>The desired session, unless it was closed before.</summary>
    public DesiredSession? Target => Memory.Desired is { Mode: MachineMode.InSession, Session: { } wanted } && wanted.Generation > Memory.ClosedGeneration
        ? wanted
        : null;

    /// <summary>The open session is still the one that the web wants.</summary>
    public bool IsSessionWanted => Memory.Session is { } session && Target is { } target
        && target.Id == session.Id && target.Generation == session.Generation;

    public bool IsLeaseLive(BridgeNow now) => Leasing.Lease is { } lease && now.MonotonicMilliseconds < lease.EndsAt;

    /// <summary>In which phase the machine is, for people and for the approved table.</summary>
    public SupervisorPhase Phase(BridgeNow now) => this switch
    {
        { Memory.Fault: not null } => SupervisorPhase.Fault,
        { Memory.Session: null } => SupervisorPhase.Locked,
        { Memory.Session.ClosingReason: not null } => SupervisorPhase.Stopping,
        { RunUnderWay: { } run } when Setup.MayFinishAlone && !IsLeaseLive(now) => run.WasSeenRunning ? SupervisorPhase.RunningAlone : SupervisorPhase.Waiting,
        _ when !IsLeaseLive(now) => SupervisorPhase.Waiting,
        { Setup.HasInterlock: true, Relay.State: not InterlockState.Unlocked } => SupervisorPhase.Unlocking,
        { RunUnderWay: not null } => SupervisorPhase.Running,
        _ => SupervisorPhase.Armed,
    };
}

/// <summary>Where a machine is between locked and working.</summary>
internal enum SupervisorPhase
{
    /// <summary>No session.</summary>
    Locked,

    /// <summary>A session, no lease.</summary>
    Waiting,

    /// <summary>A lease, the relay is not read back closed yet.</summary>
    Unlocking,

    /// <summary>Ready for the person; time is metered.</summary>
    Armed,

    /// <summary>Our job is under way and leases go on.</summary>
    Running,

    /// <summary>Our job is under way and is finished without a lease.</summary>
    RunningAlone,

    /// <summary>The session is being closed.</summary>
    Stopping,

    /// <summary>Latched until a person on site clears it.</summary>
    Fault,
}

/// <summary>What was last seen of the controller.</summary>
internal sealed record ControllerView
{
    public ControllerObservation? Seen { get; init; }

    /// <summary>When the driver last said anything at all, by the monotonic clock.</summary>
    public long SeenAt { get; init; }

    /// <summary>Since when the link has not been up; <see langword="null"/> while it is.</summary>
    public long? LostSince { get; init; }

    /// <summary>Since when a sound link shows that our run is not what the controller works on.</summary>
    public long? WithoutOurRunSince { get; init; }

    public long? PauseAskedAt { get; init; }

    public long? ResumeAskedAt { get; init; }

    public long? CancelAskedAt { get; init; }

    public long? RemoveAskedAt { get; init; }

    public bool IsHeard => Seen is { Link: LinkState.Up, State: not ControllerState.Unknown };

    public bool IsBusy => IsHeard && Seen!.State is ControllerState.Preparing or ControllerState.Running or ControllerState.Paused
        or ControllerState.Finishing or ControllerState.NeedsAttention;

    public bool Moves => IsHeard && Seen!.State is ControllerState.Preparing or ControllerState.Running or ControllerState.Finishing;
}

/// <summary>What was last read of the interlock, and what we asked of it.</summary>
internal sealed record RelayView
{
    public InterlockState State { get; init; } = InterlockState.Unknown;

    public InterlockObservation? Seen { get; init; }

    /// <summary>When the driver last said anything by itself, by the monotonic clock.</summary>
    public long SeenAt { get; init; }

    /// <summary>When the last "unlocked" was asked for that the relay is known to have heard: its dead-man counts from then.</summary>
    public long? RenewedAt { get; init; }

    /// <summary>Since when a relay that was last read closed is on its dead-man alone, because nothing is read of it; <see langword="null"/> else.</summary>
    public long? UnreadSince { get; init; }

    /// <summary>It was told that it is unread for so long that its time does not count any more.</summary>
    public bool IsUnreadTold { get; init; }

    /// <summary>When <see cref="State"/> was last told, by an observation or by the answer to a wish.</summary>
    public long ReadAt { get; init; }

    public InterlockState? Asked { get; init; }

    public long? AskedAt { get; init; }

    /// <summary>The device answered our wish to lock with where its relay is. An answer without a reading is none: it may not have heard us.</summary>
    public bool IsLockAnswered { get; init; }

    /// <summary>Since when it reads closed although it was told to open.</summary>
    public long? DisobeysSince { get; init; }

    /// <summary>Since when an armed session's relay has not read closed.</summary>
    public long? NotUnlockedSince { get; init; }
}

/// <summary>The lease we hold and the one we asked for.</summary>
internal sealed record LeaseView
{
    public HeldLease? Lease { get; init; }

    public AskedLease? Asked { get; init; }

    /// <summary>No wish leaves before this.</summary>
    public long AskAgainAt { get; init; }

    public long Counter { get; init; }

    /// <summary>The job that the last wish named.</summary>
    public Guid? LastAskedJob { get; init; }

    public string? Refusal { get; init; }
}

/// <param name="EndsAt">The moment we asked plus its length, however late the answer came.</param>
/// <param name="Job">The job that may start under it.</param>
internal sealed record HeldLease(long EndsAt, LeasedJob? Job);

internal sealed record AskedLease(string Nonce, long At, Guid? Job);

/// <summary>A job's file on its way: fetched from the web, put on the controller, started.</summary>
internal sealed record JobDelivery
{
    public required Guid Job { get; init; }

    public string? Path { get; init; }

    public bool IsUploaded { get; init; }

    /// <summary>A fetch or an upload is in progress.</summary>
    public bool IsBusy { get; init; }

    public int Failures { get; init; }

    public long TryAgainAt { get; init; }

    /// <summary>Since when the job has waited for what people must mend, for which it is not to blame; <see langword="null"/> when it does not.</summary>
    public long? WaitsSince { get; init; }

    /// <summary>What it waits for: <see cref="JobDelivering.StorageFull"/> or <see cref="JobDelivering.KeyRefused"/>.</summary>
    public string? WaitsFor { get; init; }

    public long? StartAskedAt { get; init; }

    /// <summary>The controller's answer to the start; <see langword="null"/> until it came.</summary>
    public WishAnswer? StartAnswer { get; init; }

    /// <summary>The controller's words when it refused the start.</summary>
    public string? StartRefusal { get; init; }
}

/// <summary>A stop in progress.</summary>
internal sealed record StopProgress(long BeganAt);

/// <summary>Working or not by power, with a delay in both directions.</summary>
internal sealed record WattsWatch
{
    public bool IsActive { get; init; }

    /// <summary>Since when the power has said the opposite.</summary>
    public long? OppositeSince { get; init; }
}

/// <summary>What was last reported.</summary>
internal sealed record ReportView
{
    public ReportedTwin? Last { get; init; }

    public long LastAt { get; init; }

    public long Version { get; init; }
}
