using Fablab.Bridge.Drivers;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Fablab.Simulation.Broker;
using Fablab.Simulation.Invariants;
using Fablab.Simulation.Machines;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Bridges;

/// <summary>
/// The bridge's process: real supervisors and the real journal sender over a simulated disk, wires and devices. Effects are
/// carried out strictly in order, and the process may die before any of them.
/// </summary>
internal sealed partial class SimulatedBridge
{
    private const long BusyTick = 1_000;

    /// <summary>Nothing of a printer's session hangs on a single second, and its days are long.</summary>
    private const long PrinterTick = 3_000;
    private const long IdleTick = 20_000;
    private const long BusyPoll = 5_000;

    private readonly VirtualWorld world;
    private readonly SimulatedBroker broker;
    private readonly SimulatedServer server;
    private readonly Observer observer;
    private readonly BridgeCores cores;
    private readonly BridgeSettings settings;
    private readonly SimulationRandom random;
    private readonly BrokerLink link;
    private readonly SimulatedDisk disk;
    private readonly JournalPump pump;
    private readonly List<MachineNode> machines;
    private NodeClock clock;
    private long incarnation;
    private long wallAgainstMonotonic;
    private Guid bootId;

    public SimulatedBridge(
        VirtualWorld world, SimulatedBroker broker, SimulatedServer server, Observer observer, BridgeCores cores, BridgeSettings settings)
    {
        (this.world, this.broker, this.server, this.observer, this.cores, this.settings) = (world, broker, server, observer, cores, settings);
        random = world.Random.Fork();
        clock = new NodeClock(world, settings.DriftPerMillion, random.Between(0L, 1_000_000_000));
        disk = new SimulatedDisk(random.NewId(), cores.DiskFlaw);
        link = new BrokerLink(settings.Address.Bridge, topic => topic.StartsWith($"{settings.Address.Root}/down/", StringComparison.Ordinal))
        {
            Receive = frame => Guarded(() => Receive(frame)),
            Connected = () => Guarded(Connected),
            Disconnected = () => Guarded(() => Pump(new SenderEvent.Disconnected())),
        };
        pump = new JournalPump(disk, SendBatch, SayHello);
        machines = settings.Workplaces.Select(workplace => new MachineNode(workplace, Setup(workplace))).ToList();
        foreach (var machine in machines)
        {
            Listen(machine);
        }
    }

    public string Name => settings.Address.Bridge;

    public BridgeAddress Address => settings.Address;

    public bool IsUp { get; private set; }

    public BrokerLink Link => link;

    public SimulatedDisk Disk => disk;

    /// <summary>The server knows this boot.</summary>
    public bool IsGreeted => server.State.Epochs.GetValueOrDefault((disk.SpoolId, disk.Epoch))?.BootId == bootId;

    public IReadOnlyList<SupervisorState> States => machines.Select(machine => machine.State).ToList();

    public void Start()
    {
        IsUp = true;
        var mine = ++incarnation;
        clock = new NodeClock(world, settings.DriftPerMillion, random.Between(0L, 1_000_000_000), clock.WallOffset);
        wallAgainstMonotonic = WallAgainstMonotonic();
        bootId = random.NewId();
        disk.Boot();
        pump.Booted();
        world.Note(Name, $"boots epoch {disk.Epoch}");
        observer.Clocks.Booted(disk.SpoolId, disk.Epoch, clock);
        Guarded(() =>
        {
            foreach (var machine in machines)
            {
                observer.Relays.BridgeBooted(machine.Code);
                machine.Forget();
                Step(machine, new SupervisorEvent.Booted(disk.Memory(machine.Code), disk.Runs(machine.Code), disk.Epoch));
                TickLater(machine, mine);
                PollLater(machine, mine);
            }

            broker.Start(link);
        });
    }

