using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;

namespace Fablab.Bridge.Runtime;

/// <summary>What the bridge's one loop handles, one after the other.</summary>
internal abstract record BridgeEvent
{
    private BridgeEvent()
    {
    }

    public sealed record OfMachine(string Machine, SupervisorEvent Event) : BridgeEvent;

    public sealed record OfSender(SenderEvent Event) : BridgeEvent;

    public sealed record ConnectionChanged(bool IsConnected) : BridgeEvent;

    public sealed record Received(WireMessage Message) : BridgeEvent;

    public sealed record Tick : BridgeEvent;

    /// <summary>Everything before it was handled.</summary>
    public sealed record Marker(TaskCompletionSource Reached) : BridgeEvent;
}
