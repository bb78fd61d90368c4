using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Fablab.Simulation.Broker;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Bridges;

/// <summary>The bridge's real cores, each behind a method so that a planted bug can stand in its place.</summary>
internal class BridgeCores
{
    public virtual DiskFlaw DiskFlaw => DiskFlaw.None;

    public virtual BridgeNow Now(NodeClock clock) => new(clock.MonotonicMilliseconds, clock.Wall);

    public virtual (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now) =>
        MachineSupervisor.Step(state, happened, now);

    /// <summary>Leases are never retained, and only the web can sign one.</summary>
    public virtual LeaseAnswer? Open(byte[] key, Frame frame) =>
        !frame.IsRetained && SignedText.TryOpen(key, frame.Payload, out var json) && ContractsJson.TryRead<LeaseAnswer>(json, out var answer, out _)
            ? answer
            : null;
}
