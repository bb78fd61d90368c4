namespace Fablab.Bridge.Drivers.Grbl;

internal sealed partial class GrblSession
{
    private GrblRefusal? HandleWish(GrblEvent wish)
    {
        if (!_state.IsConnected)
        {
            return new GrblRefusal("The controller is not connected.", IsUnreachable: true);
        }

        return wish switch
        {
            GrblStart start => Start(start),
            GrblPause => Pause(),
            GrblResume => Resume(),
            GrblCancel => Cancel(),
            _ => throw new ArgumentOutOfRangeException(nameof(wish), wish, "Not an event of a GRBL session."),
        };
    }

    private GrblRefusal? Start(GrblStart start)
    {
        if (WhyNotStart() is { } reason)
        {
            return new GrblRefusal(reason);
        }

        _state = _state with
        {
            LastEnd = null,
            Attention = null,
            Run = new GrblRun
            {
                Id = start.Run,
                FileName = start.FileName,
                TotalBytes = start.TotalBytes,
                Ready = Append([], start.First.Lines),
                ReadyCount = start.First.Lines.Length,
                IsAllRead = start.First.IsLast,
                CountedTo = _now,
                ProgressAt = _now,
            },
        };
        Stream();
        Ask();

        return null;
    }

    private string? WhyNotStart() => _state switch
    {
        { Run: { } run } => $"{run.FileName} is running already.",
        { Stop: not null } => "The machine is being stopped.",
        { Link: LinkState.Stale } => "The controller does not answer at the moment.",
        { Alarm: { } alarm } => $"{GrblTexts.Describe(alarm)}. A person at the machine must clear the alarm.",
        { Status.State: GrblMachineState.Idle } => null,
        { Status.State: GrblMachineState.Alarm } => "The controller is in alarm. A person at the machine must clear it.",
        { Status: { } status } => $"The controller is not idle but says {status.StateText}.",
        _ => "The controller has not told its state yet.",
    };

    private GrblRefusal? Pause()
    {
        if (_state.Stop is not null || (_state.Run is null && !IsBusyByOthers))
        {
            return new GrblRefusal("Nothing runs that could be paused.");
        }

        if (_state.Status?.IsHeld != true)
        {
            _state = _state with { HasAskedHold = true };
            Send(GrblRealtime.FeedHold);
            Ask();
        }

        _state = _state with { ResumeUntil = null };
        return null;
    }

    private GrblRefusal? Resume()
    {
        if (_state.Stop is not null || (_state.Run is null && !IsBusyByOthers))
        {
            return new GrblRefusal("Nothing is paused.");
        }

        if (_state.Status is { State: GrblMachineState.Door, Substate: 1 or 2 })
        {
            return new GrblRefusal("The door is open. Close it first.");
        }

        if (_state.Status?.IsHeldStill == true)
        {
            LetGoOn();
        }
        else if (_state.HasAskedHold || _state.Status?.IsHeld == true)
        {
            _state = _state with { ResumeUntil = _now + Options.HoldLimit };
        }

        return null;
    }

    private void ResumeWhenHeldStill(GrblStatus status)
    {
        if (_state.ResumeUntil >= _now && status.IsHeldStill)
        {
            LetGoOn();
        }
    }

    private void LetGoOn()
    {
        _state = _state with { HasAskedHold = false, ResumeUntil = null };
        Send(GrblRealtime.CycleStart);
        Ask();
    }

    private GrblRefusal? Cancel()
    {
        if (_state.Stop is null && (_state.Run is not null || IsBusyByOthers))
        {
            BeginStop(RunOutcome.CancelledByUs, "Cancelled.");
        }

        return null;
    }

    /// <summary>It moves, or is held in a motion, that is not of our making. Stopping that must work too.</summary>
    private bool IsBusyByOthers => _state.Status?.State is GrblMachineState.Run or GrblMachineState.Hold or GrblMachineState.Door or GrblMachineState.Jog or GrblMachineState.Tool;
}
