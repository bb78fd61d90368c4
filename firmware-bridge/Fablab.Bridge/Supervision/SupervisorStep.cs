using System.Collections.Immutable;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>One step's work in progress. What must be durable is gathered and becomes the first effect.</summary>
internal sealed class SupervisorStep(SupervisorState before, BridgeNow now)
{
    private readonly MachineMemory memoryBefore = before.Memory;
    private readonly List<JournalContent> records = [];
    private readonly List<SupervisorEffect> effects = [];
    private readonly Dictionary<Guid, JobRun> changedRuns = [];

    public SupervisorState State { get; set; } = before;

    public BridgeNow Now { get; } = now;

    public long Mono => Now.MonotonicMilliseconds;

    public MachineSetup Setup => State.Setup;

    public MachineMemory Memory
    {
        get => State.Memory;
        set => State = State with { Memory = value };
    }

    public SessionMemory? Session
    {
        get => State.Memory.Session;
        set => Memory = Memory with { Session = value };
    }

    public bool IsLeaseLive => State.IsLeaseLive(Now);

    public void Do(SupervisorEffect effect) => effects.Add(effect);

    public void SaveRun(JobRun run)
    {
        changedRuns[run.Job] = run;
        State = State with { Runs = State.Runs.SetItem(run.Job, run) };
    }

    public void Record(MeterReported meter, BridgeNow at) => records.Add(Content(at) with { Meter = meter });

    public void Record(SessionReported session) => records.Add(Content(Now) with { Session = session });

    public void Record(JobReported job) => records.Add(Content(Now) with { Job = job });

    public void RecordSafety(string code, string? detail = null) =>
        records.Add(Content(Now) with { Safety = new SafetyReported { Event = code, Detail = detail } });

    /// <summary>No more leases, then lock and close. The first reason stays.</summary>
    public void BeginClosing(string reason)
    {
        if (Session is { ClosingReason: null } session)
        {
            Session = session with { ClosingReason = reason };
            State = State with { Stop = new StopProgress(Mono) };
            DropLease();
        }
    }

    public void DropLease() => State = State with { Leasing = State.Leasing with { Lease = null, Asked = null } };

    /// <summary>Latches the fault until a person clears it, and ends what is going on.</summary>
    public void Latch(string fault, string detail)
    {
        if (Memory.Fault is null)
        {
            Memory = Memory with { Fault = fault };
            RecordSafety(fault, detail);
            BeginClosing("fault");
            DropLease();
        }
    }

    public (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Finish()
    {
        var memory = memoryBefore == State.Memory ? null : State.Memory;
        if (memory is null && records.Count == 0 && changedRuns.Count == 0)
        {
            return (State, effects);
        }

        var save = new SupervisorEffect.Save(memory, [.. changedRuns.Values], [.. records]);
        return (State, [save, .. effects]);
    }

    private JournalContent Content(BridgeNow at) => new()
    {
        Machine = Setup.Machine,
        At = at.Wall,
        MonotonicMilliseconds = at.MonotonicMilliseconds,
    };
}
