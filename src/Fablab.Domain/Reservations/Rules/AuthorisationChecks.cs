using Fablab.Domain.Machines;
using Fablab.Domain.Trainings;

namespace Fablab.Domain.Reservations.Rules;

/// <summary><see cref="BookingProblem"/>s with the authorisations that the machine or a rule asks for.</summary>
internal static class AuthorisationChecks
{
    public static void Check(BookingInCheck booking)
    {
        if (!booking.Facts.IsAuthorised)
        {
            Needed(booking, null, booking.Machine);
        }

        foreach (var rule in booking.Rules.Authorisations)
        {
            var machine = rule.For ?? booking.Machine;
            var isAsked = !booking.Facts.IsAuthorised && machine == booking.Machine;
            if (!isAsked && !booking.IsRelaxed(AuthorisationRule.Kind))
            {
                Needed(booking, rule, machine);
            }
        }
    }

    private static void Needed(BookingInCheck booking, AuthorisationRule? rule, MachineId machine)
    {
        HeldAuthorisation? highest = null, ending = null;
        var isSuspended = false;
        foreach (var held in booking.Facts.Authorisations)
        {
            if (held.Machine != machine)
            {
                continue;
            }

            if (held.IsValidThrough(booking.Slot))
            {
                if (Suffices(booking, held))
                {
                    return;
                }

                highest = highest is null || held.Level > highest.Level ? held : highest;
            }
            else
            {
                isSuspended |= held.IsSuspended;
                ending = held is { IsSuspended: false } && held.Until > booking.Now && !(ending?.Until > held.Until) ? held : ending;
            }
        }

        Tell(booking, rule, highest, ending, isSuspended);
    }

    private static bool Suffices(BookingInCheck booking, HeldAuthorisation held) => held.Level switch
    {
        AuthorisationLevel.Full => true,
        AuthorisationLevel.LimitedHours => booking.IsWithinReach && held.Covers(booking.Stretch),
        _ => booking.Facts.Supervisors.Any(other => other.Machine == held.Machine && other.Level is AuthorisationLevel.Full && other.IsValidThrough(booking.Slot)),
    };

    /// <summary>The nearest to what is needed: one that is there but not enough, stopped, or ending needs something else than a training from the start.</summary>
    private static void Tell(BookingInCheck booking, AuthorisationRule? rule, HeldAuthorisation? highest, HeldAuthorisation? ending, bool isSuspended)
    {
        var liftedBy = rule?.LiftedBy ?? Lifters.Manager;
        switch (highest)
        {
            case { Level: AuthorisationLevel.LimitedHours }:
                booking.Add("outside-authorised-hours", ProblemSeverity.Soft, liftedBy, rule?.Id, ("start", booking.Slot.Start), ("end", booking.Slot.End));
                break;
            case not null:
                booking.Add("supervisor-missing", ProblemSeverity.Soft, liftedBy, rule?.Id);
                break;
            case null when isSuspended:
                booking.Add("authorisation-suspended", ProblemSeverity.Soft, liftedBy, rule?.Id);
                break;
            case null when ending is { Until: { } until }:
                booking.Add("authorisation-ends", ProblemSeverity.Soft, liftedBy, rule?.Id, ("validUntil", until), ("end", booking.Slot.End));
                break;
            default:
                booking.Add("authorisation-missing", ProblemSeverity.Soft, liftedBy, rule?.Id);
                break;
        }
    }
}
