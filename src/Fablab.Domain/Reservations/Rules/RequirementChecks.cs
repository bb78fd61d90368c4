namespace Fablab.Domain.Reservations.Rules;

/// <summary><see cref="BookingProblem"/>s with what a booking needs besides free time.</summary>
internal static class RequirementChecks
{
    public static void Check(BookingInCheck booking)
    {
        AuthorisationChecks.Check(booking);
        Terms(booking);
        People(booking);
        Companions(booking);
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
