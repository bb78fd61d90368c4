namespace Fablab.Bridge.Drivers.Grbl;

internal sealed partial class GrblSession
{
    private void CountRunTime()
    {
        if (_state.Run is { } run)
        {
            var counts = _state.Status?.IsHeld != true;
            _state = _state with { Run = run with { RunTime = counts ? run.RunTime + (_now - run.CountedTo) : run.RunTime, CountedTo = _now } };
        }
    }

    /// <summary>Changes of state go out at once; progress goes with the status reports, not with every acknowledged line.</summary>
    private void Publish(bool withProgress)
    {
        var observation = Observe();
        var published = _state.Published;
        if (published is null || WithoutProgress(observation) != WithoutProgress(published) || (withProgress && observation != published) || _now - _state.PublishedAt >= Options.Heartbeat)
        {
            _state = _state with { Published = observation, PublishedAt = _now };
            _effects.Add(new GrblObserved(observation));
        }
    }

    private static ControllerObservation WithoutProgress(ControllerObservation observation) => observation with { Progress = null, JobMilliseconds = null };

    private ControllerObservation Observe() => new()
    {
        Link = _state.Link,
        State = StateSeen(),
        FileName = _state.Run?.FileName,
        Progress = _state.Run is { TotalBytes: > 0 } run ? Math.Min(1, (double)run.AcknowledgedBytes / run.TotalBytes) : null,
        JobMilliseconds = _state.Run is { } running ? Milliseconds(running.RunTime) : null,
        Temperatures = NoTemperatures,
        LastEnd = _state.LastEnd,
        Message = MessageSeen(),
    };

    // One instance for all, so that equal observations compare as equal.
    private static readonly IReadOnlyDictionary<string, Temperature> NoTemperatures = new Dictionary<string, Temperature>();

    private ControllerState StateSeen() => _state switch
    {
        { IsConnected: false } => ControllerState.Unknown,
        { Stop: not null } => ControllerState.Finishing,
        { Alarm: not null } => ControllerState.Error,
        { Status: null } => ControllerState.Unknown,
        { Attention: not null } => ControllerState.NeedsAttention,
        _ => StateSeen(_state.Status),
    };

    private ControllerState StateSeen(GrblStatus status) => status.State switch
    {
        GrblMachineState.Idle when _state.Run is not null => StateOfRun(),
        GrblMachineState.Idle => status.IsSpindleOn ? ControllerState.NeedsAttention : ControllerState.Idle,
        GrblMachineState.Run => StateOfRun(),
        GrblMachineState.Hold => IsWaitingForPerson ? ControllerState.NeedsAttention : ControllerState.Paused,
        GrblMachineState.Door => status.Substate is 1 or 2 ? ControllerState.NeedsAttention : ControllerState.Paused,
        GrblMachineState.Check or GrblMachineState.Home or GrblMachineState.Jog => ControllerState.Preparing,
        GrblMachineState.Tool or GrblMachineState.Sleep => ControllerState.NeedsAttention,
        GrblMachineState.Alarm => ControllerState.Error,
        _ => ControllerState.Unknown,
    };

    private ControllerState StateOfRun() => _state.Run switch
    {
        { HasAnswer: false } => ControllerState.Preparing,
        { IsAllSent: true } when _state.InFlight.IsEmpty => ControllerState.Finishing,
        _ => ControllerState.Running,
    };

    /// <summary>Held by M0 or M1 in the program, not by us: nothing goes on until a person says so.</summary>
    private bool IsWaitingForPerson =>
        !_state.HasAskedHold && _state is { Run: not null, InFlight.IsEmpty: false } && GrblWords.Pauses(_state.InFlight.Peek().Line.Text);

    private string? MessageSeen() => _state switch
    {
        { IsConnected: false } => null,
        { Stop: { } stop } => stop.Reason,
        { Alarm: { } alarm } => $"{GrblTexts.Describe(alarm)}. A person at the machine must clear it.",
        { Attention: { } attention } => attention,
        { Status: { State: GrblMachineState.Hold } } when IsWaitingForPerson => "The program waits for a person (M0).",
        { Status: { State: GrblMachineState.Door, Substate: 1 or 2 } } => "The door is open.",
        { Status: { State: GrblMachineState.Sleep } } => "The controller sleeps and needs a reset.",
        { Status: { State: GrblMachineState.Tool } } => "The machine waits for a tool change.",
        { Run: null, Status: { State: GrblMachineState.Idle, IsSpindleOn: true } } => "Idle, but the spindle or laser is reported on.",
        { Run: null, Status.State: GrblMachineState.Run } => "Someone else drives the machine.",
        { Status: { State: GrblMachineState.Unknown } status } => $"Unknown state {status.StateText}.",
        _ => null,
    };

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
