using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Invariants;

/// <summary>L3: what is due by the rules is handled within ten seconds, also right after a restart. Looked at every minute.</summary>
internal sealed class DueWatch(VirtualWorld world, SimulatedServer server)
{
    private const long Period = 60_000;
    private const long Late = 10_000;

    public void Begin() => world.After(Period, () =>
    {
        if (server.IsUp)
        {
            foreach (var machine in server.State.Machines.Keys)
            {
                if (server.DueOf(machine) is { } due && due < world.Now)
                {
                    LookAgain(machine, due, server.UpSince);
                }
            }
        }

        Begin();
    });

    /// <summary>A late record may have made it due only now, so the ten seconds count from here; and a dead server handles nothing.</summary>
    private void LookAgain(string machine, Instant due, long upSince) => world.After(Late, () =>
    {
        if (server.IsUp && server.UpSince == upSince && server.DueOf(machine) == due)
        {
            throw new InvariantBrokenException("L3", $"{machine} was due at {due} and nothing happened");
        }
    });
}
