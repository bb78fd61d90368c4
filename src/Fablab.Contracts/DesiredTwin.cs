namespace Fablab.Contracts;

/// <summary>
/// What a machine should be doing now, web to bridge on <c>down/desired/{machine}</c>, QoS 1, retained. It never energises
/// anything by itself: it permits the bridge to ask for a lease, so an old retained twin can lock but not unlock.
/// </summary>
public sealed record DesiredTwin
{
    /// <summary>Given by the database, per machine, rising for ever. A bridge applies only a version above the highest it ever applied.</summary>
    public required long Version { get; init; }

    public required string Machine { get; init; }

    public required MachineMode Mode { get; init; }

    /// <summary>The usage session to serve; only with <see cref="MachineMode.InSession"/>.</summary>
    public DesiredSession? Session { get; init; }

    /// <summary>The job to bring about within the session.</summary>
    public DesiredJob? Job { get; init; }
}

/// <summary>A session the bridge may arm once it holds a lease for it.</summary>
public sealed record DesiredSession
{
    public required Guid Id { get; init; }

    /// <summary>Rises with every session of the machine. An older generation is never served again.</summary>
    public required long Generation { get; init; }

    /// <summary>When the booked time ends. For people and displays; the lease alone decides.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>A job to run at most once, ever, whatever is repeated.</summary>
public sealed record DesiredJob
{
    public required Guid Id { get; init; }

    /// <summary>Digest of the file's bytes, 64 lower-case hex digits. The lease must name the same one.</summary>
    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Path below the web's address where this bridge may fetch the file with its own credential.</summary>
    public required string Path { get; init; }

    /// <summary>How long the job is thought to take, in milliseconds; <see langword="null"/> when unknown.</summary>
    public long? EstimateMilliseconds { get; init; }

    public required JobWish Wish { get; init; }

    /// <summary>The job does not start before this instant.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}

/// <summary>What a machine is there for at the moment.</summary>
[JsonConverter(typeof(WordConverter<MachineMode>))]
public enum MachineMode
{
    [JsonStringEnumMemberName("locked")]
    Locked,

    [JsonStringEnumMemberName("available")]
    Available,

    [JsonStringEnumMemberName("in-session")]
    InSession,

    [JsonStringEnumMemberName("maintenance")]
    Maintenance,

    [JsonStringEnumMemberName("out-of-order")]
    OutOfOrder,
}

/// <summary>What should become of a job. <see cref="Cancel"/> is final: no later wish revives the job.</summary>
[JsonConverter(typeof(WordConverter<JobWish>))]
public enum JobWish
{
    [JsonStringEnumMemberName("run")]
    Run,

    [JsonStringEnumMemberName("pause")]
    Pause,

    [JsonStringEnumMemberName("cancel")]
    Cancel,
}
