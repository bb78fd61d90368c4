using System.Collections.Immutable;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>
/// The conversation with one GRBL-like controller as a function of (state, event, now): no clock, no wire, no file.
/// It counts the controller's buffer, pairs answers with lines strictly in order, and never streams past an error,
/// an alarm or a greeting. <c>wire.md</c> beside this file says where each rule comes from.
/// </summary>
internal sealed partial class GrblSession
{
    private readonly ImmutableArray<GrblEffect>.Builder _effects = ImmutableArray.CreateBuilder<GrblEffect>();
    private readonly TimeSpan _now;
    private GrblState _state;

    private GrblSession(GrblState state, TimeSpan now) => (_state, _now) = (state, now);

    private GrblOptions Options => _state.Options;

    /// <param name="now">Offset on a monotonic clock; never goes back from one step to the next.</param>
    public static GrblStep Step(GrblState state, GrblEvent happened, TimeSpan now)
    {
        var session = new GrblSession(state, now);
        session.CountRunTime();
        var refusal = session.Handle(happened);
        session.Publish(happened is GrblLineReceived { Line: GrblStatus });

        return new GrblStep(session._state, session._effects.ToImmutable(), refusal);
    }

    private GrblRefusal? Handle(GrblEvent happened)
    {
        switch (happened)
        {
            case GrblLinkUp:
                OnLinkUp();
                return null;
            case GrblLinkDown down:
                OnLinkDown(down.Reason);
                return null;
            case GrblLineReceived received:
                OnLine(received.Line);
                return null;
            case GrblTick:
                OnTick();
                return null;
            case GrblMoreRead more:
                OnMoreRead(more);
                return null;
            case GrblReadFailed failed:
                OnReadFailed(failed);
                return null;
            default:
                return HandleWish(happened);
        }
    }

    private void OnLinkUp()
    {
        // Whatever we knew belongs to the former link: the board may have been reset or changed meanwhile.
        _state = GrblState.Initial(Options) with
        {
            Link = LinkState.Connecting,
            QuietSince = _now,
            NextPoll = _now,
            LastEnd = _state.LastEnd,
            Published = _state.Published,
            PublishedAt = _state.PublishedAt,
        };
        PollWhenDue();
    }

    private void OnLinkDown(string reason)
    {
        if (_state.Run is not null || _state.Stop is not null)
        {
            // An error that made us stop stays the cause; a cancel counts as one only once the reset was seen.
            var settled = _state.Stop is { } stop && (stop.Phase is GrblStopPhase.Verifying || stop.Outcome is not RunOutcome.CancelledByUs) ? stop : null;
            EndRun(settled?.Outcome ?? RunOutcome.FailedLink, settled?.Reason ?? $"The link was lost: {reason}");
        }

        _state = _state with
        {
            Link = LinkState.Down,
            Status = null,
            Alarm = null,
            Attention = null,
            InFlight = [],
            BytesInFlight = 0,
        };
    }

    private void OnLine(GrblLine line)
    {
        switch (line)
        {
            case GrblBanner banner:
                OnBanner(banner);
                break;
            case GrblStatus status:
                OnStatus(status);
                break;
            case GrblOk:
                OnAnswer(error: null);
                break;
            case GrblError error:
                OnAnswer(error);
                break;
            case GrblAlarm alarm:
                OnAlarm(alarm);
                break;
            case GrblMessage { IsProgramEnd: true } when _state.Run is { } run:
                _state = _state with { Run = run with { HasProgramEnd = true } };
                break;
            case GrblBuildOptions build:
                OnBuildOptions(build);
                break;
            case GrblUnknownLine unknown:
                _effects.Add(new GrblNoticed(unknown.Text));
                break;
            default:
                break;
        }
    }

    private void OnBuildOptions(GrblBuildOptions build)
    {
        if (build.RxBytes is not > 1)
        {
            return;
        }

        _state = _state with
        {
            Window = Math.Min(build.RxBytes.Value - 1, Options.MaxBytesInFlight),
            EmptyBuffers = (Math.Max(build.PlannerBlocks ?? 0, _state.EmptyBuffers.Planner), _state.EmptyBuffers.Rx),
        };
    }

    private void OnBanner(GrblBanner banner)
    {
        // The reset emptied the controller's buffer: no answer is owed any more, and a later "ok" answers none of our lines.
        var before = _state.Status;
        _state = _state with
        {
            InFlight = [],
            BytesInFlight = 0,
            HasAskedBuild = false,
            Status = null,
            HasAskedHold = false,
            ResumeUntil = null,
            Attention = null,
            Link = LinkState.Up,
            QuietSince = _now,
        };

        if (_state.Stop is { } stop)
        {
            _state = _state with { Stop = stop with { Phase = GrblStopPhase.Verifying, Deadline = _now + Options.ResetLimit } };
        }
        else if (_state.Run is not null)
        {
            // Someone's reset while it stands still or moves slowly says so; in full motion it is announced by ALARM:3,
            // so a greeting out of the blue means that the board itself started anew.
            var rebooted = before?.State is GrblMachineState.Run;
            EndRun(
                rebooted ? RunOutcome.FailedMachine : RunOutcome.CancelledAtMachine,
                rebooted ? "The controller started anew in the middle of the job." : "The controller was reset at the machine.");
        }

        _effects.Add(new GrblNoticed(banner.Text));
        Ask();
    }

