using System.Threading.Channels;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <summary>
/// The one loop of a bridge: it hands events to the machines' supervisors and to the journal's sender, one at a time, and
/// carries out their effects in order. Everything slow happens elsewhere and comes back as an event.
/// </summary>
internal sealed partial class BridgeLoop
{
    /// <summary>Events that wait for the loop. When it is full the devices' news wait at their source.</summary>
    private const int WaitingEvents = 4_096;

    private readonly Channel<BridgeEvent> _events = Channel.CreateBounded<BridgeEvent>(new BoundedChannelOptions(WaitingEvents) { SingleReader = true });
    private readonly Queue<BridgeEvent> _own = new();
    private readonly Dictionary<string, Unit> _machines = new(StringComparer.Ordinal);
    private readonly BridgeAddress _address;
    private readonly ISpool _spool;
    private readonly IBridgeWire _wire;
    private readonly Mailbox _mailbox;
    private readonly BridgeLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly long _origin;
    private SenderState _sender;
    private ClockWatch _clockWatch = new();
    private int _isTickWaiting;

    public BridgeLoop(BridgeAddress address, BridgeKey key, IEnumerable<(MachineSetup Setup, MachineHands Hands)> machines, ISpool spool, IBridgeWire wire, BridgeLimits limits, TimeProvider clock, ILogger<BridgeLoop> log)
    {
        (_address, _spool, _wire, _limits, _clock, _log) = (address, spool, wire, limits, clock, log);
        _mailbox = new Mailbox(address, key.LeaseKey);
        _origin = clock.GetTimestamp();
        _sender = SenderState.Start(spool.SpoolId, spool.Held());
        foreach (var (setup, hands) in machines)
        {
            _machines.Add(setup.Machine, new Unit(hands, SupervisorState.Start(hands.Complete(setup))));
        }
    }

    /// <summary>Messages that were dropped, by reason.</summary>
    public IReadOnlyDictionary<string, long> Dropped => _mailbox.Dropped;

    public SenderState Sender => _sender;

    public SupervisorState State(string machine) => _machines[machine].State;

    private BridgeNow Now => new((long)_clock.GetElapsedTime(_origin).TotalMilliseconds, _clock.GetUtcNow());

    public ValueTask PostAsync(BridgeEvent happened, CancellationToken ct) => _events.Writer.WriteAsync(happened, ct);

