namespace Fablab.Bridge.Supervision;

/// <summary>Tells work from rest by the power, with a limit that was set or learned, and with a delay in both directions.</summary>
internal static class PowerWatching
{
    /// <summary>What was learned is put on disk when it is older than this; a crash costs no more of it.</summary>
    private const long SaveMilliseconds = 60_000;

    public static void Watch(SupervisorStep step, double? watts)
    {
        if (watts is null)
        {
            return;
        }

        Learn(step, watts.Value);
        if (Limits(step) is not { } limits)
        {
            // What was learned is not plain any more: nothing is work until it is again.
            step.State = step.State.Watts.IsActive ? step.State with { Watts = new WattsWatch() } : step.State;
            return;
        }

        var watch = step.State.Watts;
        if (watch.IsActive ? watts > limits.IdleUpTo : watts <= limits.ActiveAbove)
        {
            step.State = step.State with { Watts = watch with { OppositeSince = null } };
            return;
        }

        var since = watch.OppositeSince ?? step.Mono;
        var delay = watch.IsActive ? step.Setup.IdleAfterMilliseconds : step.Setup.ActiveAfterMilliseconds;
        step.State = step.State with
        {
            Watts = step.Mono - since >= delay ? new WattsWatch { IsActive = !watch.IsActive } : watch with { OppositeSince = since },
        };
    }

    /// <summary>What a boot finds on disk.</summary>
    public static void Remember(SupervisorStep step)
    {
        if (step.Setup.LearnsIdleWatts && step.Memory.Power is { IsSound: true } learned)
        {
            step.State = step.State with { Power = learned with { Last = null }, LearnedLimits = learned.Limits() };
        }
    }

    private static PowerLimits? Limits(SupervisorStep step) =>
        step.Setup.LearnsIdleWatts ? step.State.LearnedLimits
        : step.Setup.ActiveWatts is { } limit ? new PowerLimits(limit, limit)
        : null;

    /// <summary>Only a closed relay shows what the machine takes; with an open one there is nothing to learn.</summary>
    private static void Learn(SupervisorStep step, double watts)
    {
        if (!step.Setup.LearnsIdleWatts)
        {
            return;
        }

        if (step.State.Relay.State is not Drivers.InterlockState.Unlocked)
        {
            step.State = step.State with { Power = step.State.Power with { Last = null }, PowerReadAt = null };
            return;
        }

        var power = step.State.Power.Observe(watts, step.State.PowerReadAt is { } before ? step.Mono - before : 0);
        step.State = step.State with { Power = power, PowerReadAt = step.Mono, LearnedLimits = power.Limits() };
        if (step.Mono - step.State.PowerSavedAt >= SaveMilliseconds && !step.State.CannotSave)
        {
            step.Memory = step.Memory with { Power = power };
            step.State = step.State with { PowerSavedAt = step.Mono };
        }
    }
}
