using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>The meter against an oracle that looks at every minute by the wall clock and at nothing else.</summary>
public class Quotas_minute_by_minute
{
    private const int Rounds = 400;

    private static readonly string[] Zones = ["Europe/Paris", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"];

    // Near clock changes, a leap day, the ends of months and years.
    private static readonly LocalDate[] Dates =
    [
        new(2026, 3, 28), new(2026, 10, 24), new(2026, 3, 7), new(2026, 10, 31), new(2026, 4, 4), new(2026, 9, 26), new(2028, 2, 28), new(2026, 12, 30), new(2026, 6, 29),
    ];

    [Test]
    public void Are_measured_alike()
    {
        var seed = Environment.TickCount;
        TestContext.Out.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            Is_measured_alike(random, $"seed {seed}, round {round}");
        }
    }

    private static void Is_measured_alike(Random random, string where)
    {
        var zone = DateTimeZoneProviders.Tzdb[Zones[random.Next(Zones.Length)]];
        var around = zone.AtStartOfDay(Dates[random.Next(Dates.Length)]).ToInstant();
        var quota = new QuotaRule
        {
            Id = Id(1),
            Period = (QuotaPeriod)random.Next(5),
            RollingDays = random.Next(1, 5),
            IncludesPast = random.Next(2) == 0,
            Enforced = random.Next(2) == 0 ? null : Windows(random),
        };
        var wanted = Slot(random, around);
        CountedBooking[] others = [.. Enumerable.Range(1, random.Next(5)).Select(number => Booked(number, Slot(random, around)))];
        var now = around + Duration.FromMinutes(random.Next(3 * 1440));

        var readings = QuotaMeter.Read(quota, [], AdaAtTheLaser, wanted, others, null, zone, now);

        foreach (var reading in readings)
        {
            CountedBooking[] counted = [.. others.Where(other => quota.IncludesPast || other.Slot.End > now)];
            var used = counted.Select(other => Minutes(other.Slot, quota, reading, zone)).ToList();
            var minutes = Minutes(wanted, quota, reading, zone);
            using var all = Assert.EnterMultipleScope();
            Assert.That(reading.UsedTime, Is.EqualTo(Duration.FromMinutes(used.Sum())), $"{where}: {quota}");
            Assert.That(reading.UsedCount, Is.EqualTo(used.Count(m => m > 0)), $"{where}: {quota}");
            Assert.That(reading.WantedTime, Is.EqualTo(Duration.FromMinutes(minutes)), $"{where}: {quota}");
        }

        Assert.That(readings.Select(r => r.From), Is.EquivalentTo(PeriodsTouched(wanted, quota, zone)), $"{where}: {quota}");
    }

    /// <summary>Every date that is the first of a period with a counted minute of the slot.</summary>
    private static HashSet<LocalDate> PeriodsTouched(TimeSlot slot, QuotaRule quota, DateTimeZone zone)
    {
        HashSet<LocalDate> firsts = [];
        for (var minute = slot.Start; minute < slot.End; minute += Duration.FromMinutes(1))
        {
            var local = minute.InZone(zone).LocalDateTime;
            if (!Counts(local, quota))
            {
                continue;
            }

            var date = local.Date;
            switch (quota.Period)
            {
                case QuotaPeriod.RollingDays:
                    firsts.UnionWith(Enumerable.Range(0, quota.RollingDays).Select(back => date.PlusDays(-back)));
                    break;
                case QuotaPeriod.Week:
                    firsts.Add(date.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Monday)));
                    break;
                case QuotaPeriod.Month:
                    firsts.Add(date.With(DateAdjusters.StartOfMonth));
                    break;
                case QuotaPeriod.Year:
                    firsts.Add(new LocalDate(date.Year, 1, 1));
                    break;
                default:
                    firsts.Add(date);
                    break;
            }
        }

        return firsts;
    }

    private static int Minutes(TimeSlot slot, QuotaRule quota, QuotaReading period, DateTimeZone zone)
    {
        var minutes = 0;
        for (var minute = slot.Start; minute < slot.End; minute += Duration.FromMinutes(1))
        {
            var local = minute.InZone(zone).LocalDateTime;
            minutes += local.Date >= period.From && local.Date < period.Until && Counts(local, quota) ? 1 : 0;
        }

        return minutes;
    }

    private static bool Counts(LocalDateTime local, QuotaRule quota) => quota.Enforced is not { } enforced || enforced.All.Any(window => IsWithin(local, window));

    private static bool IsWithin(LocalDateTime local, WeeklyWindow weekly)
    {
        var (from, to) = (weekly.Window.From, weekly.Window.To);
        return to > from
            ? local.DayOfWeek == weekly.Day && local.TimeOfDay >= from && local.TimeOfDay < to
            : (local.DayOfWeek == weekly.Day && local.TimeOfDay >= from) || (local.PlusDays(-1).DayOfWeek == weekly.Day && local.TimeOfDay < to);
    }

    /// <summary>Whole hours outside of those that come twice somewhere, where a window that is never cut in two differs from the wall clock.</summary>
    private static WeeklyWindows Windows(Random random) => new(
    [
        .. Enumerable.Range(1, random.Next(1, 4)).Select(_ => new WeeklyWindow(
            (IsoDayOfWeek)random.Next(1, 8), new DailyWindow(new LocalTime(random.Next(4, 24), 0), new LocalTime(random.Next(4, 24), 0)))),
    ]);

    private static TimeSlot Slot(Random random, Instant around)
    {
        var start = around + Duration.FromMinutes(random.Next(-1440, 3 * 1440));
        return new TimeSlot(start, start + Duration.FromMinutes(random.Next(1, 1000)));
    }
}
