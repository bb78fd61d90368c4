using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Finding;

/// <summary>Slots of one machine that a member may book, or the codes of what keeps it from them.</summary>
public sealed record RuledFits(IReadOnlyList<Fit> Fits, IReadOnlyList<string> Codes)
{
    public const string NoOpening = "no-opening-in-window";

    /// <summary>What is against every time of the machine, so that looking on is of no use.</summary>
    private static readonly HashSet<string> Timeless =
    [
        "slot-too-short", "slot-too-long", "slot-off-grid", "slot-out-of-reach", "beyond-horizon", "machine-out-of-order", "fault-open", "authorisation-missing", "project-not-yours",
        .. MemberStanding.Codes,
    ];

    /// <param name="wish">What is looked for.</param>
    /// <param name="taken">What is kept for others, in order of its start.</param>
    /// <param name="check">Everything against a slot, apart from clashes.</param>
    /// <param name="isFree">Asked last of a slot that the rules allow: a pool must also find a seat for it.</param>
    /// <param name="most">So many at most.</param>
    public static RuledFits Find(
        FitWish wish, IEnumerable<TimeSlot> taken, Func<TimeSlot, IReadOnlyList<BookingProblem>> check, Func<Fit, bool> isFree, int most)
    {
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        if (CodesAgainst(check(FirstSlot(wish))) is var standing && standing.Any(Timeless.Contains))
        {
            return new RuledFits([], standing);
        }

        var fits = SeveralFits.Find(wish, taken, fit => Judge(fit), most);
        return fits.Count > 0 ? new RuledFits(fits, []) : new RuledFits([], [.. codes.DefaultIfEmpty(NoOpening)]);

        Instant? Judge(Fit fit)
        {
            var against = CodesAgainst(check(fit.Slot));
            codes.UnionWith(against);
            return against.Any(Timeless.Contains) ? Instant.MaxValue
                : against.Count > 0 || !isFree(fit) ? fit.Slot.Start + Duration.Epsilon
                : null;
        }
    }

    /// <summary>The last slot of a short window that the member may book.</summary>
    public static Fit? FindLast(FitWish wish, IEnumerable<TimeSlot> taken, Func<TimeSlot, IReadOnlyList<BookingProblem>> check, Func<Fit, bool> isFree) =>
        SeveralFits.FindLast(wish, taken, fit => Allows(check(fit.Slot)) && isFree(fit));

    /// <summary>Nothing is against it that the member could not accept.</summary>
    public static bool Allows(IReadOnlyList<BookingProblem> problems) => CodesAgainst(problems).Count == 0;

    /// <summary>What the member lifts by accepting it, such as a job that may take longer, keeps nothing out.</summary>
    private static List<string> CodesAgainst(IReadOnlyList<BookingProblem> problems) =>
        [.. problems.Where(problem => problem is not { Severity: ProblemSeverity.Soft, LiftedBy: "member" }).Select(problem => problem.Code).Distinct()];

    private static TimeSlot FirstSlot(FitWish wish)
    {
        var start = wish.Grid.Next(wish.Window.Start);
        return new TimeSlot(start, start + wish.Length);
    }
}
