using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <content>What a job did while the bridge was down.</content>
internal static partial class Metering
{
    /// <summary>Safety event: time that may have been used and is not metered, or is metered on one clock's word alone.</summary>
    private const string Gap = "meter-gap";

    /// <summary>The controller's count and the wall clock agree when they differ by less.</summary>
    private const long ClockToleranceMilliseconds = 5_000;

    /// <summary>So long a controller that is found at work has to tell its own count; one that never does is metered from when it was found.</summary>
    private const long CountGraceMilliseconds = 10_000;

    /// <summary>The job is found at work. Its state is often told before its count, and without the count the time away would be lost.</summary>
    public static void RecoverAtWork(SupervisorStep step, long? jobMilliseconds)
    {
        var foundAt = step.State.FoundAtWorkAt ?? step.Mono;
        if (step.State.IsRecovering && jobMilliseconds is null && step.Mono - foundAt < CountGraceMilliseconds)
        {
            step.State = step.State with { FoundAtWorkAt = foundAt };
            return;
        }

        Recover(step, jobMilliseconds);
    }

    /// <summary>
    /// Once after a boot: the job went on while we were down, and the controller's own count tells for how long, though
    /// never longer than we were away. Whatever cannot be known is told.
    /// </summary>
    public static void Recover(SupervisorStep step, long? jobMilliseconds)
    {
        if (!step.State.IsRecovering || step.Session is not { } session)
        {
            return;
        }

        step.State = step.State with { IsRecovering = false };
        var (recovered, doubt) = Judge(step, session, jobMilliseconds);
        if (recovered > 0)
        {
            AddCounters(step);
            Write(step, MeterState.Active, MeterSource.Recovered, recovered, step.Now);
        }

        if (doubt is not null)
        {
            step.RecordSafety(Gap, doubt);
        }
    }

    /// <summary>The job is over and nobody told how long it went on without us.</summary>
    public static void GiveUpRecovering(SupervisorStep step) => Recover(step, null);

    private static (long Recovered, string? Doubt) Judge(SupervisorStep step, SessionMemory session, long? jobMilliseconds)
    {
        var before = session.JobMillisecondsSeen;
        if (jobMilliseconds is not { } count || count < (before ?? 0))
        {
            var atWork = step.State.FoundAtWorkAt is { } found ? step.Mono - found : 0;
            return (atWork, "the controller does not tell how long the job went on while the bridge was down; that time is not metered");
        }

        var counted = count - (before ?? 0);
        if (session.CheckpointAt is { } left && step.Now.Wall >= left)
        {
            var away = (long)(step.Now.Wall - left).TotalMilliseconds;
            return counted - away < ClockToleranceMilliseconds
                ? (Math.Min(counted, away), null)
                : (away, $"the controller counted {counted} ms while the bridge was down, the wall clock {away} ms; the difference is not metered");
        }

        // The wall clock was set back, or was lost with the power. The controller's count is all there is; what the web itself
        // allowed for the whole run bounds it, and without a count from before it would repeat what is metered already.
        var recovered = before is null ? 0 : Math.Min(counted, step.State.CurrentRun?.RunLeaseMilliseconds ?? 0);
        return (recovered, $"the wall clock ran backwards while the bridge was down; {recovered} of {counted} ms are metered on the controller's word alone");
    }
}
