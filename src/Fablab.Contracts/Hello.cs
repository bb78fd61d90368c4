namespace Fablab.Contracts;

/// <summary>A bridge introduces itself after every connect, on <c>up/hello</c>, QoS 1, not retained.</summary>
public sealed record Hello
{
    public const int ProtocolVersion = 1;

    public required int ProtocolMin { get; init; }

    public required int ProtocolMax { get; init; }

    public required string BridgeVersion { get; init; }

    /// <summary>Random, made when the spool's file was created.</summary>
    public required Guid SpoolId { get; init; }

    /// <summary>Rises by one at every start of the bridge, on disk before the first record.</summary>
    public required long Epoch { get; init; }

    /// <summary>Random at every start. The same epoch with another boot id is a cloned spool.</summary>
    public required Guid BootId { get; init; }

    /// <summary>The wall clock of the bridge, to measure its skew.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The monotonic clock at the same moment, as <see cref="JournalContent.MonotonicMilliseconds"/> counts: with it the web dates the epoch's records.</summary>
    public required long MonotonicMilliseconds { get; init; }

    /// <summary>What the spool holds, oldest epoch first, acknowledged records within their retention included.</summary>
    public required IReadOnlyList<HeldRecords> Held { get; init; }

    public required IReadOnlyList<HelloMachine> Machines { get; init; }
}

/// <summary>Records of one epoch that the spool still has.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="FirstSequence">First one held.</param>
/// <param name="LastSequence">Last one written.</param>
/// <param name="AcknowledgedUpTo">What the web acknowledged, 0 for nothing. Above what the web has means that the web was restored from a backup.</param>
public sealed record HeldRecords(long Epoch, long FirstSequence, long LastSequence, long AcknowledgedUpTo);

/// <summary>A machine on a bridge, as the bridge's own settings compose it.</summary>
public sealed record HelloMachine
{
    public required string Machine { get; init; }

    public required HazardClass HazardClass { get; init; }

    public required bool HasInterlock { get; init; }

    public required bool HasJobControl { get; init; }

    public required bool HasMeter { get; init; }

    public bool Simulated { get; init; }
}

/// <summary>What a machine can do to people and rooms; decides lease lengths and what an outage does (<c>docs/protocol.md</c>).</summary>
[JsonConverter(typeof(WordConverter<HazardClass>))]
public enum HazardClass
{
    /// <summary>Laser, CNC, saw, furnace: stops by itself seconds after the lease is gone.</summary>
    [JsonStringEnumMemberName("h")]
    H,

    /// <summary>A job that is safe to finish alone, a printer: starts online only, then runs under a run lease.</summary>
    [JsonStringEnumMemberName("r")]
    R,

    /// <summary>Low risk: long leases.</summary>
    [JsonStringEnumMemberName("l")]
    L,
}

/// <summary>Whether a bridge is there, on <c>up/online</c>, QoS 1, retained; the last will says no.</summary>
public sealed record Online
{
    public required long Epoch { get; init; }

    public required Guid BootId { get; init; }

    public required bool Up { get; init; }
}
