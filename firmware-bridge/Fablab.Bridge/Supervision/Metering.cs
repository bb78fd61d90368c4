using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Counts the time of a session in slices by the monotonic clock. A slice closes after 15 s or when its state changes; the
/// open one is checkpointed every second, so that a crash costs at most one.
/// </summary>
internal static partial class Metering
{
    public const long LongestSliceMilliseconds = 15_000;

    /// <summary>So long the last known state is believed when the controller falls silent.</summary>
    private const long HoldStateMilliseconds = 60_000;

    /// <summary>
    /// So long after the last renewal that it is known to have heard a relay that is not read any more counts as closed: by then a
    /// device without renewals has opened by itself. What comes after is told instead of guessed.
    /// </summary>
    private const long UnreadLimitMilliseconds = 12_000;

    public static bool Works(SupervisorStep step) => step.State.Watts.IsActive || ControllerWorks(step);

    public static void Advance(SupervisorStep step, bool isTick)
    {
        if (step.Session is null)
        {
            return;
        }

        NoticeUnread(step);
        var wanted = StateToMeter(step);
        var until = wanted is null ? CountedUntil(step) : step.Mono;

        // With a full disk the slice just grows: one long record instead of many that cannot be written.
        while (!step.State.CannotSave && step.State.SliceBeganAt is { } began && until - began >= LongestSliceMilliseconds)
        {
            CloseSliceAt(step, began + LongestSliceMilliseconds);
            OpenSlice(step, began + LongestSliceMilliseconds, step.Session.Slice!.State);
        }

        if (step.State.SliceBeganAt is not null && wanted != step.Session.Slice!.State)
        {
            CloseSlice(step, until);
        }

        if (wanted is { } state && step.State.SliceBeganAt is null)
        {
            OpenSlice(step, step.Mono, state);
        }
        else if (isTick && step.State.SliceBeganAt is not null && !step.State.CannotSave)
        {
            Checkpoint(step);
        }
    }

    public static void CloseSlice(SupervisorStep step) => CloseSlice(step, step.Mono);

    private static void CloseSlice(SupervisorStep step, long until)
    {
        if (step.State.SliceBeganAt is not null)
        {
            CloseSliceAt(step, until);
            step.Session = step.Session! with { Slice = null };
            step.State = step.State with { SliceBeganAt = null };
        }
    }

    /// <summary>What a crash left open counts up to its last checkpoint.</summary>
    public static void CloseSliceOfEarlierBoot(SupervisorStep step)
    {
        if (step.Session is { Slice: { } slice } session)
        {
            Write(step, slice.State, slice.Source, slice.Milliseconds, step.Now with { Wall = session.CheckpointAt ?? step.Now.Wall });
            step.Session = step.Session with { Slice = null };
        }
    }

    /// <returns>Active or idle, or <see langword="null"/> when the session's time does not count now.</returns>
    private static MeterState? StateToMeter(SupervisorStep step)
    {
        var isOpen = step.State.SliceBeganAt is not null;
        if (step.Session is not { WasArmed: true } session || step.Memory.Fault is not null || step.State.IsRecovering
            || (session.ClosingReason is not null && !isOpen))
        {
            return null;
        }

        var isEnergised = step.Setup.HasInterlock
            ? step.State.Relay.State is InterlockState.Unlocked || (step.State.Relay.UnreadSince is not null && !IsUnreadForLong(step))
            : step.IsLeaseLive && session.ClosingReason is null;
        if (!isEnergised && step.State.RunUnderWay is null)
        {
            return null;
        }

        return Works(step) ? MeterState.Active : MeterState.Idle;
    }

    private static bool IsUnreadForLong(SupervisorStep step) =>
        step.State.Relay.UnreadSince is { } since && step.Mono - since >= UnreadLimitMilliseconds;

    private static void NoticeUnread(SupervisorStep step)
    {
        if (IsUnreadForLong(step) && step is { State: { Relay.IsUnreadTold: false, RunUnderWay: null }, Memory.Fault: null, Session.WasArmed: true })
        {
            step.State = step.State with { Relay = step.State.Relay with { IsUnreadTold = true } };
            step.RecordSafety(Gap, $"the relay was closed and is not read any more; what the machine did after {UnreadLimitMilliseconds / 1_000} s is not metered");
        }
    }

