namespace Fablab.Contracts;

/// <summary>
/// What the bridge saw of a machine, bridge to web on <c>up/reported/{machine}</c>, QoS 1, retained. It is for people who
/// watch; what money depends on travels in the journal.
/// </summary>
public sealed record ReportedTwin
{
    public required string Machine { get; init; }

    /// <summary>1, 2, 3… within the epoch. The receiver keeps the greatest (epoch, version).</summary>
    public required long Version { get; init; }

    public required long Epoch { get; init; }

    /// <summary>The desired version that was last applied; 0 before the first.</summary>
    public required long DesiredVersion { get; init; }

    /// <summary>When this was seen, by the bridge's wall clock.</summary>
    public required DateTimeOffset At { get; init; }

    public required MachineMode Mode { get; init; }

    public required ReportedLink Link { get; init; }

    public required ReportedActivity Activity { get; init; }

    public required RelayState Relay { get; init; }

    public ReportedSession? Session { get; init; }

    public ReportedJob? Job { get; init; }

    /// <summary>Milliseconds of the lease that are left; <see langword="null"/> without a lease.</summary>
    public long? LeaseLeftMilliseconds { get; init; }

    /// <summary>Why no lease was given, as the web's last answer said; see <see cref="LeaseAnswer.Refusal"/>.</summary>
    public string? LeaseRefusal { get; init; }

    /// <summary>A latched fault's code, for instance <c>relay-welded</c>; cleared by a person on site.</summary>
    public string? Fault { get; init; }

    /// <summary>What the controller says, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Heater name to degrees Celsius.</summary>
    public IReadOnlyDictionary<string, ReportedTemperature>? Temperatures { get; init; }

    /// <summary>Active power in watts.</summary>
    public double? Watts { get; init; }

    /// <summary>The machine is a pretended one.</summary>
    public bool Simulated { get; init; }
}

/// <summary>The session's running totals, the open slice included; they never go down within a session.</summary>
public sealed record ReportedSession
{
    public required Guid Id { get; init; }

    public required long Generation { get; init; }

    public required long TotalMilliseconds { get; init; }

    public required long ActiveMilliseconds { get; init; }

    public double? WattHours { get; init; }

    public double? FilamentMillimetres { get; init; }
}

/// <summary>How a job stands.</summary>
public sealed record ReportedJob
{
    public required Guid Id { get; init; }

    public required JobState State { get; init; }

    /// <summary>Share that is done, 0 to 1.</summary>
    public double? Progress { get; init; }

    public long? ElapsedMilliseconds { get; init; }

    public long? LeftMilliseconds { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Degrees Celsius.</summary>
public readonly record struct ReportedTemperature(double Actual, double? Target);

/// <summary>How well the bridge hears the machine's devices.</summary>
[JsonConverter(typeof(WordConverter<ReportedLink>))]
public enum ReportedLink
{
    [JsonStringEnumMemberName("down")]
    Down,

    [JsonStringEnumMemberName("connecting")]
    Connecting,

    [JsonStringEnumMemberName("up")]
    Up,

    [JsonStringEnumMemberName("stale")]
    Stale,
}

/// <summary>What the machine does, in words common to all kinds of controllers.</summary>
[JsonConverter(typeof(WordConverter<ReportedActivity>))]
public enum ReportedActivity
{
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    [JsonStringEnumMemberName("off")]
    Off,

    [JsonStringEnumMemberName("idle")]
    Idle,

    [JsonStringEnumMemberName("preparing")]
    Preparing,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("paused")]
    Paused,

    [JsonStringEnumMemberName("finishing")]
    Finishing,

    [JsonStringEnumMemberName("needs-attention")]
    NeedsAttention,

    [JsonStringEnumMemberName("error")]
    Error,
}

/// <summary>The interlock's relay as it was read back.</summary>
[JsonConverter(typeof(WordConverter<RelayState>))]
public enum RelayState
{
    /// <summary>The machine has no interlock.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Locked.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>Unlocked.</summary>
    [JsonStringEnumMemberName("closed")]
    Closed,
}

/// <summary>A job's way through the bridge. The last five are final.</summary>
[JsonConverter(typeof(WordConverter<JobState>))]
public enum JobState
{
    /// <summary>Known, fetched or being fetched; nothing was asked of the controller yet.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>The intent to start is on disk; the start was or is about to be asked for.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("paused")]
    Paused,

    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Refused before anything was asked of the controller.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>Nobody can tell whether it ran. Never started again by software; a person decides.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