    /// <summary>The process dies, or the power of the whole computer fails; it is back after a while.</summary>
    public void Crash(string place, bool isPowerCut)
    {
        world.Fault(isPowerCut ? "bridge power cut" : "bridge crash", $"{Name} {place}");
        IsUp = false;
        incarnation++;
        SimulatedBroker.Stop(link);
        if (isPowerCut)
        {
            disk.LosePower();
        }

        foreach (var machine in machines)
        {
            observer.Relays.BridgeDied(machine.Code);
        }

        world.After(DownTime(), Start);
    }

    /// <summary>
    /// Somebody starts another computer from an image of the disk, taken before this boot: same names, keys and numbers, and no
    /// machines. It throws the bridge off the broker, says hello, and is unplugged.
    /// </summary>
    public void BeCopied()
    {
        world.Fault("copied spool", Name);
        var (copy, copyClock) = (random.NewId(), new NodeClock(world, 0, random.Between(0L, 1_000_000_000)));
        observer.Copies.CopyBooted(copy);
        BrokerLink other = null!;
        other = new BrokerLink($"{Name}'s copy", static _ => false)
        {
            Receive = static _ => { },
            Connected = () =>
            {
                broker.ThrowOff(link);
                var hello = HelloOf(disk.Held().Where(held => held.Epoch < disk.Epoch).ToList()) with
                {
                    BootId = copy,
                    MonotonicMilliseconds = copyClock.MonotonicMilliseconds,
                };
                broker.Publish(other, Topics.Hello(settings.Address), ContractsJson.Write(hello), isRetained: false);
                broker.Remove(other);
            },
        };
        broker.Start(other);
    }

    public void JumpClock(long milliseconds)
    {
        world.Fault("wall clock jump", Name);
        clock.Jump(milliseconds);
    }

    public void FillDisk(long milliseconds)
    {
        world.Fault("disk full", Name);
        TellDisk(isFull: true);
        world.After(milliseconds, () => TellDisk(isFull: false));
    }

    /// <summary>A technician looked at the machine and says that it is sound.</summary>
    public void ClearFaults()
    {
        foreach (var machine in machines)
        {
            if (IsUp && machine.State.Memory.Fault is not null)
            {
                machine.Workplace.Relay?.Repair();
                Guarded(() => Step(machine, new SupervisorEvent.FaultCleared()));
            }
        }
    }

    private void TellDisk(bool isFull)
    {
        foreach (var machine in machines)
        {
            if (!IsUp)
            {
                return;
            }

            observer.Relays.DiskFull(machine.Code, isFull);
            Guarded(() => Step(machine, isFull ? new SupervisorEvent.SpoolFull() : new SupervisorEvent.SpoolOk()));
        }
    }

    private long DownTime() => random.Between(0, 10) switch
    {
        < 7 => random.Between(2_000L, 20_000),
        < 9 => random.Between(20_000L, 600_000),
        _ => world.FaultsAreOn ? random.Between(600_000L, 2 * 3_600_000) : 20_000,
    };

    private void Guarded(Action act)
    {
        if (!IsUp)
        {
            return;
        }

        try
        {
            act();
        }
        catch (ProcessCrashedException e)
        {
            Crash(e.Message, isPowerCut: random.Percent(50));
        }
    }

    private void Later(long milliseconds, Action act) => LaterIn(incarnation, milliseconds, act);

    /// <summary>Later, unless the process died since.</summary>
    private void LaterIn(long mine, long milliseconds, Action act)
    {
        world.After(milliseconds, () =>
        {
            if (incarnation == mine)
            {
                Guarded(act);
            }
        });
    }

    private void MayCrash(string place)
    {
        if (world.FaultsAreOn && random.PerMillion(settings.CrashesPerMillion))
        {
            throw new ProcessCrashedException(place);
        }
    }

    private void TickLater(MachineNode machine, long mine)
    {
        var ticks = machine switch
        {
            { IsBusy: false } => IdleTick,
            { Workplace.Relay: null } => PrinterTick,
            _ => BusyTick,
        };
        var mineTick = ++machine.TickCount;
        world.After(NodeClock.TrueDelay(ticks, settings.DriftPerMillion), () =>
        {
            if (incarnation != mine || machine.TickCount != mineTick)
            {
                return;
            }

            Guarded(() =>
            {
                NoticeJump();
                disk.Flush();
                Step(machine, new SupervisorEvent.Tick());
                Pump(new SenderEvent.Tick());
            });
            if (incarnation == mine && machine.TickCount == mineTick)
            {
                TickLater(machine, mine);
            }
        });
    }

