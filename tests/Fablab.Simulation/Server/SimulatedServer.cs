using System.Text;
using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.ServerProtocol;
using Fablab.Simulation.Broker;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Server;

/// <summary>
/// The web's process: its life and death, and the wire. What it does with a message is in the other parts of this class.
/// Each handler is one event of the world, so a transaction is never interleaved with another one; a crash can strike before
/// and after every commit.
/// </summary>
internal sealed partial class SimulatedServer
{
    private const long SweepPeriod = 5_000;
    private const long InvoicePeriod = 6 * 3_600_000L;

    private readonly VirtualWorld world;
    private readonly SimulatedDatabase database;
    private readonly SimulatedBroker broker;
    private readonly ServerCores cores;
    private readonly ServerSettings settings;
    private readonly SimulationRandom random;
    private readonly BrokerLink link;
    private long incarnation;

    public SimulatedServer(VirtualWorld world, SimulatedDatabase database, SimulatedBroker broker, ServerCores cores, ServerSettings settings)
    {
        (this.world, this.database, this.broker, this.cores, this.settings) = (world, database, broker, cores, settings);
        random = world.Random.Fork();
        link = new BrokerLink("server", topic => topic.Contains("/up/", StringComparison.Ordinal))
        {
            Receive = frame => Guarded(() => Receive(frame)),
            Connected = () => Guarded(PublishEveryDesired),
        };
    }

    public bool IsUp { get; private set; }

    /// <summary>When the process started last, in true time.</summary>
    public long UpSince { get; private set; }

    public BrokerLink Link => link;

    public DatabaseState State => database.State;

    public Action Fell { get; set; } = static () => { };

    /// <summary>Told about every hello that was handled, and every answer to a booking, for the observer outside.</summary>
    public Action<BridgeAddress, Hello>? HelloTaken { get; set; }

    public Action<BookingWish, Refusal?>? Booked { get; set; }

    /// <summary>Told about every grant as it leaves, for the observer outside.</summary>
    public Action<LeaseAnswer>? Granted { get; set; }

    private Instant Now => world.Now;

    public void Start()
    {
        IsUp = true;
        UpSince = world.Milliseconds;
        incarnation++;
        disputed.Clear();
        copied.Clear();
        world.Note("server", "starts");
        if (cores.ForgetsTimersOnRestart)
        {
            ForgetTimers();
        }

        broker.Start(link);
        Every(SweepPeriod, Sweep);
        Every(InvoicePeriod, IssueInvoices);
    }

    public void Crash(string place)
    {
        world.Fault("server crash", place);
        IsUp = false;
        incarnation++;
        SimulatedBroker.Stop(link);
        Fell();
        world.After(DownTime(), Start);
    }

    /// <summary>A person's or a bridge's request over HTTP. Request or answer may be lost; then nobody knows.</summary>
    public void Ask(Func<Refusal?> work, Action<AskOutcome> then)
    {
        world.After(random.Between(5L, 200), () =>
        {
            AskOutcome? outcome = null;
            if (IsUp && !IsLost())
            {
                Guarded(() => outcome = new AskOutcome(true, work()));
            }

            world.After(random.Between(5L, 200), () => then(outcome is null || IsLost() ? new AskOutcome(false, null) : outcome));
        });
    }

    private bool IsLost() => world.FaultsAreOn && random.PerMillion(10_000);

    private long DownTime() => random.Between(0, 10) switch
    {
        < 7 => random.Between(1_000L, 15_000),
        < 9 => random.Between(15_000L, 300_000),
        _ => world.FaultsAreOn ? random.Between(300_000L, 3 * 3_600_000) : 20_000,
    };

    private void Guarded(Action handle)
    {
        if (!IsUp)
        {
            return;
        }

        try
        {
            handle();
        }
        catch (ProcessCrashedException e)
        {
            Crash(e.Message);
        }
    }

