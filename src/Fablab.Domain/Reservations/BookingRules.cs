namespace Fablab.Domain.Reservations;

/// <summary>Every rule is looked at, so that a refusal tells all there is to mend. The same function answers the dry run.</summary>
public static class BookingRules
{
    /// <summary>A slot may start this much before now: the form was open while the minute turned.</summary>
    public static readonly Duration PastTolerance = Duration.FromMinutes(2);

    public static IReadOnlyList<BookingProblem> Check(WantedBooking wanted, BookingFacts facts, Instant now)
    {
        var (slot, policy) = (wanted.Slot, facts.Policy);
        var problems = new List<BookingProblem>();

        if (slot.Start < now - PastTolerance && slot.Start != facts.Present?.Slot.Start)
        {
            problems.Add(Hard("slot-in-the-past", ("start", slot.Start), ("now", now)));
        }

        if (slot.Length < policy.MinimumLength)
        {
            problems.Add(Hard("slot-too-short", ("seconds", Seconds(slot.Length)), ("minimumSeconds", Seconds(policy.MinimumLength))));
        }

        if (slot.Length > policy.MaximumLength)
        {
            problems.Add(Hard("slot-too-long", ("seconds", Seconds(slot.Length)), ("maximumSeconds", Seconds(policy.MaximumLength))));
        }

        if (slot.Length.TotalNanoseconds % policy.Granularity.TotalNanoseconds != 0)
        {
            problems.Add(Hard("slot-off-grid", ("seconds", Seconds(slot.Length)), ("granularitySeconds", Seconds(policy.Granularity))));
        }

        if (slot.Start > now + policy.Horizon)
        {
            problems.Add(Hard("beyond-horizon", ("start", slot.Start), ("latestStart", now + policy.Horizon)));
        }

        foreach (var clash in facts.Clashes)
        {
            problems.Add(Taken(clash));
        }

        if (facts.IsOutOfOrder)
        {
            problems.Add(new BookingProblem("machine-out-of-order", ProblemSeverity.Hard, NoFacts));
        }

        if (!facts.IsAuthorised)
        {
            problems.Add(new BookingProblem("authorisation-missing", ProblemSeverity.Hard, NoFacts, "manager"));
        }

        if (!facts.MayChargeProject)
        {
            problems.Add(new BookingProblem("project-not-yours", ProblemSeverity.Hard, NoFacts));
        }

        if (facts.JobEstimate is { } estimate && estimate > slot.Length)
        {
            problems.Add(new BookingProblem(
                "job-longer-than-slot",
                ProblemSeverity.Soft,
                Facts(("estimateSeconds", Seconds(estimate)), ("seconds", Seconds(slot.Length))),
                "member"));
        }

        return problems;
    }

    /// <summary>The problem that also the database's refusal is told as, when a race was lost after the check.</summary>
    public static BookingProblem Taken(TimeSlot clash) => Hard("slot-taken", ("start", clash.Start), ("end", clash.End));

    private static readonly IReadOnlyDictionary<string, object> NoFacts = new Dictionary<string, object>();

    private static BookingProblem Hard(string code, params (string, object)[] facts) => new(code, ProblemSeverity.Hard, Facts(facts));

    private static Dictionary<string, object> Facts(params (string Name, object Value)[] facts) => facts.ToDictionary(f => f.Name, f => f.Value);

    private static long Seconds(Duration duration) => (long)duration.TotalSeconds;
}
