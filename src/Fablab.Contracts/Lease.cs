namespace Fablab.Contracts;

/// <summary>
/// A bridge's wish to energise or start, on <c>up/lease-req/{machine}</c>, QoS 1, not retained. The lease counts from the
/// moment the bridge asked, by its own monotonic clock, however late the answer comes.
/// </summary>
public sealed record LeaseRequest
{
    /// <summary>Used once: <c>{epoch}-{counter}</c>. An answer to any other nonce than the last one is dropped.</summary>
    public required string Nonce { get; init; }

    public required string Machine { get; init; }

    public required Guid Session { get; init; }

    public required long Generation { get; init; }

    /// <summary>The job that is to be started under this lease.</summary>
    public Guid? Job { get; init; }
}

/// <summary>
/// The web's answer on <c>down/lease/{machine}</c>, QoS 1, never retained, as <see cref="SignedText"/> under the bridge's key:
/// neither the broker nor another client can energise anything.
/// </summary>
public sealed record LeaseAnswer
{
    public required string Nonce { get; init; }

    public required string Machine { get; init; }

    public required Guid Session { get; init; }

    public required long Generation { get; init; }

    public required bool Granted { get; init; }

    /// <summary>How long the lease lives from the moment it was asked for, in milliseconds; 0 when refused.</summary>
    public required long TtlMilliseconds { get; init; }

    /// <summary>The job that may be started under this lease, with its digest.</summary>
    public LeasedJob? Job { get; init; }

    /// <summary>Stable code when refused: <c>no-session</c>, <c>old-generation</c>, <c>presence-needed</c>, <c>slot-ended</c>, <c>out-of-order</c>, <c>not-authorised</c>, <c>disputed</c> (the bridge's hello contradicts what the web knows).</summary>
    public string? Refusal { get; init; }
}

/// <summary>Permission to start one job and to let it run without further leases (machines of class R).</summary>
public sealed record LeasedJob
{
    public required Guid Id { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>How long the run may take from its start without another lease, in milliseconds; 0 means that ordinary leases must go on.</summary>
    public required long RunMilliseconds { get; init; }
}
