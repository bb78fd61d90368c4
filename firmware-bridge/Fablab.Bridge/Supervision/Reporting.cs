using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>Tells what was seen: at once when it means something, at most once a second when only numbers moved.</summary>
internal static class Reporting
{
    private const long ProgressMilliseconds = 1_000;

    public static void Advance(SupervisorStep step)
    {
        if (step.State.Epoch == 0)
        {
            return;
        }

        var reporting = step.State.Reporting;
        var twin = Describe(step);
        var hasNews = reporting.Last is null || Essence(twin) != Essence(reporting.Last);
        if (!hasNews && (step.Mono - reporting.LastAt < ProgressMilliseconds || IsSame(twin, reporting.Last!)))
        {
            return;
        }

        twin = twin with { Version = reporting.Version + 1 };
        step.State = step.State with { Reporting = new ReportView { Last = twin, LastAt = step.Mono, Version = twin.Version } };
        step.Do(new SupervisorEffect.Report(twin));
    }

    private static ReportedTwin Describe(SupervisorStep step)
    {
        var state = step.State;
        var isForeign = IsBusyWithOther(step);
        return new ReportedTwin
        {
            Machine = step.Setup.Machine,
            Version = 0,
            Epoch = state.Epoch,
            DesiredVersion = state.Memory.Desired?.Version ?? 0,
            At = step.Now.Wall,
            Mode = state.Memory.Desired?.Mode ?? MachineMode.Locked,
            Link = Link(step),
            Activity = isForeign ? ReportedActivity.NeedsAttention : Activity(step),
            Relay = Relay(step),
            Session = Session(step),
            Job = Job(step),
            LeaseLeftMilliseconds = state.IsLeaseLive(step.Now) ? state.Leasing.Lease!.EndsAt - step.Mono : null,
            LeaseRefusal = state.Leasing.Refusal,
            Fault = state.Memory.Fault,
            Message = isForeign ? "busy" : state.Controller.Seen?.Message,
            Temperatures = Temperatures(state.Controller.Seen),
            Watts = state.Relay.Seen?.Watts,
            Simulated = step.Setup.Simulated,
        };
    }

    /// <summary>The twin without what moves all the time.</summary>
    private static ReportedTwin Essence(ReportedTwin twin) => twin with
    {
        Version = 0,
        At = default,
        LeaseLeftMilliseconds = null,
        Temperatures = null,
        Watts = null,
        Session = twin.Session is { } session
            ? new ReportedSession { Id = session.Id, Generation = session.Generation, TotalMilliseconds = 0, ActiveMilliseconds = 0 }
            : null,
        Job = twin.Job is { } job ? new ReportedJob { Id = job.Id, State = job.State, Reason = job.Reason } : null,
    };

    private static bool IsSame(ReportedTwin twin, ReportedTwin last)
    {
        var aligned = twin with { Version = last.Version, At = last.At, LeaseLeftMilliseconds = last.LeaseLeftMilliseconds, Temperatures = last.Temperatures };
        return aligned == last && SameTemperatures(twin.Temperatures, last.Temperatures);
    }

    private static bool SameTemperatures(IReadOnlyDictionary<string, ReportedTemperature>? one, IReadOnlyDictionary<string, ReportedTemperature>? other) =>
        (one, other) switch
        {
            (null, null) => true,
            (null, _) or (_, null) => false,
            _ => one.Count == other.Count && one.All(heater => other.TryGetValue(heater.Key, out var same) && same == heater.Value),
        };

    private static bool IsBusyWithOther(SupervisorStep step)
    {
        var controller = step.State.Controller;
        return step.State.Delivery is { StartAskedAt: null } && controller.IsBusy && step.State.RunUnderWay is null
            && controller.Seen!.FileName != step.State.CurrentRun?.FileName;
    }

    private static ReportedLink Link(SupervisorStep step)
    {
        var link = step.Setup.HasJobControl ? step.State.Controller.Seen?.Link : step.State.Relay.Seen?.Link;
        return link switch
        {
            LinkState.Up => ReportedLink.Up,
            LinkState.Connecting => ReportedLink.Connecting,
            LinkState.Stale => ReportedLink.Stale,
            _ => ReportedLink.Down,
        };
    }

    private static ReportedActivity Activity(SupervisorStep step) => step.Setup.HasJobControl
        ? step.State.Controller.Seen?.State switch
        {
            ControllerState.Off => ReportedActivity.Off,
            ControllerState.Idle => ReportedActivity.Idle,
            ControllerState.Preparing => ReportedActivity.Preparing,
            ControllerState.Running => ReportedActivity.Running,
            ControllerState.Paused => ReportedActivity.Paused,
            ControllerState.Finishing => ReportedActivity.Finishing,
            ControllerState.NeedsAttention => ReportedActivity.NeedsAttention,
            ControllerState.Error => ReportedActivity.Error,
            _ => ReportedActivity.Unknown,
        }
        : (step.State.Relay.State, step.State.Watts.IsActive) switch
        {
            (InterlockState.Locked, _) => ReportedActivity.Off,
            (InterlockState.Unlocked, true) => ReportedActivity.Running,
            (InterlockState.Unlocked, false) => ReportedActivity.Idle,
            _ => ReportedActivity.Unknown,
        };

    private static RelayState Relay(SupervisorStep step) => (step.Setup.HasInterlock, step.State.Relay.State) switch
    {
        (false, _) => RelayState.None,
        (_, InterlockState.Locked) => RelayState.Open,
        (_, InterlockState.Unlocked) => RelayState.Closed,
        _ => RelayState.Unknown,
    };

    private static ReportedSession? Session(SupervisorStep step)
    {
        if (step.Session is not { } session)
        {
            return null;
        }

        var open = step.State.SliceBeganAt is { } began ? step.Mono - began : 0;
        return new ReportedSession
        {
            Id = session.Id,
            Generation = session.Generation,
            TotalMilliseconds = session.TotalMilliseconds + open,
            ActiveMilliseconds = session.ActiveMilliseconds + (session.Slice is { State: MeterState.Active } ? open : 0),
            WattHours = session.WattSeconds / 3_600,
            FilamentMillimetres = session.FilamentMillimetres,
        };
    }

    private static ReportedJob? Job(SupervisorStep step)
    {
        if (step.State.CurrentRun is not { } run)
        {
            return null;
        }

        var seen = run.IsUnderWay && run.WasSeenRunning ? step.State.Controller.Seen : null;
        return new ReportedJob
        {
            Id = run.Job,
            State = run.State,
            Progress = run.State is JobState.Succeeded ? 1 : seen?.Progress,
            ElapsedMilliseconds = seen?.JobMilliseconds,
            LeftMilliseconds = seen?.MillisecondsLeft,
            Reason = run.Reason ?? (step.State.Delivery is { } delivery && delivery.Job == run.Job ? delivery.WaitsFor : null),
        };
    }

    private static IReadOnlyDictionary<string, ReportedTemperature>? Temperatures(ControllerObservation? seen) =>
        seen is { Temperatures.Count: > 0 }
            ? seen.Temperatures.ToDictionary(heater => heater.Key, heater => new ReportedTemperature(heater.Value.Actual, heater.Value.Target))
            : null;
}
