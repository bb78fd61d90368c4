using System.Buffers.Text;
using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Simulation.Bridges;
using Fablab.Simulation.Broker;
using Fablab.Simulation.Invariants;
using Fablab.Simulation.Machines;
using Fablab.Simulation.People;
using Fablab.Simulation.PlantedBugs;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;
using HazardClass = Fablab.Domain.Machines.HazardClass;

namespace Fablab.Simulation.Lab;

/// <summary>A whole lab grown from one seed: one to three bridges, one to six machines, their people, and everything that may go wrong.</summary>
internal sealed class SimulatedLab
{
    private const int MakersPerMachine = 4;

    private readonly List<Workplace> workplaces;
    private readonly List<SimulatedBridge> bridges = [];
    private readonly SimulatedServer server;
    private readonly Chaos chaos;

    public SimulatedLab(VirtualWorld world, PlantedBug bug)
    {
        var random = world.Random;
        var addresses = Enumerable.Range(1, random.Between(1, 4)).Select(number => new BridgeAddress("lab", $"bridge-{number}")).ToList();
        workplaces = Enumerable.Range(1, random.Between(1, 7)).Select(number => NewWorkplace(world, number, random.Pick(addresses))).ToList();

        Observer = new Observer(world, workplaces);
        var broker = new SimulatedBroker(world, NetworkWeather.Of(random));
        var database = new SimulatedDatabase(FirstState(workplaces));
        var intruder = new Intruder(world, broker);
        Observer.Watch(database, broker, intruder.Hear);

        var keys = addresses.ToDictionary(address => address.Bridge, _ => NewLeaseKey(random));
        var crashes = random.Pick([0L, 50, 150, 300]);
        var ids = addresses.ToDictionary(address => address.Bridge, _ => random.NewId());
        server = new SimulatedServer(world, database, broker, bug.Server(), new ServerSettings(ids, keys, crashes))
        {
            Granted = Observer.LeaseGranted,
            HelloTaken = Observer.Copies.HelloTaken,
            Booked = Observer.BookingAnswered,
            Fell = () =>
            {
                Observer.Copies.ServerFell();
                intruder.ServerFell();
            },
        };
        Observer.Freed.Server = server;
        foreach (var address in addresses)
        {
            var settings = new BridgeSettings(
                address, workplaces.Where(workplace => workplace.Bridge == address).ToList(), keys[address.Bridge], random.Between(-50_000L, 50_001), crashes / 3);
            bridges.Add(new SimulatedBridge(world, broker, server, Observer, bug.Bridge(), settings));
        }

        LengthsOfJobs(world, database);
        chaos = new Chaos(world, server, broker, bridges, workplaces);
        Begin(world, intruder);
    }

    public Observer Observer { get; }

    /// <summary>From here on nothing breaks, and everything must come to rest.</summary>
    public void CalmDown(VirtualWorld world)
    {
        world.FaultsAreOn = false;
        world.Note("world", "faults are over");
        chaos.End();
    }

    public void CheckRest(VirtualWorld world) => new RestCheck(world, server, bridges, workplaces, Observer).Run();

    private void Begin(VirtualWorld world, Intruder intruder)
    {
        server.Start();
        foreach (var bridge in bridges)
        {
            bridge.Start();
        }

        var makers = Enumerable.Range(1, workplaces.Count * MakersPerMachine)
            .Select(number => new Maker(world, server, Observer, workplaces, $"maker-{number}"))
            .ToList();
        foreach (var maker in makers)
        {
            maker.Live();
        }

        new Staff(world, server, workplaces, makers.Select(maker => maker.Id).ToList()).Live();
        chaos.Begin();
        intruder.Live();
        new DueWatch(world, server).Begin();
    }

    /// <summary>The estimate is a guess: a real print takes between half and one and a half of it.</summary>
    private void LengthsOfJobs(VirtualWorld world, SimulatedDatabase database)
    {
        var random = world.Random.Fork();
        foreach (var workplace in workplaces.Where(workplace => workplace.Controller is not null))
        {
            workplace.Controller!.LengthOf = file => Guid.TryParseExact(file.Split('-')[0], "N", out var job) && database.State.Jobs.TryGetValue(job, out var known)
                ? (long)known.Estimate!.Value.TotalMilliseconds * random.Between(50, 150) / 100
                : 60_000;
        }
    }

    private static Workplace NewWorkplace(VirtualWorld world, int number, BridgeAddress bridge)
    {
        var random = world.Random;
        var hazard = random.Pick([HazardClass.H, HazardClass.R, HazardClass.R, HazardClass.L]);
        var code = $"{hazard.ToString().ToLowerInvariant()}-{number}";
        return new Workplace
        {
            Code = code,
            Machine = new MachineId(random.NewId()),
            Bridge = bridge,
            Policy = new MachinePolicy
            {
                HazardClass = hazard,
                CleanUp = Duration.FromMinutes(random.Pick([0, 0, 5, 10])),
                StartsUnattended = hazard is HazardClass.R && random.Percent(50),
                EndsWithJob = hazard is HazardClass.R && random.Percent(70),
                RequiresAuthorisation = hazard is HazardClass.H,
            },
            Relay = hazard is HazardClass.R ? null : new SimulatedRelay(world, code),
            Controller = hazard is HazardClass.R ? new SimulatedController(world, code) : null,
        };
    }

    private static DatabaseState FirstState(IEnumerable<Workplace> workplaces) => new()
    {
        Machines = new DatabaseState().Machines.AddRange(workplaces.Select(workplace => KeyValuePair.Create(workplace.Code, new MachineRow
        {
            Id = workplace.Machine,
            Code = workplace.Code,
            Bridge = workplace.Bridge,
            Policy = workplace.Policy,
            Desired = DesiredState.Initial,
        }))),
    };

    private static byte[] NewLeaseKey(SimulationRandom random)
    {
        var secret = new byte[32];
        random.NewId().TryWriteBytes(secret);
        random.NewId().TryWriteBytes(secret.AsSpan(16));
        return BridgeKey.Parse(Base64Url.EncodeToString(secret)).LeaseKey;
    }
}