    private void NoticeJump()
    {
        var difference = WallAgainstMonotonic();
        if (Math.Abs(difference - wallAgainstMonotonic) > 2_000)
        {
            foreach (var machine in machines)
            {
                Step(machine, new SupervisorEvent.ClockJumped());
            }
        }

        wallAgainstMonotonic = difference;
    }

    private long WallAgainstMonotonic() => clock.Wall.ToUnixTimeMilliseconds() - clock.MonotonicMilliseconds;

    private void Step(MachineNode machine, SupervisorEvent happened)
    {
        observer.Figures.BridgeSteps++;
        var wasBusy = machine.IsBusy;
        (machine.State, var effects) = cores.Step(machine.State, happened, cores.Now(clock));
        foreach (var effect in effects)
        {
            if (effect is SupervisorEffect.Save save)
            {
                Save(machine, save);
            }
            else
            {
                MayCrash($"before {effect.GetType().Name}");
                Carry(machine, effect);
            }
        }

        if (machine.IsBusy && !wasBusy)
        {
            TickLater(machine, incarnation);
            PollLater(machine, incarnation);
        }
    }

    private void Save(MachineNode machine, SupervisorEffect.Save save)
    {
        // Far more saves are checkpoints than records, and only a torn record has a tail.
        var chance = save.Records.Length > 0 ? settings.CrashesPerMillion * 10 : settings.CrashesPerMillion;
        if (world.FaultsAreOn && random.PerMillion(chance))
        {
            world.Faults.Count("torn write");
            disk.TearSave(machine.Code, save);
            throw new ProcessCrashedException("in the middle of a save");
        }

        if (save.Memory is { } memory)
        {
            VersionWatch.Applied(machine.Code, disk.Memory(machine.Code).Desired, memory.Desired);
        }

        var last = disk.Save(machine.Code, save);
        MayCrash("after a save");
        foreach (var record in save.Records)
        {
            world.Note(Name, $"{machine.Code} records {Describe(record)}");
        }

        for (var sequence = last - save.Records.Length + 1; sequence <= last; sequence++)
        {
            Pump(new SenderEvent.Appended(disk.Epoch, sequence));
        }
    }

    private void Carry(MachineNode machine, SupervisorEffect effect)
    {
        switch (effect)
        {
            case SupervisorEffect.AskLease ask:
                observer.Relays.LeaseAsked(ask.Request, clock);
                Publish(Topics.LeaseRequest(settings.Address, machine.Code), ask.Request, isRetained: false);
                break;
            case SupervisorEffect.Report report:
                Report(machine, report.Twin);
                break;
            case SupervisorEffect.SetInterlock set:
                SetInterlock(machine, set.Wanted);
                break;
            case SupervisorEffect.FetchJob fetch:
                Fetch(machine, fetch.Job.Id);
                break;
            case SupervisorEffect.DropFile:
                // Files of the bridge are not simulated.
                break;
            default:
                Command(machine, machine.Workplace.Controller!, effect);
                break;
        }
    }

    private static string Describe(JournalContent record) => record switch
    {
        { Meter: { } meter } => $"meter {meter.State} {meter.Source} +{meter.DeltaMilliseconds}={meter.TotalMilliseconds} gen {meter.Generation}",
        { Session: { } session } => $"session {session.Turn} {session.Reason} {session.TotalMilliseconds} gen {session.Generation}",
        { Job: { } job } => $"job {job.State} {job.Reason}",
        _ => $"safety {record.Safety?.Event}",
    };
}

internal sealed record BridgeSettings(
    BridgeAddress Address, IReadOnlyList<Workplace> Workplaces, byte[] LeaseKey, long DriftPerMillion, long CrashesPerMillion);
