using Fablab.Bridge.Drivers;
using Fablab.Bridge.Spool;
using Fablab.Contracts;
using Fablab.Mqtt;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <summary>One bridge in a process: reads its settings, takes its folder, and runs its loop until the process stops.</summary>
internal sealed partial class BridgeService(IConfiguration settings, DriverFactory drivers, TimeProvider clock, ILoggerFactory logs) : BackgroundService
{
    private const long Mebibyte = 1024 * 1024;

    private readonly ILogger _log = logs.CreateLogger<BridgeService>();
    private BridgeSettings? _read;
    private DataFolder? _folder;
    private SqliteSpool? _spool;

    /// <exception cref="BridgeSettingsException">A setting is wrong.</exception>
    /// <exception cref="IOException">The data folder is in use or the spool is damaged.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _read = BridgeSettings.Read(settings, drivers);
        _folder = DataFolder.Take(_read.Options.DataFolder);
        _spool = SqliteSpool.Open(_folder.Spool);
        LogStarted(_read.Address.ToString(), _read.Machines.Count, _spool.SpoolId, _spool.Epoch);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _spool?.Dispose();
        _folder?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (read, folder) = (_read!, _folder!);
        using var wire = new PacedWire(new MqttWire(LinkOptions(read), clock, logs), clock);
        var context = new DriverContext(clock, logs, wire);
        using var files = new JobFiles(read.Options.Server!, read.Key.HttpToken, folder.Jobs, read.Options.LargestJobMebibytes * Mebibyte, () => folder.FreeBytes - (read.Options.LeastFreeMebibytes * Mebibyte), WebAuthority.Handler(read.Options.ServerAuthorityPath), clock);
        RemoveLeftovers(files, read);
        var machines = read.Machines
            .Select(machine => (machine.Setup, Hands: new MachineHands(machine.Setup.Machine, JobControl(machine, context), Interlock(machine, context), files, clock, logs.CreateLogger<MachineHands>())))
            .ToList();
        try
        {
            var limits = new BridgeLimits(() => folder.FreeBytes, read.Options.LeastFreeMebibytes * Mebibyte, TimeSpan.FromDays(read.Options.KeepDays));
            var loop = new BridgeLoop(read.Address, read.Key, machines, _spool!, wire, limits, clock, logs.CreateLogger<BridgeLoop>());
            await loop.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nothing is tidied up on purpose: a stop is a crash that was announced, and the start knows how to go on.
        }
        finally
        {
            foreach (var (_, hands) in machines)
            {
                await hands.DisposeAsync();
            }
        }
    }

    private void RemoveLeftovers(JobFiles files, BridgeSettings read)
    {
        var stuck = files.RemoveLeftovers(read.Machines.Select(machine => machine.Setup.Machine).Select(machine => (_spool!.Memory(machine), _spool.Runs(machine))));
        if (stuck.Count > 0)
        {
            LogStuck(string.Join(", ", stuck));
        }
    }

    private IJobController? JobControl(ComposedMachine machine, DriverContext context) =>
        machine.JobControl is { } settings ? drivers.MakeJobControl(settings, context) : null;

    private IInterlock? Interlock(ComposedMachine machine, DriverContext context) =>
        machine.Interlock is { } settings ? drivers.MakeInterlock(settings, context) : null;

    private static MqttLinkOptions LinkOptions(BridgeSettings read)
    {
        var broker = read.Options.Broker;
        var user = string.IsNullOrEmpty(broker.User) ? read.Address.Bridge : broker.User;
        return new MqttLinkOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            Tls = broker.Tls,
            AuthorityPath = broker.AuthorityPath,
            ClientId = user,
            User = user,
            Password = read.Key.MqttPassword,
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Left-over job files could not be removed: {Names}")]
    private partial void LogStuck(string names);

    [LoggerMessage(Level = LogLevel.Information, Message = "Bridge {Bridge} with {Machines} machines; spool {SpoolId}, epoch {Epoch}")]
    private partial void LogStarted(string bridge, int machines, Guid spoolId, long epoch);
}
