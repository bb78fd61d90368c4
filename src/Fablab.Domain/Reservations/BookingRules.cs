using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Reservations.Rules.BookingInCheck;

namespace Fablab.Domain.Reservations;

/// <summary>
/// Every rule is looked at, so that a refusal tells all there is to mend. The same function answers the dry run, a booking, and a
/// change: what a change leaves as it is, or makes smaller, is not refused.
/// </summary>
public static class BookingRules
{
    /// <summary>A slot may start this much before now: the form was open while the minute turned.</summary>
    public static readonly Duration PastTolerance = Duration.FromMinutes(2);

    /// <summary>
    /// No rule allows a slot longer than this, nor one that ends later than <see cref="FarthestAhead"/> from now. It bounds the work of
    /// a check and keeps wall clocks within the years that they know.
    /// </summary>
    public static readonly Duration LongestSlot = Duration.FromDays(366);

    public static readonly Duration FarthestAhead = Duration.FromDays(10 * 366);

    public static IReadOnlyList<BookingProblem> Check(WantedBooking wanted, BookingFacts facts, Instant now)
    {
        var booking = new BookingInCheck(wanted, facts, now);
        var slot = wanted.Slot;
        if (slot.Start < now - PastTolerance && booking.HasNewStart)
        {
            booking.Hard("slot-in-the-past", ("start", slot.Start), ("now", now));
        }

        if (slot.Length > LongestSlot || slot.End > now + FarthestAhead)
        {
            booking.Hard("slot-out-of-reach", ("longestSeconds", Seconds(LongestSlot)), ("latestEnd", now + FarthestAhead));
        }

        LengthChecks.Check(booking);
        if (booking.IsWithinReach)
        {
            CalendarChecks.Check(booking);
        }

        FactsOf(booking);
        StandingChecks.Check(booking);
        RequirementChecks.Check(booking);
        Charging(booking);
        if (booking.IsWithinReach)
        {
            CountChecks.Check(booking);
            Approval(booking);
        }

        return booking.Problems;
    }

    /// <summary>Whether cancelling is in time; what it costs is another matter (<see cref="CancellationTerms"/>).</summary>
    public static IReadOnlyList<BookingProblem> CheckCancelling(TimeSlot slot, EffectiveRules rules, Instant now)
    {
        if (rules.NoticeToCancel is not { } notice || slot.Start >= now + notice.Value)
        {
            return [];
        }

        var told = new Dictionary<string, object>
        {
            ["start"] = slot.Start, ["latest"] = slot.Start - notice.Value, ["noticeSeconds"] = Seconds(notice.Value), ["rule"] = notice.Rule.ToString(),
        };
        return [new BookingProblem("cancel-too-late", ProblemSeverity.Soft, told, notice.LiftedBy)];
    }

    /// <summary>Until when a request is held; <see langword="null"/> when the slot needs no manager's yes.</summary>
    public static Instant? ApprovalNeededBy(WantedBooking wanted, BookingFacts facts, Instant now) =>
        IsWithinReach(wanted.Slot, now) && RequirementChecks.Approval(new BookingInCheck(wanted, facts, now)) is { } rule ? LapsesAt(rule, wanted.Slot, now) : null;

    /// <summary>Until when somebody may use a machine that they did not book; <see langword="null"/> for not at all.</summary>
    /// <param name="next">Start of the next kept time of the machine.</param>
    public static Instant? WalkUpUntil(EffectiveRules rules, MachinePolicy policy, Instant now, Instant? next)
    {
        if (rules.WalkUp is not { Value: { Use: not WalkUpKind.Forbidden } walkUp })
        {
            return null;
        }

        var longest = now + (rules.MaximumLength?.Value ?? policy.MaximumLength);
        var step = rules.Granularity?.Value ?? policy.Granularity;
        var until = next is { } start && start - walkUp.Before < longest ? now + Whole(start - walkUp.Before - now, step) : longest;
        return until > now && until - now >= (rules.MinimumLength?.Value ?? policy.MinimumLength) ? until : null;
    }

    /// <summary>Nobody stands before a machine on the full minute: what is left until the next booking is cut to a length that may be booked.</summary>
    private static Duration Whole(Duration length, Duration step) => step > Duration.Zero ? step * Math.Floor(length / step) : length;

    /// <summary>The problem that also the database's refusal is told as, when a race was lost after the check.</summary>
    public static BookingProblem Taken(TimeSlot clash) =>
        new("slot-taken", ProblemSeverity.Hard, new Dictionary<string, object> { ["start"] = clash.Start, ["end"] = clash.End });

    /// <summary>Until when, if anybody knows, and what is wrong with it.</summary>
    public static BookingProblem OutOfOrder(Outage outage)
    {
        var facts = new Dictionary<string, object>();
        if (outage.Until is { } until)
        {
            facts["until"] = until;
        }

        if (outage.Reason is { Length: > 0 } reason)
        {
            facts["reason"] = reason;
        }

        return new BookingProblem("machine-out-of-order", ProblemSeverity.Hard, facts);
    }

    /// <summary>What is far from now has its own problem; wall clocks and quotas are not asked about it.</summary>
    internal static bool IsWithinReach(TimeSlot slot, Instant now) =>
        slot.Length <= LongestSlot && slot.End <= now + FarthestAhead && slot.Start >= now - FarthestAhead;

    private static void FactsOf(BookingInCheck booking)
    {
        var facts = booking.Facts;
        foreach (var clash in facts.Clashes)
        {
            booking.Problems.Add(Taken(clash));
        }

        if (facts.Outage is { } outage && outage.Covers(booking.Slot.Start) && booking.WantsMore)
        {
            booking.Problems.Add(OutOfOrder(outage));
        }

        if (facts.HasOpenFault && booking.WantsMore)
        {
            booking.Hard("fault-open");
        }

        foreach (var work in facts.Maintenance)
        {
            if (work.DueBy(booking.Slot, booking.Now) is { } due)
            {
                booking.Hard("maintenance-due", ("dueAt", due), ("title", work.Title));
            }
        }
    }

    private static void Charging(BookingInCheck booking)
    {
        if (!booking.Facts.MayChargeProject)
        {
            booking.Hard("project-not-yours");
        }

        booking.Problems.AddRange(booking.Facts.Spending?.Problems() ?? []);

        if (booking.Facts.JobEstimate is { } estimate && estimate > booking.Slot.Length)
        {
            booking.Add(
                "job-longer-than-slot", ProblemSeverity.Soft, Lifters.Member, null,
                ("estimateSeconds", Seconds(estimate)), ("seconds", Seconds(booking.Slot.Length)));
        }
    }

    private static void Approval(BookingInCheck booking)
    {
        if (RequirementChecks.Approval(booking) is { } rule)
        {
            booking.Add("approval-needed", ProblemSeverity.Soft, Lifters.Member, rule.Id, ("lapsesAt", LapsesAt(rule, booking.Slot, booking.Now)));
        }
    }

    private static Instant LapsesAt(ApprovalRule rule, TimeSlot slot, Instant now) => Instant.Min(now + rule.HeldFor, slot.Start);
}
