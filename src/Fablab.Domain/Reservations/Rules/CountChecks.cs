using NodaTime.Text;
using static Fablab.Domain.Reservations.Rules.BookingInCheck;

namespace Fablab.Domain.Reservations.Rules;

/// <summary><see cref="BookingProblem"/>s with what else is booked: gaps, quotas and limits on what is still to come.</summary>
internal static class CountChecks
{
    public static void Check(BookingInCheck booking)
    {
        if (booking.Facts.Subject is not { } subject)
        {
            return;
        }

        if (booking.Rules.Gap is { Value: var gap } && !booking.IsRelaxed(GapRule.Kind))
        {
            Gap(booking, subject, gap);
        }

        foreach (var quota in booking.Rules.Quotas)
        {
            Quota(booking, subject, quota);
        }

        if (booking.Rules.OpenBookings.Count > 0 && !booking.IsRelaxed(OpenBookingsRule.Kind))
        {
            OpenBookings(booking, subject);
        }
    }

    private static void Gap(BookingInCheck booking, BookingSubject subject, GapRule gap)
    {
        foreach (var other in booking.Counted)
        {
            if (other.Reservation == booking.Had?.Id || other.Subject.Member != subject.Member || !BookingCounting.IsSame(gap.Per, subject, other.Subject))
            {
                continue;
            }

            var between = Distance(booking.Slot, other.Slot);
            if (between < gap.Between && !AreOneVisit(booking, other) && !WasAsNear(booking.Had?.Slot, other.Slot, between))
            {
                booking.Add(
                    "gap-too-short", ProblemSeverity.Soft, gap, ("start", other.Slot.Start), ("end", other.Slot.End),
                    ("gapSeconds", Seconds(Duration.Max(between, Duration.Zero))), ("minimumSeconds", Seconds(gap.Between)));
            }
        }
    }

    /// <summary>Machines of one bundle that are needed at the same time, as a laser and its room.</summary>
    private static bool AreOneVisit(BookingInCheck booking, CountedBooking other) =>
        other.Bundle is { } bundle && bundle == booking.Facts.Bundle && other.Slot.Overlaps(booking.Slot);

    /// <summary>What is to be changed was no farther from the other, so that nothing gets worse.</summary>
    private static bool WasAsNear(TimeSlot? present, TimeSlot other, Duration between) =>
        present is not null && Distance(present, other) <= between;

    /// <summary>Negative for slots that overlap.</summary>
    private static Duration Distance(TimeSlot one, TimeSlot other) => Duration.Max(one.Start - other.End, other.Start - one.End);

    private static void Quota(BookingInCheck booking, BookingSubject subject, QuotaRule quota)
    {
        if (quota.Whose is QuotaOwner.Organisation && subject.IsPrivate)
        {
            return;
        }

        var readings = QuotaMeter.Read(quota, booking.Rules.QuietHours, subject, booking.Slot, booking.Counted, booking.Had?.Id, booking.Zone, booking.Now);

        // Nearly always nothing is exceeded, and a check is asked often.
        if (!IsExceeded(readings))
        {
            return;
        }

        // Rolling days overlap, so one excess would be told many times over: the worst is enough.
        var isRolling = quota.Period is QuotaPeriod.RollingDays;
        var tooLong = readings.Where(reading => reading.IsTimeExceeded);
        foreach (var reading in isRolling ? tooLong.OrderByDescending(reading => reading.TimeAfter).Take(1) : tooLong.Take(MostOfAKind))
        {
            booking.Add(
                "quota-of-time-exceeded", ProblemSeverity.Soft, quota, ("from", Date(reading.From)), ("until", Date(reading.Until)),
                ("limitSeconds", Seconds(quota.MostTime!.Value)), ("usedSeconds", Seconds(reading.UsedTime)), ("afterSeconds", Seconds(reading.TimeAfter)));
        }

        var tooMany = readings.Where(reading => reading.IsCountExceeded);
        foreach (var reading in isRolling ? tooMany.OrderByDescending(reading => reading.CountAfter).Take(1) : tooMany.Take(MostOfAKind))
        {
            booking.Add(
                "quota-of-bookings-exceeded", ProblemSeverity.Soft, quota, ("from", Date(reading.From)), ("until", Date(reading.Until)),
                ("limit", (long)quota.MostBookings!.Value), ("used", (long)reading.UsedCount), ("after", (long)reading.CountAfter));
        }
    }

    private static bool IsExceeded(IReadOnlyList<QuotaReading> readings)
    {
        foreach (var reading in readings)
        {
            if (reading.IsTimeExceeded || reading.IsCountExceeded)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What has not begun yet, on machines that the rule is about.</summary>
    private static void OpenBookings(BookingInCheck booking, BookingSubject subject)
    {
        if (booking.Slot.Start <= booking.Now)
        {
            return;
        }

        foreach (var rule in booking.Rules.OpenBookings)
        {
            var (count, time, present) = (0, Duration.Zero, Duration.Zero);
            var owner = new Owner(subject.Member, null, null);
            foreach (var other in booking.Counted)
            {
                if (other.Slot.Start <= booking.Now || !BookingCounting.Counts(rule.Scope, RuleAxis.Everything, owner, subject, other.Subject))
                {
                    continue;
                }

                var isPresent = other.Reservation == booking.Had?.Id;
                present += isPresent ? other.Slot.Length : Duration.Zero;
                count += isPresent ? 0 : 1;
                time += isPresent ? Duration.Zero : other.Slot.Length;
            }

            OpenBookings(booking, rule, count, time, present);
        }
    }

    private static void OpenBookings(BookingInCheck booking, OpenBookingsRule rule, int count, Duration time, Duration present)
    {
        if (rule.MostBookings is { } most && count + 1 > most && present == Duration.Zero)
        {
            booking.Add("too-many-open-bookings", ProblemSeverity.Soft, rule, ("limit", (long)most), ("used", (long)count), ("after", count + 1L));
        }

        var after = time + booking.Slot.Length;
        if (rule.MostTime is { } longest && after > longest && booking.Slot.Length > present)
        {
            booking.Add(
                "too-much-open-time", ProblemSeverity.Soft, rule, ("limitSeconds", Seconds(longest)), ("usedSeconds", Seconds(time)), ("afterSeconds", Seconds(after)));
        }
    }

    private static string Date(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