    /// <summary>Where the open slice ends: now, or where an unread relay ceased to count, but never before what a checkpoint holds.</summary>
    private static long CountedUntil(SupervisorStep step) =>
        IsUnreadForLong(step) && step.State.SliceBeganAt is { } began
            ? Math.Clamp(step.State.Relay.UnreadSince!.Value + UnreadLimitMilliseconds, began + step.Session!.Slice!.Milliseconds, step.Mono)
            : step.Mono;

    private static bool ControllerWorks(SupervisorStep step)
    {
        var controller = step.State.Controller;
        return controller.IsHeard
            ? controller.Moves
            : controller.LostSince is { } lost && step.Mono - lost < HoldStateMilliseconds && step.Session?.Slice is { State: MeterState.Active } && step.State.RunUnderWay is not null;
    }

    private static void OpenSlice(SupervisorStep step, long at, MeterState state)
    {
        var source = step.Setup.HasJobControl ? MeterSource.Controller : MeterSource.Relay;
        step.State = step.State with { SliceBeganAt = at };
        step.Session = step.Session! with
        {
            Slice = new SliceMemory(state, source, Math.Max(0, step.Mono - at)),
            WattHoursSeen = step.State.Relay.Seen?.WattHours ?? step.Session.WattHoursSeen,
            FilamentSeen = step.State.Controller.Seen?.FilamentMillimetres ?? step.Session.FilamentSeen,
            JobMillisecondsSeen = JobMillisecondsNow(step),
            CheckpointAt = step.Now.Wall,
        };
    }

    private static void Checkpoint(SupervisorStep step)
    {
        AddCounters(step);
        var session = step.Session!;
        step.Session = session with
        {
            Slice = session.Slice! with { Milliseconds = step.Mono - step.State.SliceBeganAt!.Value },
            JobMillisecondsSeen = JobMillisecondsNow(step),
            CheckpointAt = step.Now.Wall,
        };
    }

    private static void CloseSliceAt(SupervisorStep step, long at)
    {
        AddCounters(step);
        var slice = step.Session!.Slice!;
        var end = new BridgeNow(at, step.Now.Wall.AddMilliseconds(at - step.Mono));
        Write(step, slice.State, slice.Source, at - step.State.SliceBeganAt!.Value, end);
    }

    private static void Write(SupervisorStep step, MeterState state, MeterSource source, long milliseconds, BridgeNow at)
    {
        if (milliseconds <= 0)
        {
            return;
        }

        var session = step.Session!;
        session = session with
        {
            TotalMilliseconds = session.TotalMilliseconds + milliseconds,
            ActiveMilliseconds = session.ActiveMilliseconds + (state is MeterState.Active ? milliseconds : 0),
        };
        step.Session = session;
        step.Record(
            new MeterReported
            {
                Session = session.Id,
                Generation = session.Generation,
                State = state,
                Source = source,
                DeltaMilliseconds = milliseconds,
                TotalMilliseconds = session.TotalMilliseconds,
                ActiveMilliseconds = session.ActiveMilliseconds,
                WattSeconds = session.WattSeconds is { } wattSeconds ? (long)wattSeconds : null,
                FilamentMillimetres = session.FilamentMillimetres,
                ControllerJobMilliseconds = JobMillisecondsNow(step),
            },
            at);
    }

    /// <summary>Energy and filament since the last look. People reset meters and jobs begin at zero, so only growth counts.</summary>
    private static void AddCounters(SupervisorStep step)
    {
        var session = step.Session!;
        if (step.State.Relay.Seen?.WattHours is { } wattHours)
        {
            var grown = Math.Max(0, wattHours - (session.WattHoursSeen ?? wattHours));
            session = session with { WattHoursSeen = wattHours, WattSeconds = (session.WattSeconds ?? 0) + (grown * 3_600) };
        }

        if (step.State.Controller.Seen?.FilamentMillimetres is { } filament)
        {
            var before = session.FilamentSeen ?? (step.State.CurrentRun is null ? filament : 0);

            // A new job counts from zero; an estimate that only wavers a little must not look like one.
            var isNewCount = filament < before / 2;
            var grown = isNewCount ? filament : Math.Max(0, filament - before);
            session = session with
            {
                FilamentSeen = isNewCount ? filament : Math.Max(before, filament),
                FilamentMillimetres = (session.FilamentMillimetres ?? 0) + grown,
            };
        }

        step.Session = session;
    }

    private static long? JobMillisecondsNow(SupervisorStep step) =>
        step.State.CurrentRun is { WasSeenRunning: true } ? step.State.Controller.Seen?.JobMilliseconds : null;
}
