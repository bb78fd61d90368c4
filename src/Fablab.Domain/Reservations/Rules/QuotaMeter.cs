namespace Fablab.Domain.Reservations.Rules;

/// <summary>How far a quota is used in one period, with and without the slot wanted.</summary>
/// <param name="From">Of the period, by the site's calendar.</param>
/// <param name="Until">The first date after it.</param>
/// <param name="Present">What the reservation that is changed used of it.</param>
public sealed record QuotaReading(
    QuotaRule Quota, LocalDate From, LocalDate Until, Duration UsedTime, Duration WantedTime, Duration PresentTime, int UsedCount, int WantedCount, int PresentCount)
{
    public Duration TimeAfter => UsedTime + WantedTime;

    public int CountAfter => UsedCount + WantedCount;

    /// <summary>A change that takes no more of the period than before makes nothing worse.</summary>
    public bool IsTimeExceeded => Quota.MostTime is { } limit && TimeAfter > limit && WantedTime > PresentTime;

    public bool IsCountExceeded => Quota.MostBookings is { } limit && CountAfter > limit && WantedCount > PresentCount;
}

/// <summary>Measures quotas: hours are split at the borders of periods, a booking counts as one in each period that it touches.</summary>
public static class QuotaMeter
{
    /// <summary>One reading for each owner and each period that the slot touches.</summary>
    /// <param name="present">The reservation that the slot replaces; it does not count as used.</param>
    public static IReadOnlyList<QuotaReading> Read(
        QuotaRule quota, IReadOnlyList<QuietHoursRule> quietHours, BookingSubject subject, TimeSlot wanted,
        IReadOnlyList<CountedBooking> bookings, ReservationId? present, DateTimeZone zone, Instant now)
    {
        List<QuotaReading> readings = [];
        var periods = Periods(quota, wanted, zone);
        var span = new Stretch(WallClock.StartOf(periods[0].From, zone), WallClock.StartOf(periods[^1].Until, zone));
        var hours = CountedHours.Of(quota, quietHours, span, zone);
        List<Stretch> wantedParts = [];
        hours.AddParts(Stretch.Of(wanted), wantedParts);
        if (wantedParts.Count == 0)
        {
            return readings;
        }

        foreach (var owner in Owner.Of(subject, quota.Whose, quota.Scope))
        {
            List<Stretch> used = [];
            List<int> usedBy = [];
            List<Stretch> presentParts = [];
            for (var i = 0; i < bookings.Count; i++)
            {
                var (booking, slot) = (bookings[i], Stretch.Of(bookings[i].Slot));
                if (!slot.Overlaps(span) || !BookingCounting.Counts(quota.Scope, quota.Per, owner, subject, booking.Subject))
                {
                    continue;
                }

                if (booking.Reservation == present)
                {
                    hours.AddParts(slot, presentParts);
                }
                else if (quota.IncludesPast || slot.End > now)
                {
                    hours.AddParts(slot, used);
                    while (usedBy.Count < used.Count)
                    {
                        usedBy.Add(i);
                    }
                }
            }

            AddReadings(readings, quota, periods, zone, used, usedBy, wantedParts, presentParts);
        }

        return readings;
    }

    /// <summary>The time whose bookings the quota looks at for a slot.</summary>
    internal static (Instant From, Instant Until) Span(QuotaRule quota, TimeSlot wanted, DateTimeZone zone)
    {
        var periods = Periods(quota, wanted, zone);
        return (WallClock.StartOf(periods[0].From, zone), WallClock.StartOf(periods[^1].Until, zone));
    }

    private static void AddReadings(
        List<QuotaReading> readings, QuotaRule quota, List<(LocalDate From, LocalDate Until)> periods, DateTimeZone zone,
        List<Stretch> used, List<int> usedBy, List<Stretch> wanted, List<Stretch> present)
    {
        foreach (var (from, until) in periods)
        {
            var period = new Stretch(WallClock.StartOf(from, zone), WallClock.StartOf(until, zone));
            var (usedTime, usedCount) = Measure(used, usedBy, period);
            var (wantedTime, wantedCount) = Measure(wanted, null, period);
            var (presentTime, presentCount) = Measure(present, null, period);
            if (wantedCount > 0)
            {
                readings.Add(new QuotaReading(quota, from, until, usedTime, wantedTime, presentTime, usedCount, wantedCount, presentCount));
            }
        }
    }

    /// <param name="by">To which booking each part belongs, in order; <see langword="null"/> when all are of one.</param>
    private static (Duration Time, int Count) Measure(List<Stretch> parts, List<int>? by, Stretch period)
    {
        var (time, count, last) = (Duration.Zero, 0, -1);
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Cut(period) is not { } part)
            {
                continue;
            }

            time += part.Length;
            var booking = by is null ? 0 : by[i];
            count += booking == last ? 0 : 1;
            last = booking;
        }

        return (time, count);
    }

    /// <summary>The periods that a slot touches, in order. Of rolling days all runs of so many days that share a day with it.</summary>
    private static List<(LocalDate From, LocalDate Until)> Periods(QuotaRule quota, TimeSlot slot, DateTimeZone zone)
    {
        var first = WallClock.DateOf(slot.Start, zone);
        var last = WallClock.DateOf(slot.End - Duration.Epsilon, zone);
        var from = quota.Period is QuotaPeriod.RollingDays ? first.PlusDays(1 - Days(quota)) : FirstOf(quota.Period, first);
        List<(LocalDate, LocalDate)> periods = [];
        while (from <= last)
        {
            periods.Add((from, After(quota, from)));
            from = quota.Period is QuotaPeriod.RollingDays ? from.PlusDays(1) : After(quota, from);
        }

        return periods;
    }

    private static int Days(QuotaRule quota) => Math.Clamp(quota.RollingDays, 1, QuotaRule.MostRollingDays);

    private static LocalDate FirstOf(QuotaPeriod period, LocalDate date) => period switch
    {
        QuotaPeriod.Week => date.PlusDays(1 - (int)date.DayOfWeek),
        QuotaPeriod.Month => new LocalDate(date.Year, date.Month, 1),
        QuotaPeriod.Year => new LocalDate(date.Year, 1, 1),
        _ => date,
    };

    private static LocalDate After(QuotaRule quota, LocalDate from) => quota.Period switch
    {
        QuotaPeriod.Week => from.PlusDays(7),
        QuotaPeriod.Month => from.PlusMonths(1),
        QuotaPeriod.Year => from.PlusYears(1),
        QuotaPeriod.RollingDays => from.PlusDays(Days(quota)),
        _ => from.PlusDays(1),
    };
}
