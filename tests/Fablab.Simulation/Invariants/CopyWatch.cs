using Fablab.Contracts;

namespace Fablab.Simulation.Invariants;

/// <summary>I8, of spools: no lease while the last hello that the server handled came from a copy of the bridge.</summary>
internal sealed class CopyWatch
{
    private readonly HashSet<Guid> copies = [];
    private readonly HashSet<BridgeAddress> fooled = [];

    /// <summary>A computer that should not be there booted.</summary>
    public void CopyBooted(Guid bootId) => copies.Add(bootId);

    public void HelloTaken(BridgeAddress bridge, Hello hello) => _ = copies.Contains(hello.BootId) ? fooled.Add(bridge) : fooled.Remove(bridge);

    /// <summary>What a dispute is about is in the server's memory; a new process hears of it at the next hello.</summary>
    public void ServerFell() => fooled.Clear();

    public void LeaseGranted(BridgeAddress bridge, LeaseAnswer answer)
    {
        if (fooled.Contains(bridge))
        {
            throw new InvariantBrokenException("I8", $"{answer.Machine} got a lease while a copy of {bridge.Bridge}'s spool was the last to say hello");
        }
    }
}
