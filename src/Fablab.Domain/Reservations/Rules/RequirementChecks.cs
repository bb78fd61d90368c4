using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Rules;

/// <summary><see cref="BookingProblem"/>s with what a booking needs besides free time.</summary>
internal static class RequirementChecks
{
    public static void Check(BookingInCheck booking)
    {
        Authorisation(booking);
        Terms(booking);
        People(booking);
        Companions(booking);
    }

    private static void Authorisation(BookingInCheck booking)
    {
        if (!booking.Facts.IsAuthorised)
        {
            NotAuthorised(booking, null, booking.Machine);
        }

        foreach (var rule in booking.Rules.Authorisations)
        {
            var machine = rule.For ?? booking.Machine;
            var isTold = !booking.Facts.IsAuthorised && machine == booking.Machine;
            if (!isTold && !IsCovered(booking, machine) && !booking.IsRelaxed(AuthorisationRule.Kind))
            {
                NotAuthorised(booking, rule, machine);
            }
        }
    }

    private static bool IsCovered(BookingInCheck booking, MachineId machine)
    {
        foreach (var held in booking.Facts.Authorisations)
        {
            if (held.Machine == machine && (held.Until is not { } until || until >= booking.Slot.End))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One that ends too early is told with its end: it is there and needs a renewal, not a training from the start.</summary>
    private static void NotAuthorised(BookingInCheck booking, AuthorisationRule? rule, MachineId machine)
    {
        Instant? ends = null;
        foreach (var held in booking.Facts.Authorisations)
        {
            ends = held.Machine == machine && held.Until > booking.Now && !(ends > held.Until) ? held.Until : ends;
        }

        var liftedBy = rule?.LiftedBy ?? Lifters.Manager;
        if (ends is { } until && until < booking.Slot.End)
        {
            booking.Add("authorisation-ends", ProblemSeverity.Soft, liftedBy, rule?.Id, ("validUntil", until), ("end", booking.Slot.End));
        }
        else
        {
            booking.Add("authorisation-missing", ProblemSeverity.Soft, liftedBy, rule?.Id);
        }
    }

    private static void Terms(BookingInCheck booking)
    {
        foreach (var rule in booking.Rules.Terms)
        {
            var accepted = booking.Facts.AcceptedTerms.GetValueOrDefault(rule.Terms);
            if (accepted < rule.Version && !booking.IsRelaxed(TermsRule.Kind))
            {
                booking.Add(
                    "terms-not-accepted", ProblemSeverity.Soft, rule, ("terms", rule.Terms), ("version", (long)rule.Version), ("accepted", (long)accepted));
            }
        }
    }

    private static void People(BookingInCheck booking)
    {
        PeopleRule? strictest = null;
        foreach (var rule in booking.Rules.People)
        {
            strictest = strictest is null || rule.AtLeast > strictest.AtLeast ? rule : strictest;
        }

        if (strictest is not null && booking.Facts.People < strictest.AtLeast && !booking.IsRelaxed(PeopleRule.Kind))
        {
            booking.Add(
                "too-few-people", ProblemSeverity.Soft, strictest,
                ("people", (long)booking.Facts.People), ("minimum", (long)strictest.AtLeast));
        }
    }

    private static void Companions(BookingInCheck booking)
    {
        foreach (var rule in booking.Rules.Companions)
        {
            foreach (var code in rule.Codes)
            {
                if (!booking.Facts.Companions.Contains(code) && !booking.IsRelaxed(CompanionRule.Kind))
                {
                    booking.Add("companion-missing", ProblemSeverity.Soft, rule, ("code", code));
                }
            }
        }
    }

    /// <returns>The rule that asks for a manager's yes and holds the request the shortest; <see langword="null"/> when none does.</returns>
    public static ApprovalRule? Approval(BookingInCheck booking)
    {
        ApprovalRule? needed = null;
        List<Stretch> added = [];
        booking.AddNewTime(added);
        if (added.Count == 0 || booking.Rules.Approvals.Count == 0)
        {
            return null;
        }

        foreach (var rule in booking.Rules.Approvals)
        {
            if ((needed is null || rule.HeldFor < needed.HeldFor) && Asks(booking, rule))
            {
                needed = rule;
            }
        }

        return needed is null || booking.IsRelaxed(ApprovalRule.Kind) ? null : needed;
    }

    private static bool Asks(BookingInCheck booking, ApprovalRule rule) =>
        (rule.WhenLongerThan is null && rule.WhenOutside is null)
        || booking.Slot.Length > rule.WhenLongerThan
        || (rule.WhenOutside is { } hours && !Stretches.Cover(hours.Within(booking.Stretch, booking.Zone), booking.Stretch));
}
