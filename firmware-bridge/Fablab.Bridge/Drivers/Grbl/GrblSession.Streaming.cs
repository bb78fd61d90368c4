using System.Collections.Immutable;
using System.Globalization;

namespace Fablab.Bridge.Drivers.Grbl;

internal sealed partial class GrblSession
{
    /// <summary>Below so many lines at hand we ask for more.</summary>
    private const int LowWater = 64;

    private static readonly GrblProgramLine ClosingDwell = new(0, "G4P0.01");

    private void OnMoreRead(GrblMoreRead more)
    {
        if (_state.Run is not { } run || run.Id != more.Run)
        {
            return;
        }

        _state = _state with
        {
            Run = run with
            {
                Ready = Append(run.Ready, more.Chunk.Lines),
                ReadyCount = run.ReadyCount + more.Chunk.Lines.Length,
                IsAllRead = more.Chunk.IsLast,
                HasAskedMore = false,
            },
        };
        Stream();
    }

    private void OnReadFailed(GrblReadFailed failed)
    {
        if (_state.Run?.Id == failed.Run && _state.Stop is null)
        {
            BeginStop(RunOutcome.FailedLink, failed.Reason);
        }
    }

    private void OnAnswer(GrblError? error)
    {
        if (_state.InFlight.IsEmpty)
        {
            // After a reset, from another sender, or error:7 of a board with blank settings: it answers nothing of ours.
            _effects.Add(new GrblNoticed(error is null ? "ok that answers no line of ours" : GrblTexts.Describe(error)));
            return;
        }

        _state = _state with { InFlight = _state.InFlight.Dequeue(out var answered), BytesInFlight = _state.BytesInFlight - answered.Line.Bytes };
        if (answered.Role is GrblLineRole.Query || _state.Run is not { } run)
        {
            return;
        }

        if (error is not null)
        {
            if (_state.Stop is null)
            {
                BeginStop(RunOutcome.FailedMachine, $"{GrblTexts.Describe(error)} at line {answered.Line.Number}: {answered.Line.Text}");
            }

            return;
        }

        var isClosing = answered.Role is GrblLineRole.Closing;
        _state = _state with
        {
            Run = run with
            {
                AcknowledgedBytes = run.AcknowledgedBytes + (isClosing ? 0 : answered.Line.Bytes),
                HasClosed = run.HasClosed || isClosing,
                HasAnswer = true,
                ProgressAt = _now,
            },
        };
        Stream();
    }

    /// <summary>Sends as many lines as the controller's buffer surely holds.</summary>
    private void Stream()
    {
        if (_state is not { Run: not null, Stop: null, Alarm: null, IsConnected: true })
        {
            return;
        }

        while (_state.Run is { ReadyCount: > 0 } run && Fits(run.Ready.Peek()))
        {
            var rest = run.Ready.Dequeue(out var line);
            Send(GrblLineRole.Program, line);
            _state = _state with { Run = run with { Ready = rest, ReadyCount = run.ReadyCount - 1, LastSent = line } };
        }

        AskForMore();
        CloseProgram();
    }

    // A line longer than the whole buffer still goes out alone: the controller drains while it arrives.
    private bool Fits(GrblProgramLine line) => _state.InFlight.IsEmpty || _state.BytesInFlight + line.Bytes <= _state.Window;

    private void AskForMore()
    {
        if (_state.Run is { IsAllRead: false, HasAskedMore: false, ReadyCount: < LowWater } run)
        {
            _state = _state with { Run = run with { HasAskedMore = true } };
            _effects.Add(new GrblReadMore(run.Id));
        }
    }

    /// <summary>A program without an end of its own gets a short dwell, which is acknowledged only when all motion is done.</summary>
    private void CloseProgram()
    {
        if (_state.Run is { IsAllSent: true, HasSentClosing: false, LastSent: { } last } && !GrblWords.EndsProgram(last.Text) && Fits(ClosingDwell))
        {
            SendClosing();
        }
    }

    private void SendClosing()
    {
        Send(GrblLineRole.Closing, ClosingDwell);
        _state = _state with { Run = _state.Run! with { HasSentClosing = true } };
    }

    private void OnStatusWhileRunning(GrblStatus status)
    {
        var run = _state.Run!;
        switch (status.State)
        {
            case GrblMachineState.Alarm:
                // The ALARM line itself got lost.
                EndRun(RunOutcome.FailedMachine, "The controller went into alarm.");
                return;
            case not GrblMachineState.Idle:
                _state = _state with { Run = run with { ProgressAt = _now } };
                return;
        }

        // Idle alone proves nothing: it shows up before the first motion and during every dwell.
        if (!run.IsAllSent || !_state.InFlight.IsEmpty)
        {
            return;
        }

        if (run.HasClosed || (run.HasProgramEnd && GrblWords.EndsProgram(run.LastSent!.Text)) || AreBuffersEmpty(status))
        {
            EndRun(RunOutcome.Completed, reason: null);
        }
        else if (!run.HasSentClosing)
        {
            SendClosing();
        }
    }

    private bool AreBuffersEmpty(GrblStatus status) =>
        status is { PlannerFree: { } planner, RxFree: { } rx } && (planner, rx) == _state.EmptyBuffers;

    private void WatchProgress()
    {
        if (_state is not { Run: { } run, Stop: null, Link: LinkState.Up, Status.State: GrblMachineState.Idle } || _state.InFlight.IsEmpty)
        {
            return;
        }

        var allowed = Options.NoProgressLimit + GrblWords.Dwell(_state.InFlight.Peek().Line.Text);
        if (_now - run.ProgressAt >= allowed)
        {
            BeginStop(RunOutcome.FailedMachine, $"The controller is idle but has acknowledged nothing for {allowed.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s: an answer was lost.");
        }
    }

    private static ImmutableQueue<GrblProgramLine> Append(ImmutableQueue<GrblProgramLine> queue, ImmutableArray<GrblProgramLine> lines)
    {
        foreach (var line in lines)
        {
            queue = queue.Enqueue(line);
        }

        return queue;
    }
}
