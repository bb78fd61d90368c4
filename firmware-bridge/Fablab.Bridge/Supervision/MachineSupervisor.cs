using System.Collections.Immutable;
using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// Brings one machine to what the web desires, as one function of (state, event, now). It never waits, reads or writes:
/// an event changes what is known, then the same rules are applied to all that is known, so that lost, repeated and
/// reordered events lead to the same place.
/// </summary>
internal static class MachineSupervisor
{
    public static (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        var step = new SupervisorStep(state, now);
        TakeIn(step, happened);

        SilenceKeeping.Notice(step);
        SessionKeeping.FollowDesired(step);
        LeaseKeeping.NoticeEnd(step);
        RunObserving.Follow(step);
        StopKeeping.NoticeDangers(step);
        SessionKeeping.Arm(step);
        JobDelivering.Advance(step);
        JobWishing.Advance(step);
        LeaseKeeping.Ask(step);
        InterlockKeeping.Advance(step);
        Metering.Advance(step, happened is SupervisorEvent.Tick);
        SessionKeeping.CloseWhenSafe(step);
        Reporting.Advance(step);

        return step.Finish();
    }

    private static void TakeIn(SupervisorStep step, SupervisorEvent happened)
    {
        switch (happened)
        {
            case SupervisorEvent.Booted e:
                Booting.TakeIn(step, e);
                break;
            case SupervisorEvent.DesiredReceived e:
                SessionKeeping.TakeIn(step, e.Twin);
                break;
            case SupervisorEvent.LeaseAnswered e:
                LeaseKeeping.TakeIn(step, e.Answer);
                break;
            case SupervisorEvent.ControllerSeen e:
                RunObserving.TakeIn(step, e.Observation);
                break;
            case SupervisorEvent.InterlockSeen e:
                InterlockKeeping.TakeIn(step, e.Observation);
                break;
            case SupervisorEvent.InterlockAnswered e:
                InterlockKeeping.TakeIn(step, e);
                break;
            case SupervisorEvent.JobFetched or SupervisorEvent.JobFetchFailed or SupervisorEvent.JobUploaded
                or SupervisorEvent.JobUploadFailed or SupervisorEvent.StartAnswered:
                JobDelivering.TakeIn(step, happened);
                break;
            case SupervisorEvent.WishAnswered e:
                JobWishing.TakeIn(step, e);
                break;
            case SupervisorEvent.FaultCleared:
                step.Memory = step.Memory with { Fault = null };
                step.State = step.State with { Relay = step.State.Relay with { DisobeysSince = null } };
                break;
            case SupervisorEvent.ClockJumped:
                step.DropLease();
                step.State = step.State with { Leasing = step.State.Leasing with { AskAgainAt = step.Mono } };
                break;
            case SupervisorEvent.SpoolFull or SupervisorEvent.SpoolLow:
                var isNews = !step.State.IsSpoolFull;
                step.State = step.State with { IsSpoolFull = true, CannotSave = happened is SupervisorEvent.SpoolFull };
                if (isNews)
                {
                    step.RecordSafety("spool-full");
                }

                break;
            case SupervisorEvent.SpoolOk:
                step.State = step.State with { IsSpoolFull = false, CannotSave = false };
                break;
        }
    }
}
