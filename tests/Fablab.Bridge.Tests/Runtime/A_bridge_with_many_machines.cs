using Fablab.Bridge.Drivers;
using Fablab.Bridge.Runtime;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Bridge.Tests.Runtime;

/// <summary>Forty hazards at work on one bridge, whose broker takes twenty messages a second.</summary>
public class A_bridge_with_many_machines
{
    private const int Machines = 40;

    private static readonly BridgeAddress Address = new("lab", "bridge-1");

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("fablab-many-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Renews_every_lease_in_time_and_keeps_every_machine_on_the_board()
    {
        var (clock, key) = (new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero)), BridgeKey.Create());
        var broker = new NarrowBroker(Address, key, clock);
        using var wire = new PacedWire(broker, clock);
        using var spool = SqliteSpool.Open(Path.Combine(_folder, "spool.db"));
        using var web = new PretendedWeb(_ => throw new InvalidOperationException("no file is wanted"));
        using var files = new JobFiles(new Uri("http://web.example/"), key.HttpToken, _folder, 1_000, () => 1_000, web, clock);
        var controllers = Enumerable.Range(1, Machines).ToDictionary(number => $"mill-{number}", _ => new PretendedController(() => { }));
        var machines = controllers.Select(machine => (
            new MachineSetup { Machine = machine.Key, HazardClass = HazardClass.H, HasInterlock = false, HasJobControl = true },
            new MachineHands(machine.Key, machine.Value, null, files, clock, NullLogger<MachineHands>.Instance)));
        var limits = new BridgeLimits(() => 1_000_000, 1_000, TimeSpan.FromDays(30));
        var loop = new BridgeLoop(Address, key, machines, spool, wire, limits, clock, NullLogger<BridgeLoop>.Instance);
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(stop.Token);
        await broker.ConnectAsync();
        foreach (var machine in controllers.Keys)
        {
            await broker.SayAsync(Topics.Desired(Address, machine), ContractsJson.Write(InSession(machine)));
        }

        var oldest = TimeSpan.Zero;
        for (var second = 0; second < 60; second++)
        {
            foreach (var controller in controllers.Values)
            {
                controller.Show(ControllerState.Running, message: $"line {second}");
            }

            for (var tenth = 0; tenth < 10; tenth++)
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                await loop.ReachAsync(stop.Token);
                await broker.DeliverAsync();
            }

            oldest = broker.OldestTwin > oldest ? broker.OldestTwin : oldest;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(controllers.Keys.Where(machine => loop.State(machine).Memory.Session is not { WasArmed: true, ClosingReason: null }), Is.Empty);
            Assert.That(broker.Leases, Is.GreaterThanOrEqualTo(Machines * 11));
            Assert.That(broker.LongestWaitOfALease, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(oldest, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(10)));
        }

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static DesiredTwin InSession(string machine) => new()
    {
        Version = 1,
        Machine = machine,
        Mode = MachineMode.InSession,
        Session = new DesiredSession { Id = Guid.NewGuid(), Generation = 1 },
    };
}
