using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Fablab.Simulation.Machines;

namespace Fablab.Simulation.Bridges;

/// <summary>What the bridge's process holds in memory for one machine.</summary>
internal sealed class MachineNode(Workplace workplace, MachineSetup setup)
{
    public Workplace Workplace { get; } = workplace;

    public MachineSetup Setup { get; } = setup;

    public string Code => Workplace.Code;

    public SupervisorState State { get; set; } = SupervisorState.Start(setup);

    public ReportedTwin? Told { get; set; }

    public long TickCount { get; set; }

    public long PollCount { get; set; }

    public Queue<SupervisorEffect> Wishes { get; private set; } = new();

    public InterlockState? WaitingInterlockWish { get; set; }

    public bool IsInterlockBusy { get; set; }

    /// <summary>A new process knows nothing but what is on disk.</summary>
    public void Forget()
    {
        State = SupervisorState.Start(Setup);
        Told = null;
        Wishes = new Queue<SupervisorEffect>();
        WaitingInterlockWish = null;
        IsInterlockBusy = false;
    }

    public bool IsBusy => State.Memory.Session is not null || State.Target is not null || !State.Leftovers.IsEmpty;
}