    private void OnAlarm(GrblAlarm alarm)
    {
        _state = _state with { Alarm = alarm };
        if (_state.Stop is { Phase: GrblStopPhase.Holding } holding)
        {
            EndRun(holding.Outcome, holding.Reason);
        }
        else if (_state is { Stop: null, Run: not null })
        {
            // Alarm 3 is somebody's reset by definition; the others are the machine's own.
            EndRun(alarm.Code is 3 ? RunOutcome.CancelledAtMachine : RunOutcome.FailedMachine, GrblTexts.Describe(alarm));
        }
    }

    private void OnStatus(GrblStatus status)
    {
        status = status.Following(_state.Status);
        var wentOn = _state.Status?.IsHeld == true && status.State is GrblMachineState.Run;
        _state = _state with
        {
            HasAskedHold = _state.HasAskedHold && !wentOn,
            Attention = status is { State: GrblMachineState.Idle, IsSpindleOn: false } ? null : _state.Attention,
            Link = LinkState.Up,
            QuietSince = _now,
            Status = status,
            Alarm = status.State is GrblMachineState.Alarm ? _state.Alarm : null,
            EmptyBuffers = (Math.Max(status.PlannerFree ?? 0, _state.EmptyBuffers.Planner), Math.Max(status.RxFree ?? 0, _state.EmptyBuffers.Rx)),
        };

        if (_state.Stop is not null)
        {
            OnStatusWhileStopping(status);
        }
        else if (_state.Run is not null)
        {
            OnStatusWhileRunning(status);
        }

        ResumeWhenHeldStill(status);
        AskBuildWhenIdle(status);
    }

    private void OnTick()
    {
        PollWhenDue();
        WatchSilence();
        WatchStop();
        WatchProgress();
        if (_state.ResumeUntil < _now)
        {
            _state = _state with { ResumeUntil = null };
        }
    }

    private void PollWhenDue()
    {
        if (_state.Link is not LinkState.Down && _now >= _state.NextPoll)
        {
            Ask();
        }
    }

    private TimeSpan PollInterval =>
        _state.Run is not null || _state.Stop is not null || _state.Status?.State is not (GrblMachineState.Idle or GrblMachineState.Alarm or GrblMachineState.Sleep)
            ? Options.BusyPoll
            : Options.IdlePoll;

    private void Ask()
    {
        Send(GrblRealtime.Status);
        _state = _state with { NextPoll = _now + PollInterval };
    }

    private void WatchSilence()
    {
        if (_state.Link is LinkState.Down)
        {
            return;
        }

        var quiet = _now - _state.QuietSince;
        if (quiet >= Options.SilenceLimit)
        {
            Drop($"no status for {Options.SilenceLimit.TotalSeconds:0.#} s");
        }
        else if (_state.Link is LinkState.Up && quiet >= Max(3 * PollInterval, Options.LeastStale))
        {
            _state = _state with { Link = LinkState.Stale };
        }
        else if (_state is { Run: null, Status.State: GrblMachineState.Idle, HasAskedBuild: true, InFlight.IsEmpty: false } && _now - _state.BuildAskedAt >= Options.SilenceLimit)
        {
            // It reports its status yet answers no line. A job would never be answered either, and the pairing is in doubt.
            Drop("status comes, but lines are not answered");
        }
    }

    private void Drop(string reason)
    {
        _effects.Add(new GrblDropLink(reason));
        OnLinkDown(reason);
    }

    private void AskBuildWhenIdle(GrblStatus status)
    {
        // Only an idle controller answers; and while someone else streams, our line would land between theirs.
        if (_state is { HasAskedBuild: false, Run: null, Stop: null, InFlight.IsEmpty: true } && status.State is GrblMachineState.Idle)
        {
            _state = _state with { HasAskedBuild = true, BuildAskedAt = _now };
            Send(GrblLineRole.Query, new GrblProgramLine(0, "$I"));
        }
    }

    private void Send(byte realtime) => _effects.Add(new GrblSendRealtime(realtime));

    private void Send(GrblLineRole role, GrblProgramLine line)
    {
        _state = _state with
        {
            InFlight = _state.InFlight.Enqueue(new GrblInFlight(role, line)),
            BytesInFlight = _state.BytesInFlight + line.Bytes,
        };
        _effects.Add(new GrblSendLine(line.Text));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