    private void Every(long period, Action act)
    {
        var mine = incarnation;
        Again();

        void Again() => world.After(period, () =>
        {
            if (incarnation == mine)
            {
                Guarded(act);
                if (incarnation == mine)
                {
                    Again();
                }
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

    private void Receive(Frame frame)
    {
        if (!TopicName.TryParse(frame.Topic, out var topic))
        {
            return;
        }

        switch (topic.Channel)
        {
            case TopicChannel.Hello when Read<Hello>(frame) is { } hello:
                TakeHello(topic.Bridge, hello);
                break;
            case TopicChannel.Reported when Read<ReportedTwin>(frame) is { } reported && reported.Machine == topic.Machine:
                TakeReported(topic.Bridge, reported);
                break;
            case TopicChannel.LeaseRequest when Read<LeaseRequest>(frame) is { } request && request.Machine == topic.Machine:
                AnswerLease(topic.Bridge, request);
                break;
            case TopicChannel.Journal when Read<JournalBatch>(frame) is { } batch:
                TakeJournal(topic.Bridge, batch);
                break;
        }
    }

    private static T? Read<T>(Frame frame)
        where T : class => ContractsJson.TryRead<T>(frame.Payload, out var message, out _) ? message : null;

    /// <summary>Commits, with a chance to die on either side of it, then tells the bridges what they should be doing now.</summary>
    private void Commit(ServerTransaction transaction, string what)
    {
        if (!transaction.HasChanges)
        {
            return;
        }

        var before = database.State;
        MayCrash($"before commit of {what}");
        transaction.Commit();
        MayCrash($"after commit of {what}");
        foreach (var (code, machine) in database.State.Machines)
        {
            if (before.Machines[code].Desired.Version != machine.Desired.Version)
            {
                PublishDesired(machine);
            }
        }
    }

    private void PublishEveryDesired()
    {
        foreach (var machine in database.State.Machines.Values)
        {
            PublishDesired(machine);
        }
    }

    private void PublishDesired(MachineRow machine)
    {
        var job = machine.Desired.Job is { } id ? database.State.Jobs[id.Value] : null;
        var twin = DesiredMessage.Of(machine.Code, machine.Desired, job, job is null ? null : $"/bridge/files/{job.Id.Value:N}");
        world.Note("server", $"desires {machine.Code} v{twin.Version} {twin.Mode} gen {twin.Session?.Generation} job {twin.Job?.Wish}");
        broker.Publish(link, Topics.Desired(machine.Bridge, machine.Code), ContractsJson.Write(twin), isRetained: true);
    }

    private void AnswerLease(BridgeAddress bridge, LeaseRequest request)
    {
        if (!database.State.Machines.TryGetValue(request.Machine, out var machine) || machine.Bridge != bridge)
        {
            return;
        }

        if (disputed.Contains(request.Machine))
        {
            Say(bridge, LeaseMessage.Answer(request, LeaseDecision.No("disputed"), null));
            return;
        }

        var transaction = database.Begin();
        var desk = LoadDesk(transaction, request.Machine);
        var (decision, answered) = cores.Answer(desk, LeaseMessage.Wish(request), Now);
        SaveDesk(transaction, desk, cores.SavedWithLease(desk, answered), []);

        // Saved before the answer leaves: a session that may have been energised must never be taken for one that was not.
        Commit(transaction, "lease");
        Say(bridge, LeaseMessage.Answer(request, decision, desk.Job));
    }

    private void Say(BridgeAddress bridge, LeaseAnswer answer)
    {
        if (answer.Granted)
        {
            Granted?.Invoke(answer);
        }
        else
        {
            world.Note("server", $"refuses lease of {answer.Machine} gen {answer.Generation}: {answer.Refusal}");
        }

        var signed = SignedText.Sign(settings.LeaseKeys[bridge.Bridge], ContractsJson.Write(answer));
        broker.Publish(link, Topics.LeaseAnswer(bridge, answer.Machine), Encoding.UTF8.GetBytes(signed), isRetained: false);
    }
}

internal sealed record ServerSettings(IReadOnlyDictionary<string, Guid> BridgeIds, IReadOnlyDictionary<string, byte[]> LeaseKeys, long CrashesPerMillion);

/// <summary>What a client knows of its request.</summary>
/// <param name="IsKnown">An answer came.</param>
/// <param name="Refusal">The answer's no.</param>
internal sealed record AskOutcome(bool IsKnown, Refusal? Refusal)
{
    public bool IsDone => IsKnown && Refusal is null;
}
