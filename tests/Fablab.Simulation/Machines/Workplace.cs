using Fablab.Contracts;
using Fablab.Domain.Machines;

namespace Fablab.Simulation.Machines;

/// <summary>A machine as it stands in the room: either behind a relay, or a printer with its host.</summary>
internal sealed record Workplace
{
    public required string Code { get; init; }

    public required MachineId Machine { get; init; }

    public required BridgeAddress Bridge { get; init; }

    public required MachinePolicy Policy { get; init; }

    public SimulatedRelay? Relay { get; init; }

    public SimulatedController? Controller { get; init; }
}
