using Fablab.Simulation.Bridges;
using Fablab.Simulation.Broker;
using Fablab.Simulation.Machines;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Lab;

/// <summary>Breaks things at random times; each kind with its own mean, so that all of them happen and also meet.</summary>
internal sealed class Chaos(
    VirtualWorld world, SimulatedServer server, SimulatedBroker broker, IReadOnlyList<SimulatedBridge> bridges, IReadOnlyList<Workplace> workplaces)
{
    private const long Second = 1_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private readonly SimulationRandom random = world.Random.Fork();

    public void Begin()
    {
        Every(8 * Hour, CrashServer);
        Every(9 * Hour, broker.Forget);
        Every(9 * Hour, broker.ServeStaleRetained);
        Every(4 * Hour, () => PartitionSome(server.Link));
        foreach (var bridge in bridges)
        {
            Every(4 * Hour, () => CrashBridge(bridge));
            Every(4 * Hour, () => PartitionSome(bridge.Link));
            Every(5 * Hour, () => bridge.JumpClock(random.Percent(50) ? random.Between(-Hour, Hour) : random.Between(-Day, Day)));
            Every(12 * Hour, () => CopySpool(bridge));
            Every(9 * Hour, () => bridge.FillDisk(random.Between(Minute, 30 * Minute)));
        }

        foreach (var workplace in workplaces)
        {
            BreakDevices(workplace);
        }

        Technician();
    }

    /// <summary>The last part of a run: nothing breaks any more and everything is mended.</summary>
    public void End()
    {
        foreach (var link in broker.Links)
        {
            SimulatedBroker.Heal(link);
        }
    }

    private void BreakDevices(Workplace workplace)
    {
        if (workplace.Controller is { } controller)
        {
            Every(3 * Hour, () => controller.LoseLink(random.Percent(80) ? random.Between(Second, 2 * Minute) : random.Between(Minute, 50 * Minute)));
            Every(6 * Hour, controller.UseByStranger);
            Every(4 * Hour, controller.CancelAtMachine);
            Every(4 * Hour, controller.Fail);
            Every(8 * Hour, controller.Reset);
        }

        if (workplace.Relay is { } relay)
        {
            Every(2 * Hour, () => relay.LoseLink(random.Percent(80) ? random.Between(Second, Minute) : random.Between(Minute, 20 * Minute)));
            Every(5 * Hour, relay.Weld);
        }
    }

    private void CrashServer()
    {
        if (server.IsUp)
        {
            server.Crash("at rest");
        }
    }

    private void CrashBridge(SimulatedBridge bridge)
    {
        if (bridge.IsUp)
        {
            bridge.Crash("at rest", isPowerCut: random.Percent(50));
        }
    }

    /// <summary>A copy that comes before its original ever did cannot be told from it.</summary>
    private static void CopySpool(SimulatedBridge bridge)
    {
        if (bridge is { IsUp: true, IsGreeted: true })
        {
            bridge.BeCopied();
        }
    }

    private void PartitionSome(BrokerLink link)
    {
        var (isUp, isDown) = random.Between(0, 3) switch
        {
            0 => (true, false),
            1 => (false, true),
            _ => (true, true),
        };
        broker.Partition(link, isUp, isDown, random.Percent(70) ? random.Between(Second, 2 * Minute) : random.Exponential(20 * Minute));
    }

    /// <summary>Walks by now and then, also when the faults are over, and mends what is latched.</summary>
    private void Technician() => world.After(random.Exponential(15 * Minute), () =>
    {
        foreach (var bridge in bridges)
        {
            bridge.ClearFaults();
            if (bridge.IsUp && server.IsDisputing(bridge.Address))
            {
                bridge.Crash("restarted, because the server complains of it", isPowerCut: false);
            }
        }

        Technician();
    });

    private void Every(long mean, Action act) => world.After(random.Exponential(mean), () =>
    {
        if (world.FaultsAreOn)
        {
            act();
            Every(mean, act);
        }
    });
}
