using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Machines;

/// <summary>
/// A printer with its host computer: it keeps files, runs one at a time, ends well or badly, and goes on when the bridge is
/// gone. It may accept a start and do nothing, start without answering, be used by strangers, and lose its link.
/// </summary>
internal sealed class SimulatedController(VirtualWorld world, string name)
{
    private const long PrepareTime = 8_000;
    private const long ShortestRun = 30_000;

    private readonly SimulationRandom random = world.Random.Fork();
    private readonly SortedSet<string> files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> starts = new(StringComparer.Ordinal);
    private long life;
    private long runBeganAt;
    private long ranBefore;
    private long runLength;
    private RunEnd? lastEnd;

    public bool HasLink { get; private set; } = true;

    public ControllerState State { get; private set; } = ControllerState.Idle;

    public string? FileName { get; private set; }

    /// <summary>How long a file really takes; nobody else knows.</summary>
    public Func<string, long> LengthOf { get; set; } = static _ => ShortestRun;

    /// <summary>The bridge's driver listens; told at every change while there is a link.</summary>
    public Action Changed { get; set; } = static () => { };

    /// <summary>A file really began to run, and for the how-manieth time.</summary>
    public Action<string, int> Started { get; set; } = static (_, _) => { };

    public bool IsBusy => State is ControllerState.Preparing or ControllerState.Running or ControllerState.Paused;

    /// <summary>Milliseconds the present or last run has really run, pauses left out.</summary>
    public long RanMilliseconds => ranBefore + (State is ControllerState.Running ? world.Milliseconds - runBeganAt : 0);

    public ControllerObservation Observe() => HasLink
        ? new ControllerObservation
        {
            Link = LinkState.Up,
            State = State,
            FileName = FileName,
            Progress = IsBusy && runLength > 0 ? Math.Min(1, (double)RanMilliseconds / runLength) : null,
            JobMilliseconds = IsBusy ? RanMilliseconds : null,
            MillisecondsLeft = IsBusy ? Math.Max(0, runLength - RanMilliseconds) : null,
            FilamentMillimetres = IsBusy ? RanMilliseconds / 100 : null,
            LastEnd = lastEnd,
        }
        : new ControllerObservation { Link = LinkState.Down, State = ControllerState.Unknown };

    public WishAnswer Upload(string file)
    {
        if (!IsHeard())
        {
            return WishAnswer.Unreachable;
        }

        files.Add(file);
        return WishAnswer.Accepted;
    }

    public WishAnswer Start(string file)
    {
        if (!IsHeard())
        {
            return WishAnswer.Unreachable;
        }

        if (IsBusy || State is ControllerState.Error || !files.Contains(file))
        {
            return WishAnswer.Refused;
        }

        if (IsUnlucky(5_000))
        {
            world.Fault("start accepted, nothing done", name);
            return WishAnswer.Accepted;
        }

        BeginRun(file, LengthOf(file));
        return AnswerMayBeLost();
    }

    public WishAnswer Pause()
    {
        if (!IsHeard())
        {
            return WishAnswer.Unreachable;
        }

        if (State is not ControllerState.Running)
        {
            return State is ControllerState.Paused ? WishAnswer.Accepted : WishAnswer.Refused;
        }

        ranBefore = RanMilliseconds;
        Enter(ControllerState.Paused);
        return AnswerMayBeLost();
    }

    public WishAnswer Resume()
    {
        if (!IsHeard())
        {
            return WishAnswer.Unreachable;
        }

        if (State is not ControllerState.Paused)
        {
            return State is ControllerState.Running ? WishAnswer.Accepted : WishAnswer.Refused;
        }

        Run();
        return AnswerMayBeLost();
    }

    public WishAnswer Cancel()
    {
        if (!IsHeard())
        {
            return WishAnswer.Unreachable;
        }

        if (!IsBusy)
        {
            return WishAnswer.Refused;
        }

        EndRun(RunOutcome.CancelledByUs, "cancelled");
        return AnswerMayBeLost();
    }

    public WishAnswer Remove(string file)
    {
        if (!IsHeard())
        {
            return WishAnswer.Unreachable;
        }

        files.Remove(file);
        return WishAnswer.Accepted;
    }

    /// <summary>Somebody walks up and prints something of their own.</summary>
    public void UseByStranger()
    {
        if (!IsBusy && State is not ControllerState.Error)
        {
            world.Fault("stranger at the controller", name);
            BeginRun("strangers.gcode", random.Between(60_000L, 1_200_000));
        }
    }

    public void CancelAtMachine()
    {
        if (IsBusy)
        {
            world.Fault("cancelled at the machine", name);
            EndRun(RunOutcome.CancelledAtMachine, "cancelled on the display");
        }
    }

    public void Fail()
    {
        if (IsBusy)
        {
            world.Fault("machine failure", name);
            EndRun(RunOutcome.FailedMachine, "thermal runaway");
        }
    }

    /// <summary>The controller starts anew and remembers nothing of a run.</summary>
    public void Reset()
    {
        world.Fault("controller reset", name);
        var wasBusy = IsBusy;
        FileName = null;
        lastEnd = wasBusy ? new RunEnd(null, RunOutcome.FailedMachine, null, "reset") : null;
        Enter(ControllerState.Idle);
    }

    public void LoseLink(long milliseconds)
    {
        world.Fault("controller link lost", name);
        HasLink = false;
        Changed();
        world.After(milliseconds, () =>
        {
            HasLink = true;
            Changed();
        });
    }

    private bool IsHeard() => HasLink && !IsUnlucky(3_000);

    private bool IsUnlucky(long perMillion) => world.FaultsAreOn && random.PerMillion(perMillion);

    private WishAnswer AnswerMayBeLost()
    {
        if (IsUnlucky(10_000))
        {
            world.Fault("controller's answer lost", name);
            return WishAnswer.Unreachable;
        }

        return WishAnswer.Accepted;
    }

    private void BeginRun(string file, long length)
    {
        FileName = file;
        lastEnd = null;
        (ranBefore, runLength) = (0, Math.Max(ShortestRun, length));
        var count = starts[file] = starts.GetValueOrDefault(file) + 1;
        world.Note(name, $"starts {file} #{count}");
        Enter(ControllerState.Preparing);
        var mine = life;
        world.After(random.Between(PrepareTime / 4, PrepareTime), () =>
        {
            if (life == mine)
            {
                Run();
            }
        });
        Started(file, count);
    }

    private void Run()
    {
        runBeganAt = world.Milliseconds;
        Enter(ControllerState.Running);
        var mine = life;
        world.After(runLength - ranBefore, () =>
        {
            if (life == mine)
            {
                EndRun(RunOutcome.Completed, null);
            }
        });
    }

    private void EndRun(RunOutcome outcome, string? reason)
    {
        ranBefore = RanMilliseconds;
        lastEnd = new RunEnd(FileName, outcome, ranBefore, reason);
        world.Note(name, $"ends {FileName} {outcome} after {ranBefore} ms");
        Enter(ControllerState.Idle);
    }

    private void Enter(ControllerState state)
    {
        State = state;
        life++;
        Changed();
    }
}
