using Fablab.MachineSimulator.Grbl;
using Fablab.MachineSimulator.Moonraker;
using Fablab.MachineSimulator.OctoPrint;
using Fablab.MachineSimulator.PrusaLink;
using Fablab.MachineSimulator.Tasmota;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fablab.MachineSimulator;

/// <summary>Runs the pretend machines of the settings for as long as the host lives, and says where each one is.</summary>
public sealed partial class SimulatedLab : IHostedService, IAsyncDisposable
{
    private readonly ILogger<SimulatedLab> _log;

    public SimulatedLab(IOptions<MachineSimulatorOptions> options, TimeProvider clock, ILoggerFactory logs)
    {
        _log = logs.CreateLogger<SimulatedLab>();
        Machines = [.. options.Value.Machines.Select(machine => Create(machine, clock, logs))];
    }

    public IReadOnlyList<ISimulatedMachine> Machines { get; }

    public ISimulatedMachine? Find(string code) => Machines.FirstOrDefault(machine => machine.Code == code);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var machine in Machines)
        {
            await machine.StartAsync(cancellationToken);
            LogStarted(machine.Code, machine.GetType().Name, machine.Address);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in Machines)
        {
            await machine.DisposeAsync();
        }
    }

    private static ISimulatedMachine Create(SimulatedMachineOptions machine, TimeProvider clock, ILoggerFactory logs) => machine.Kind switch
    {
        SimulatedMachineKind.OctoPrint => new SimulatedOctoPrint(machine, clock, logs.CreateLogger<SimulatedOctoPrint>()),
        SimulatedMachineKind.Grbl => new SimulatedGrbl(machine, clock, logs.CreateLogger<SimulatedGrbl>()),
        SimulatedMachineKind.Moonraker => new SimulatedMoonraker(machine, clock, logs.CreateLogger<SimulatedMoonraker>()),
        SimulatedMachineKind.PrusaLink => new SimulatedPrusaLink(machine, clock, logs.CreateLogger<SimulatedPrusaLink>()),
        SimulatedMachineKind.TasmotaPlug or SimulatedMachineKind.Shelly or SimulatedMachineKind.EspHome => new SimulatedPlug(machine, clock, logs.CreateLogger<SimulatedPlug>()),
        _ => throw new ArgumentOutOfRangeException(nameof(machine), machine.Kind, "No such kind of simulated machine."),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Simulated machine {Machine} ({Kind}) at {Address}")]
    private partial void LogStarted(string machine, string kind, string address);
}
