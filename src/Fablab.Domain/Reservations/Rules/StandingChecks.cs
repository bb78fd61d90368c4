using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Rules;

/// <summary><see cref="BookingProblem"/>s with who the member is at the site. What a change leaves as it is, or makes smaller, is not asked about.</summary>
internal static class StandingChecks
{
    public static void Check(BookingInCheck booking)
    {
        // What comes from other hands is all new to whoever receives it.
        if (booking.Had is not null && !booking.WantsMore)
        {
            return;
        }

        var standing = booking.Facts.Standing;
        if (standing.IsSuspended)
        {
            booking.Hard("member-suspended");
        }

        switch (standing.Lack)
        {
            case MembershipLack.Waits:
                booking.Add("membership-waits", ProblemSeverity.Soft, Lifters.Manager, null);
                break;
            case MembershipLack.NotAMember:
                booking.Add("membership-needed", ProblemSeverity.Soft, Lifters.Manager, null);
                break;
        }

        switch (standing.Age)
        {
            case AgeLack.BirthDateNeeded:
                booking.Hard("birth-date-needed");
                break;
            case AgeLack.TooYoung:
                booking.Hard("too-young");
                break;
            case AgeLack.ConsentMissing:
                booking.Hard("guardian-consent-missing");
                break;
        }

        if (!standing.HasAcceptedTerms)
        {
            booking.Add("site-terms-not-accepted", ProblemSeverity.Soft, Lifters.Manager, null);
        }

        if (!standing.HasAcceptedSafetyRules)
        {
            booking.Add("safety-rules-not-accepted", ProblemSeverity.Soft, Lifters.Manager, null);
        }
    }
}
