namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>All that is known of a plug. Times are those of one monotonic clock.</summary>
internal sealed record TasmotaState
{
    public LinkState Link { get; init; } = LinkState.Connecting;

    /// <summary>What the plug says of its relay; <see langword="null"/> when it said nothing that is still to be trusted.</summary>
    public bool? IsRelayOn { get; init; }

    /// <summary>How often the relay was read. A read-back is a reading after the command.</summary>
    public long Readings { get; init; }

    public TimeSpan RelayReadAt { get; init; }

    /// <summary>Since when the relay says it is open.</summary>
    public TimeSpan OffSince { get; init; }

    /// <summary>Power flows although the relay says it is open: its contact is stuck.</summary>
    public bool IsContactStuck { get; init; }

    public double? Watts { get; init; }

    public double? WattHours { get; init; }

    public TimeSpan MeterReadAt { get; init; }

    /// <summary>The dead-man timer as the plug last told it, in Tasmota's units.</summary>
    public int? PulseTime { get; init; }

    /// <summary>When the plug last said anything; before it ever did, when we began to listen.</summary>
    public TimeSpan HeardAt { get; init; }

    public TimeSpan AskedAt { get; init; }

    /// <summary>The plug is asked for its meter at this time: an open relay must be seen to carry nothing.</summary>
    public TimeSpan? LookAtMeterAt { get; init; }

    /// <summary>What a person at the machine would find.</summary>
    public InterlockState Contact => (Link, IsRelayOn) switch
    {
        (not LinkState.Up, _) or (_, null) => InterlockState.Unknown,
        (_, true) => InterlockState.Unlocked,
        _ => IsContactStuck ? InterlockState.Unlocked : InterlockState.Locked,
    };

    public InterlockObservation Picture => new()
    {
        Link = Link,
        State = Contact,
        Watts = Link is LinkState.Up ? Watts : null,
        WattHours = WattHours,
    };
}