    /// <summary>Comes back when everything posted before was handled.</summary>
    public async Task ReachAsync(CancellationToken ct)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new BridgeEvent.Marker(reached), ct);
        await reached.Task.WaitAsync(ct);
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var machine in _machines.Keys)
        {
            Step(machine, new SupervisorEvent.Booted(_spool.Memory(machine), _spool.Runs(machine), _spool.Epoch));
        }

        _wire.Subscribe(Topics.AllDown(_address), (message, inner) => PostAsync(new BridgeEvent.Received(message), inner));
        var will = new WireMessage(Topics.Online(_address), ContractsJson.Write(OnlineNow with { Up = false }), IsRetained: true);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task[] tasks =
        [
            HandleAsync(running.Token),
            TickAsync(running.Token),
            _wire.RunAsync(will, (isConnected, inner) => PostAsync(new BridgeEvent.ConnectionChanged(isConnected), inner), running.Token),
            .. _machines.Select(machine => machine.Value.Hands.RunAsync((seen, inner) => PostAsync(new BridgeEvent.OfMachine(machine.Key, seen), inner), running.Token)),
        ];
        try
        {
            await await Task.WhenAny(tasks);
        }
        finally
        {
            await running.CancelAsync();
            await Task.WhenAll(tasks).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        ct.ThrowIfCancellationRequested();
    }

    private async Task TickAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            // A loop that is busy gets one tick for the time it missed, not a row of them.
            if (Interlocked.Exchange(ref _isTickWaiting, 1) == 0)
            {
                await PostAsync(new BridgeEvent.Tick(), ct);
            }
        }
    }

    private async Task HandleAsync(CancellationToken ct)
    {
        await foreach (var happened in _events.Reader.ReadAllAsync(ct))
        {
            Handle(happened);
            while (_own.TryDequeue(out var own))
            {
                Handle(own);
            }
        }
    }

    private void Handle(BridgeEvent happened)
    {
        switch (happened)
        {
            case BridgeEvent.OfMachine e:
                Step(e.Machine, e.Event);
                break;
            case BridgeEvent.OfSender e:
                Step(e.Event);
                break;
            case BridgeEvent.Received e:
                Open(e.Message);
                break;
            case BridgeEvent.ConnectionChanged e:
                ChangeConnection(e.IsConnected);
                break;
            case BridgeEvent.Tick:
                Tick();
                break;
            case BridgeEvent.Marker e:
                e.Reached.TrySetResult();
                break;
        }
    }

    private void Tick()
    {
        Interlocked.Exchange(ref _isTickWaiting, 0);
        var now = Now;
        (_clockWatch, var hasJumped) = _clockWatch.Look(now);
        if (hasJumped)
        {
            LogClockJumped();
            StepAll(new SupervisorEvent.ClockJumped());
        }

        SaveWhatWaits();
        LookAtDisk(now);
        StepAll(new SupervisorEvent.Tick());
        Step(new SenderEvent.Tick());
    }

    private void StepAll(SupervisorEvent happened)
    {
        foreach (var machine in _machines.Keys)
        {
            Step(machine, happened);
        }
    }

    private void Step(string machine, SupervisorEvent happened)
    {
        if (!_machines.TryGetValue(machine, out var unit))
        {
            return;
        }

        var learned = unit.State.LearnedLimits;
        (unit.State, var effects) = MachineSupervisor.Step(unit.State, happened, Now);
        TellWhatWasLearned(machine, learned, unit.State.LearnedLimits);

        // A disk that stalls must not hold up a stop; nothing rests on the save for it. All else keeps its order.
        foreach (var effect in effects.OrderBy(effect => MakesSafer(effect) ? 0 : 1))
        {
            Execute(unit, effect);
        }
    }

    private void Execute(Unit unit, SupervisorEffect effect)
    {
        switch (effect)
        {
            case SupervisorEffect.Save save:
                Save(unit.Hands.Machine, save);
                break;
            case SupervisorEffect.Report report:
                Report(report.Twin);
                break;
            case SupervisorEffect.AskLease ask when _unsaved.Count == 0:
                _wire.Publish(Topics.LeaseRequest(_address, unit.Hands.Machine), ContractsJson.Write(ask.Request), retain: false);
                break;
            case SupervisorEffect.AskLease:
                break;
            case var wish when _unsaved.Count == 0 || MakesSafer(wish) || IsRenewal(unit, wish):
                if (!unit.Hands.TryDo(wish))
                {
                    Refuse(unit, wish, "busy");
                }

                break;
            default:
                Refuse(unit, effect, JobDelivering.StorageFull);
                break;
        }
    }

    /// <summary>Stopping needs nothing on disk; all else waits until what it rests on is there.</summary>
    private static bool MakesSafer(SupervisorEffect wish) =>
        wish is SupervisorEffect.PauseJob or SupervisorEffect.CancelJob or SupervisorEffect.DropFile or SupervisorEffect.SetInterlock { Wanted: InterlockState.Locked };

    /// <summary>What finishes alone was unlocked before, and a plug that hears nothing more would cut it off.</summary>
    private static bool IsRenewal(Unit unit, SupervisorEffect wish) => wish is SupervisorEffect.SetInterlock && unit.State is { Setup.MayFinishAlone: true, RunUnderWay: not null };

    private void Refuse(Unit unit, SupervisorEffect wish, string reason) =>
        _own.Enqueue(new BridgeEvent.OfMachine(unit.Hands.Machine, MachineHands.Answered(wish, WishAnswer.Unreachable, reason)));

    /// <summary>Not at once: the loop may be in the middle of a machine's effects.</summary>
    private void TellAll(SupervisorEvent happened)
    {
        foreach (var machine in _machines.Keys)
        {
            _own.Enqueue(new BridgeEvent.OfMachine(machine, happened));
        }
    }

    private void TellWhatWasLearned(string machine, PowerLimits? before, PowerLimits? now)
    {
        if (now is null && before is not null)
        {
            LogUnlearned(machine);
        }
        else if (now is not null && now != before)
        {
            LogLearned(machine, Math.Round(now.ActiveAbove), Math.Round(now.IdleUpTo));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine} counts as working above {ActiveAbove} W and as resting up to {IdleUpTo} W, as learned from its sessions")]
    private partial void LogLearned(string machine, double activeAbove, double idleUpTo);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Machine} takes power in a new way; until it is learned it does not count as working by its power")]
    private partial void LogUnlearned(string machine);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clocks disagree: this computer slept, or its time was set. All leases are void")]
    private partial void LogClockJumped();

    private sealed class Unit(MachineHands hands, SupervisorState state)
    {
        public MachineHands Hands { get; } = hands;

        public SupervisorState State { get; set; } = state;
    }
}
