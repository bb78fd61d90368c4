using static Fablab.Domain.Reservations.Rules.BookingInCheck;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>How long and how far ahead: <see cref="BookingProblem"/>s that the slot alone and the clock decide.</summary>
internal static class LengthChecks
{
    public static void Check(BookingInCheck booking)
    {
        var (slot, present, rules) = (booking.Slot, booking.Present?.Slot, booking.Rules);
        if (present?.Length != slot.Length && !booking.IsRelaxed(LengthRule.Kind))
        {
            Length(booking, slot, present);
        }

        var latest = booking.Now + (rules.Horizon?.Value ?? booking.Facts.Policy.Horizon);
        if (booking.HasNewStart && slot.Start > latest && !booking.IsRelaxed(HorizonRule.Kind))
        {
            booking.Add("beyond-horizon", ProblemSeverity.Soft, rules.Horizon, ("start", slot.Start), ("latestStart", latest));
        }

        if (booking.HasNewStart && booking.IsWithinReach && !booking.IsRelaxed(NoticeRule.Kind))
        {
            Notice(booking);
        }
    }

    /// <summary>A change that comes nearer to the rule makes nothing worse.</summary>
    private static void Length(BookingInCheck booking, TimeSlot slot, TimeSlot? present)
    {
        var (rules, policy) = (booking.Rules, booking.Facts.Policy);
        var minimum = rules.MinimumLength?.Value ?? policy.MinimumLength;
        if (slot.Length < minimum && !(present?.Length <= slot.Length))
        {
            booking.Add("slot-too-short", ProblemSeverity.Soft, rules.MinimumLength, ("seconds", Seconds(slot.Length)), ("minimumSeconds", Seconds(minimum)));
        }

        var (maximum, measured) = (rules.MaximumLength?.Value ?? policy.MaximumLength, OutsideQuietHours(booking));
        if (measured > maximum && !(present?.Length >= slot.Length))
        {
            booking.Add("slot-too-long", ProblemSeverity.Soft, rules.MaximumLength, ("seconds", Seconds(measured)), ("maximumSeconds", Seconds(maximum)));
        }

        var granularity = rules.Granularity?.Value ?? policy.Granularity;
        if (granularity > Duration.Zero && !IsOnGrid(slot.Length, granularity) && !(present is not null && IsOnGrid(slot.Length - present.Length, granularity)))
        {
            booking.Add("slot-off-grid", ProblemSeverity.Soft, rules.Granularity, ("seconds", Seconds(slot.Length)), ("granularitySeconds", Seconds(granularity)));
        }
    }

    /// <summary>Coming a little early makes a slot's length odd; whole steps more are all that one can ask for then.</summary>
    private static bool IsOnGrid(Duration length, Duration granularity) => length.TotalNanoseconds % granularity.TotalNanoseconds == 0;

    /// <summary>The longest length is measured on the part that quiet hours do not free.</summary>
    private static Duration OutsideQuietHours(BookingInCheck booking)
    {
        if (!booking.IsWithinReach || booking.Rules.QuietHours.Count == 0
            || CountedHours.Quiet(LengthRule.Kind, booking.Rules.QuietHours, booking.Stretch, booking.Zone) is not { } quiet)
        {
            return booking.Slot.Length;
        }

        List<Stretch> outside = [];
        Stretches.AddOutside(booking.Stretch, quiet, outside);
        return Stretches.Total(outside);
    }

    /// <summary>A booking must be in time for its start, a change for what it gives up as well.</summary>
    private static void Notice(BookingInCheck booking)
    {
        if (booking.Present is not { } present)
        {
            if (booking.Rules.NoticeToBook is { } toBook && booking.Slot.Start < booking.Now + toBook.Value)
            {
                booking.Add(
                    "notice-too-short", ProblemSeverity.Soft, toBook,
                    ("start", booking.Slot.Start), ("earliestStart", booking.Now + toBook.Value), ("noticeSeconds", Seconds(toBook.Value)));
            }

            return;
        }

        var first = Instant.Min(booking.Slot.Start, present.Slot.Start);
        if (!booking.Facts.IsPresentLost && booking.Rules.NoticeToChange is { } toChange && first < booking.Now + toChange.Value)
        {
            booking.Add(
                "change-too-late", ProblemSeverity.Soft, toChange,
                ("start", first), ("earliestStart", booking.Now + toChange.Value), ("noticeSeconds", Seconds(toChange.Value)));
        }
    }
}
