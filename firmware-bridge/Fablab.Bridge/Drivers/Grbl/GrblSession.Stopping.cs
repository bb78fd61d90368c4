namespace Fablab.Bridge.Drivers.Grbl;

internal sealed partial class GrblSession
{
    /// <summary>
    /// The one gentle way out: hold, wait until it stands still, reset. A reset while moving would raise an alarm and lose
    /// the position; going on after an error would leave the spindle running.
    /// </summary>
    private void BeginStop(RunOutcome outcome, string reason)
    {
        _state = _state with
        {
            HasAskedHold = false,
            ResumeUntil = null,
            Stop = new GrblStop(GrblStopPhase.Holding, _now, _now + Options.HoldLimit, Attempts: 0, outcome, reason),
        };

        if (_state.Status?.IsHeldStill == true)
        {
            SendReset();
        }
        else
        {
            Send(GrblRealtime.FeedHold);
            Ask();
        }
    }

    private void SendReset()
    {
        var stop = _state.Stop!;
        _state = _state with
        {
            Stop = stop with { Phase = GrblStopPhase.Resetting, Attempts = stop.Attempts + 1, Deadline = _now + Options.ResetLimit },
        };
        Send(GrblRealtime.SoftReset);
    }

    private void OnStatusWhileStopping(GrblStatus status)
    {
        var stop = _state.Stop!;
        switch (stop.Phase)
        {
            case GrblStopPhase.Holding when status.IsHeldStill || IsSurelyIdle(status, stop):
                SendReset();
                break;
            case GrblStopPhase.Holding when status.State is GrblMachineState.Alarm:
            case GrblStopPhase.Verifying when status.State is GrblMachineState.Alarm:
            case GrblStopPhase.Verifying when status is { State: GrblMachineState.Idle, IsSpindleOn: false }:
                EndRun(stop.Outcome, stop.Reason);
                break;
            default:
                break;
        }
    }

    // A report of idle may have been on its way when the hold was sent; a second one, a poll later, was not.
    private bool IsSurelyIdle(GrblStatus status, GrblStop stop) =>
        status.State is GrblMachineState.Idle or GrblMachineState.Check && _now - stop.BeganAt >= 2 * Options.BusyPoll;

    private void WatchStop()
    {
        if (_state.Stop is not { } stop || _now < stop.Deadline)
        {
            return;
        }

        switch (stop.Phase)
        {
            case GrblStopPhase.Holding:
            case GrblStopPhase.Resetting when stop.Attempts < Options.ResetAttempts:
                SendReset();
                break;
            case GrblStopPhase.Resetting:
                EndRun(stop.Outcome is RunOutcome.CancelledByUs ? RunOutcome.FailedMachine : stop.Outcome, stop.Reason);
                _state = _state with { Attention = "The controller does not confirm the reset. Stop the machine by hand." };
                break;
            default:
                EndRun(stop.Outcome, stop.Reason);
                if (_state.Status is not { State: GrblMachineState.Idle, IsSpindleOn: false })
                {
                    _state = _state with { Attention = "After the reset the machine was not seen idle with its spindle off. Look at the machine." };
                }

                break;
        }
    }

    /// <summary>The only place where a run ends; what is not sent by now never will be.</summary>
    private void EndRun(RunOutcome outcome, string? reason)
    {
        var end = new RunEnd(_state.Run?.FileName, outcome, _state.Run is { } run ? Milliseconds(run.RunTime) : null, reason);
        _effects.Add(new GrblRunEnded(_state.Run?.Id ?? 0, end));
        _state = _state with { LastEnd = end, Run = null, Stop = null, HasAskedHold = false, ResumeUntil = null };
    }
}
