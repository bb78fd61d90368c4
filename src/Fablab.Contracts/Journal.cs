namespace Fablab.Contracts;

/// <summary>Consecutive records of one epoch, bridge to web on <c>up/journal</c>, QoS 1, not retained; at most 100 records or 32 KiB.</summary>
public sealed record JournalBatch
{
    public const int MaxRecords = 100;

    public required Guid SpoolId { get; init; }

    public required long Epoch { get; init; }

    public required IReadOnlyList<JournalRecord> Records { get; init; }
}

/// <summary>
/// One durable fact. The content travels as the very text that was written and hashed, so that no two JSON writers need to
/// agree on spaces, and fields a receiver does not know survive.
/// </summary>
/// <param name="Sequence">1, 2, 3… within the epoch, without gaps.</param>
/// <param name="Content">JSON text of a <see cref="JournalContent"/>.</param>
/// <param name="PreviousHash">Hash of the record before, of the last one of an earlier epoch for the first, 64 zeros for the very first.</param>
/// <param name="Hash">See <see cref="JournalHash"/>.</param>
public sealed record JournalRecord(long Sequence, string Content, string PreviousHash, string Hash);

/// <summary>Everything up to and with a sequence number is committed, web to bridge on <c>down/journal-ack</c>, QoS 1. Repeated after every hello.</summary>
public sealed record JournalAck
{
    public required Guid SpoolId { get; init; }

    public required long Epoch { get; init; }

    public required long UpTo { get; init; }
}

/// <summary>Please send again from here, web to bridge on <c>down/replay</c>, QoS 1: the web found a gap or was restored.</summary>
public sealed record ReplayRequest
{
    public required Guid SpoolId { get; init; }

    public required long Epoch { get; init; }

    public required long FromSequence { get; init; }
}

/// <summary>What a journal record says. Exactly one of the parts is set.</summary>
public sealed record JournalContent
{
    public required string Machine { get; init; }

    /// <summary>When it happened, by the bridge's wall clock. Durations never come from it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The same moment by the bridge's monotonic clock, in milliseconds since an arbitrary start that a boot keeps.</summary>
    public required long MonotonicMilliseconds { get; init; }

    public MeterReported? Meter { get; init; }

    public SessionReported? Session { get; init; }

    public JobReported? Job { get; init; }

    public SafetyReported? Safety { get; init; }
}

/// <summary>A closed slice of a session: at most 15 s, or up to a change of state. Running totals never go down.</summary>
public sealed record MeterReported
{
    public required Guid Session { get; init; }

    public required long Generation { get; init; }

    public required MeterState State { get; init; }

    public required MeterSource Source { get; init; }

    /// <summary>Length of this slice in milliseconds, by the monotonic clock.</summary>
    public required long DeltaMilliseconds { get; init; }

    /// <summary>The session's total after this slice; the total before plus <see cref="DeltaMilliseconds"/>.</summary>
    public required long TotalMilliseconds { get; init; }

    /// <summary>How much of the total was <see cref="MeterState.Active"/>.</summary>
    public required long ActiveMilliseconds { get; init; }

    /// <summary>The session's energy so far, in watt-seconds; <see langword="null"/> without a meter.</summary>
    public long? WattSeconds { get; init; }

    /// <summary>The session's filament so far, in millimetres.</summary>
    public double? FilamentMillimetres { get; init; }

    /// <summary>The controller's own count for the running job, kept for audit.</summary>
    public long? ControllerJobMilliseconds { get; init; }
}

/// <summary>A turn in a session's life at the bridge.</summary>
public sealed record SessionReported
{
    public required Guid Session { get; init; }

    public required long Generation { get; init; }

    public required SessionTurn Turn { get; init; }

    /// <summary>Stable code of why it closed: <c>ended</c>, <c>lease-lost</c>, <c>lease-refused</c>, <c>bridge-restarted</c>, <c>fault</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Final total with <see cref="SessionTurn.Closed"/>; must equal the last meter record's.</summary>
    public required long TotalMilliseconds { get; init; }
}

/// <summary>A job's state changed.</summary>
public sealed record JobReported
{
    public required Guid Job { get; init; }

    public required Guid Session { get; init; }

    public required JobState State { get; init; }

    /// <summary>Stable code or the controller's words.</summary>
    public string? Reason { get; init; }

    public long? ControllerJobMilliseconds { get; init; }

    public double? FilamentMillimetres { get; init; }
}

/// <summary>Something about safety that a manager must see.</summary>
public sealed record SafetyReported
{
    /// <summary>Stable code: <c>relay-welded</c>, <c>readback-mismatch</c>, <c>lease-expired</c>, <c>spool-full</c>, <c>desired-conflict</c>, <c>meter-gap</c>.</summary>
    public required string Event { get; init; }

    public string? Detail { get; init; }
}

/// <summary>What the time of a slice was.</summary>
[JsonConverter(typeof(WordConverter<MeterState>))]
public enum MeterState
{
    /// <summary>Unlocked or in session, not working.</summary>
    [JsonStringEnumMemberName("idle")]
    Idle,

    /// <summary>Working: a job runs, or more power flows than the machine's idle limit.</summary>
    [JsonStringEnumMemberName("active")]
    Active,
}

/// <summary>Where the knowledge of a slice comes from.</summary>
[JsonConverter(typeof(WordConverter<MeterSource>))]
public enum MeterSource
{
    [JsonStringEnumMemberName("relay")]
    Relay,

    [JsonStringEnumMemberName("controller")]
    Controller,

    /// <summary>Rebuilt from the controller's count after the bridge itself was down. Always shown as such.</summary>
    [JsonStringEnumMemberName("recovered")]
    Recovered,
}

/// <summary>The turns of a session at the bridge.</summary>
[JsonConverter(typeof(WordConverter<SessionTurn>))]
public enum SessionTurn
{
    /// <summary>A lease is held and, where there is an interlock, the relay was read back closed.</summary>
    [JsonStringEnumMemberName("armed")]
    Armed,

    /// <summary>Final: the relay was read back open, every slice is written.</summary>
    [JsonStringEnumMemberName("closed")]
    Closed,
}
