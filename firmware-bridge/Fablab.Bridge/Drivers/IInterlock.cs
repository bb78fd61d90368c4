namespace Fablab.Bridge.Drivers;

/// <summary>
/// Speaks to what keeps a machine off until a session unlocks it: a relay, often with a power meter in the same device.
/// </summary>
public interface IInterlock : IAsyncDisposable
{
    /// <inheritdoc cref="IJobController.LongestSilence"/>
    TimeSpan LongestSilence { get; }

    /// <inheritdoc cref="IJobController.ObserveAsync"/>
    IAsyncEnumerable<InterlockObservation> ObserveAsync(CancellationToken ct);

    /// <summary>
    /// Asks for a state, then answers with the state that was read back within the driver's time limit, which may be
    /// another one or <see cref="InterlockState.Unknown"/>. Unlocking arms the device's own dead-man timer where it has one;
    /// asking again for <see cref="InterlockState.Unlocked"/> renews it.
    /// </summary>
    /// <exception cref="MachineUnreachableException">The wish could not be sent. The true state is unknown.</exception>
    Task<InterlockState> SetAsync(InterlockState wanted, CancellationToken ct);
}

/// <summary>What keeps a machine off: relay open is <see cref="Locked"/>, relay closed is <see cref="Unlocked"/>.</summary>
public enum InterlockState
{
    /// <summary>Nothing trustworthy was read, or it is too old.</summary>
    Unknown,
    Locked,
    Unlocked,
}

/// <summary>What an interlock's device was last seen to be.</summary>
public sealed record InterlockObservation
{
    public required LinkState Link { get; init; }

    public required InterlockState State { get; init; }

    /// <summary>Active power now in watts; <see langword="null"/> without a meter.</summary>
    public double? Watts { get; init; }

    /// <summary>The meter's running total in watt-hours, as the device counts: it may be reset by people. Use differences.</summary>
    public double? WattHours { get; init; }
}
