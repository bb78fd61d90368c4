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

        foreach (var (code, isHard) in booking.Facts.Standing.Against())
        {
            if (isHard)
            {
                booking.Hard(code);
            }
            else
            {
                booking.Add(code, ProblemSeverity.Soft, Lifters.Manager, null);
            }
        }
    }
}
