using System.Collections.Immutable;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

/// <summary>One supervisor on a table: a clock that the test turns, a disk that survives a crash, and everything it ever wanted.</summary>
internal sealed class Bench
{
    public static readonly Guid JobId = new("0190a000-0000-7000-8000-000000000001");
    public static readonly string Digest = new('a', 64);
    public static readonly string FileName = $"{JobId:N}-aaaaaaaa.gcode";

    private static readonly DateTimeOffset Morning = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<Guid, JobRun> _runsOnDisk = [];
    private MachineMemory _onDisk = MachineMemory.Empty;
    private long _epoch;

    private Bench(MachineSetup setup)
    {
        State = SupervisorState.Start(setup);
        Boot();
    }

    public SupervisorState State { get; private set; }

    public long Mono { get; private set; } = 1_000_000;

    public DateTimeOffset Wall { get; private set; } = Morning;

    public BridgeNow Now => new(Mono, Wall);

    /// <summary>Effects of the latest step, or of all steps of the latest <see cref="Wait"/>.</summary>
    public List<SupervisorEffect> Effects { get; } = [];

    /// <summary>Everything ever wanted, over all boots.</summary>
    public List<SupervisorEffect> Ever { get; } = [];

    public IEnumerable<JournalContent> Records => Ever.OfType<SupervisorEffect.Save>().SelectMany(save => save.Records);

    public IEnumerable<MeterReported> Slices => Records.Select(record => record.Meter).OfType<MeterReported>();

    public IEnumerable<SessionReported> Turns => Records.Select(record => record.Session).OfType<SessionReported>();

    public IEnumerable<JobReported> JobMoves => Records.Select(record => record.Job).OfType<JobReported>();

    public IEnumerable<SafetyReported> Alarms => Records.Select(record => record.Safety).OfType<SafetyReported>();

    public SupervisorPhase Phase => State.Phase(Now);

    public ReportedTwin Reported => State.Reporting.Last!;

    public string? LastNonce => Ever.OfType<SupervisorEffect.AskLease>().LastOrDefault()?.Request.Nonce;

    public static Bench Printer(RunLeaseEnd atEnd = RunLeaseEnd.Finish) => new(new MachineSetup
    {
        Machine = "printer-1", HazardClass = HazardClass.R, HasInterlock = false, HasJobControl = true, AtRunLeaseEnd = atEnd,
    });

    public static Bench PrinterBehindPlug() => new(new MachineSetup
    {
        Machine = "printer-2", HazardClass = HazardClass.R, HasInterlock = true, HasJobControl = true, HasMeter = true,
    });

    public static Bench Laser() => new(new MachineSetup
    {
        Machine = "laser-1", HazardClass = HazardClass.H, HasInterlock = true, HasJobControl = false, HasMeter = true, ActiveWatts = 100,
    });

    public static Bench LearningLaser() => new(new MachineSetup
    {
        Machine = "laser-2", HazardClass = HazardClass.H, HasInterlock = true, HasJobControl = false, HasMeter = true, LearnsIdleWatts = true,
    });

    public static Bench Mill() => new(new MachineSetup
    {
        Machine = "mill-1", HazardClass = HazardClass.H, HasInterlock = true, HasJobControl = true,
    });

    public static Bench SolderingStation() => new(new MachineSetup
    {
        Machine = "solder-1", HazardClass = HazardClass.L, HasInterlock = true, HasJobControl = false, ActiveWatts = 20,
    });

    public static Guid Session(long generation) => new($"0190b000-0000-7000-8000-{generation:D12}");

    public DesiredTwin Twin(long version, MachineMode mode = MachineMode.Available, long? generation = null, JobWish? wish = null, Guid? job = null) => new()
    {
        Version = version,
        Machine = State.Setup.Machine,
        Mode = generation is null ? mode : MachineMode.InSession,
        Session = generation is { } g ? new DesiredSession { Id = Session(g), Generation = g } : null,
        Job = wish is { } w ? new DesiredJob { Id = job ?? JobId, Sha256 = Digest, Bytes = 10, Path = "/files/1", Wish = w } : null,
    };

    public Bench Do(SupervisorEvent happened)
    {
        Effects.Clear();
        Step(happened);
        return this;
    }

    public Bench Desire(DesiredTwin twin) => Do(new SupervisorEvent.DesiredReceived(twin));

    /// <summary>Lets time go by in ticks of a second.</summary>
    public Bench Wait(double seconds, Action? eachSecond = null)
    {
        Effects.Clear();
        for (var left = (long)(seconds * 1_000); left > 0; left -= 1_000)
        {
            var step = Math.Min(left, 1_000);
            (Mono, Wall) = (Mono + step, Wall.AddMilliseconds(step));
            Step(new SupervisorEvent.Tick());
            eachSecond?.Invoke();
        }

        return this;
    }

    public Bench Pass(long milliseconds)
    {
        (Mono, Wall) = (Mono + milliseconds, Wall.AddMilliseconds(milliseconds));
        return this;
    }

