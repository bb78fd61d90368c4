namespace Fablab.Bridge.Drivers.Shared;

/// <summary>All that is known of a relay with or without a meter. Times are those of one monotonic clock.</summary>
internal abstract record RelayState
{
    public LinkState Link { get; init; } = LinkState.Connecting;

    /// <summary>What the device says of its relay; <see langword="null"/> when it said nothing that is still to be trusted.</summary>
    public bool? IsRelayOn { get; init; }

    public TimeSpan RelayReadAt { get; init; }

    /// <summary>Grows with each reading of the relay. A read-back is a reading that was asked for, or made, after the command.</summary>
    public abstract long ReadUpTo { get; }

    /// <summary>Since when the relay says it is open.</summary>
    public TimeSpan OffSince { get; init; }

    /// <summary>Power flows although the relay says it is open: its contact is stuck.</summary>
    public bool IsContactStuck { get; init; }

    public double? Watts { get; init; }

    public double? WattHours { get; init; }

    public TimeSpan MeterReadAt { get; init; }

    /// <summary>When the device last said anything; before it ever did, when we began to listen.</summary>
    public TimeSpan HeardAt { get; init; }

    public TimeSpan AskedAt { get; init; }

    /// <summary>The device is asked for its meter at this time: an open relay must be seen to carry nothing.</summary>
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

/// <summary>What follows from an event.</summary>
/// <param name="Messages">To be published in this order, none of them retained: a retained one would switch the relay again at every reconnect.</param>
/// <param name="Notice">Something people should read in the log.</param>
internal readonly record struct RelayStep<TState>(TState State, IEnumerable<(string Topic, byte[] Payload)> Messages, string? Notice);
