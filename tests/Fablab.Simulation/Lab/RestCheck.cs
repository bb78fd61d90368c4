using Fablab.Domain.MachineJobs;
using Fablab.Simulation.Bridges;
using Fablab.Simulation.Invariants;
using Fablab.Simulation.Machines;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Lab;

/// <summary>When the faults are over, everything comes to its end: L1 to L5 of the promises.</summary>
internal sealed class RestCheck(
    VirtualWorld world, SimulatedServer server, IReadOnlyList<SimulatedBridge> bridges, IReadOnlyList<Workplace> workplaces, Observer observer)
{
    private static readonly Duration Late = Duration.FromSeconds(10);

    public void Run()
    {
        observer.CheckAcknowledged();
        foreach (var bridge in bridges)
        {
            CheckJournal(bridge);
            CheckTwins(bridge);
        }

        CheckDesks();
        CheckJobs();
        if (workplaces.FirstOrDefault(workplace => workplace.Relay is { IsClosed: true }) is { } closed)
        {
            throw new InvariantBrokenException("I2", $"the relay of {closed.Code} is closed and nobody is there");
        }
    }

    private void CheckJournal(SimulatedBridge bridge)
    {
        foreach (var (epoch, records) in bridge.Disk.State.Journal)
        {
            foreach (var record in records)
            {
                if (!server.State.Journal.TryGetValue((bridge.Disk.SpoolId, epoch, record.Sequence), out var stored) || stored.Hash != record.Hash)
                {
                    throw new InvariantBrokenException("L1", $"record {epoch}/{record.Sequence} of {bridge.Name} never reached the server");
                }
            }

            if (bridge.Disk.State.Acknowledged.GetValueOrDefault(epoch) != records.Count)
            {
                throw new InvariantBrokenException("L1", $"epoch {epoch} of {bridge.Name} is not acknowledged to its end");
            }
        }
    }

    private void CheckTwins(SimulatedBridge bridge)
    {
        foreach (var state in bridge.States)
        {
            var desired = server.State.Machines[state.Setup.Machine].Desired.Version;
            var reported = server.State.Reported.GetValueOrDefault(state.Setup.Machine)?.DesiredVersion;
            if (!bridge.IsUp || state.Memory.Desired?.Version != desired || reported != desired)
            {
                throw new InvariantBrokenException("L2", $"{state.Setup.Machine} should follow v{desired}, follows v{state.Memory.Desired?.Version}, reported v{reported}");
            }

            if (state.Memory.Session is { } session)
            {
                throw new InvariantBrokenException("L4", $"{bridge.Name} still serves generation {session.Generation} of {state.Setup.Machine}");
            }
        }
    }

    private void CheckDesks()
    {
        foreach (var machine in server.State.Machines.Values)
        {
            if (server.DueOf(machine.Code) is { } due && due + Late < world.Now)
            {
                throw new InvariantBrokenException("L3", $"{machine.Code} was due at {due}");
            }

            if (machine.Session is { } session)
            {
                throw new InvariantBrokenException("L4", $"session {session} of {machine.Code} is still {server.State.Sessions[session.Value].State}");
            }
        }

        if (server.State.Reservations.Values.FirstOrDefault(reservation => !reservation.IsOver) is { } open)
        {
            throw new InvariantBrokenException("L3", $"reservation {open.Id} of {open.Slot} is still {open.State}");
        }
    }

    private void CheckJobs()
    {
        if (server.State.Jobs.Values.FirstOrDefault(job => job is { IsOver: false, State: not MachineJobState.Waiting }) is { } stuck)
        {
            throw new InvariantBrokenException("L5", $"job {stuck.Id} is still {stuck.State}");
        }
    }
}
