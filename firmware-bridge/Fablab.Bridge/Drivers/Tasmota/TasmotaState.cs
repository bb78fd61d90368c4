using Fablab.Bridge.Drivers.Shared;

namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>All that is known of a plug.</summary>
internal sealed record TasmotaState : RelayState
{
    /// <summary>How often the relay was read.</summary>
    public long Readings { get; init; }

    /// <summary>The dead-man timer as the plug last told it, in Tasmota's units.</summary>
    public int? PulseTime { get; init; }

    public override long ReadUpTo => Readings;
}