    public LeaseAnswer Answer(bool isGranted = true, long ttl = 15_000, bool withJob = true, long run = 3_600_000, string? nonce = null)
    {
        var asked = Ever.OfType<SupervisorEffect.AskLease>().Last().Request;
        return new LeaseAnswer
        {
            Nonce = nonce ?? asked.Nonce,
            Machine = asked.Machine,
            Session = asked.Session,
            Generation = asked.Generation,
            Granted = isGranted,
            TtlMilliseconds = isGranted ? ttl : 0,
            Job = isGranted && withJob && asked.Job is { } job ? new LeasedJob { Id = job, Sha256 = Digest, RunMilliseconds = run } : null,
            Refusal = isGranted ? null : "no-session",
        };
    }

    public Bench Grant(long ttl = 15_000, bool withJob = true, long run = 3_600_000) => Do(new SupervisorEvent.LeaseAnswered(Answer(ttl: ttl, withJob: withJob, run: run)));

    public Bench Refuse() => Do(new SupervisorEvent.LeaseAnswered(Answer(isGranted: false)));

    public Bench See(ControllerState state, string? file = null, RunEnd? lastEnd = null, long? jobMilliseconds = null, double? filament = null, LinkState link = LinkState.Up) =>
        Do(new SupervisorEvent.ControllerSeen(new ControllerObservation
        {
            Link = link, State = state, FileName = file, LastEnd = lastEnd, JobMilliseconds = jobMilliseconds, FilamentMillimetres = filament,
        }));

    public Bench SeeRelay(InterlockState state, double? watts = null, double? wattHours = null, LinkState link = LinkState.Up) =>
        Do(new SupervisorEvent.InterlockSeen(new InterlockObservation { Link = link, State = state, Watts = watts, WattHours = wattHours }));

    public Bench AnswerInterlock(InterlockState wanted, InterlockState? seen) => Do(new SupervisorEvent.InterlockAnswered(wanted, seen));

    /// <summary>Everything in memory is gone; what was saved comes back.</summary>
    /// <param name="secondsAway">By the wall clock, which may run backwards.</param>
    public Bench CrashAndBoot(double secondsAway = 10)
    {
        Wall = Wall.AddSeconds(secondsAway);
        Mono = 5_000;
        State = SupervisorState.Start(State.Setup);
        Boot();
        return this;
    }

    /// <summary>The same, in the moment after the save and before all that follows it in the step.</summary>
    public Bench CrashAfterSaving(SupervisorEvent happened)
    {
        var (_, effects) = MachineSupervisor.Step(State, happened, Now);
        foreach (var save in effects.OfType<SupervisorEffect.Save>())
        {
            Remember(save);
            Ever.Add(save);
        }

        return CrashAndBoot();
    }

    public bool Wants<T>() where T : SupervisorEffect => Effects.OfType<T>().Any();

    public int Count<T>() where T : SupervisorEffect => Ever.OfType<T>().Count();

    public bool WantsRelay(InterlockState state) => Effects.Contains(new SupervisorEffect.SetInterlock(state));

    /// <summary>A printer with a session, a lease that names the job, and the file on the controller: one step before the start.</summary>
    public Bench ReadyToStart()
    {
        See(ControllerState.Idle);
        Desire(Twin(1, generation: 1, wish: JobWish.Run));
        Do(new SupervisorEvent.JobFetched(JobId, "/jobs/1"));
        return this;
    }

    public Bench Start()
    {
        ReadyToStart();
        Grant();
        Do(new SupervisorEvent.JobUploaded(JobId));
        Do(new SupervisorEvent.StartAnswered(JobId, WishAnswer.Accepted, null));
        return this;
    }

    public Bench Run()
    {
        Start();
        return See(ControllerState.Running, FileName, jobMilliseconds: 0);
    }

    /// <summary>A machine behind an interlock, armed.</summary>
    public Bench Arm(JobWish? wish = null)
    {
        See(ControllerState.Idle);
        AnswerInterlock(InterlockState.Locked, InterlockState.Locked);
        Desire(Twin(1, generation: 1, wish: wish));
        Grant();
        AnswerInterlock(InterlockState.Unlocked, InterlockState.Unlocked);
        return this;
    }

    public static RunEnd End(RunOutcome outcome, long milliseconds = 60_000, string? reason = null) => new(FileName, outcome, milliseconds, reason);

    private void Boot()
    {
        Effects.Clear();
        Step(new SupervisorEvent.Booted(_onDisk, [.. _runsOnDisk.Values], ++_epoch));
    }

    private void Step(SupervisorEvent happened)
    {
        (State, var effects) = MachineSupervisor.Step(State, happened, Now);
        Effects.AddRange(effects);
        Ever.AddRange(effects);
        foreach (var save in effects.OfType<SupervisorEffect.Save>())
        {
            Remember(save);
        }
    }

    private void Remember(SupervisorEffect.Save save)
    {
        _onDisk = save.Memory ?? _onDisk;
        foreach (var run in save.Runs)
        {
            _runsOnDisk[run.Job] = run;
        }
    }
}
