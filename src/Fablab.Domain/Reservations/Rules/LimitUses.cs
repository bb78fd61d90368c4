using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>
/// Tells a member all quotas and limits on open bookings at once, before they run into one. What is used is measured as a check of a
/// booking measures it (<see cref="QuotaMeter"/>).
/// </summary>
public static class LimitUses
{
    /// <summary>Bookings later than this are told when their period comes nearer.</summary>
    public static readonly Duration Ahead = Duration.FromDays(62);

    /// <summary>The present period, and so many at most with it in which something is booked already.</summary>
    public const int MostPeriods = 4;

    /// <summary>What to load, one entry for each owner; nothing when nothing is limited.</summary>
    /// <param name="machines">Of one member.</param>
    public static IReadOnlyList<NeededBookings> Needed(IReadOnlyList<RuledMachine> machines, Instant now) => NeededBookings.ForAll(
        Circles(machines).SelectMany(circle => NeededBookings.For(
            new EffectiveRules { Quotas = [.. Only<QuotaRule>(circle.Rule)], OpenBookings = [.. Only<OpenBookingsRule>(circle.Rule)] }, circle.Subject, Shown(now), circle.Zone, now)));

    /// <param name="machines">Of one member.</param>
    /// <param name="bookings">As <see cref="Needed"/> says.</param>
    public static IReadOnlyList<LimitUse> Of(IReadOnlyList<RuledMachine> machines, IReadOnlyList<CountedBooking> bookings, Instant now) =>
    [
        .. Circles(machines).SelectMany(circle => circle.Rule switch
        {
            QuotaRule quota => OfQuota(circle, quota, bookings, now),
            OpenBookingsRule open => [OfOpenBookings(circle, open, bookings, now)],
            _ => [],
        }),
    ];

    private static IEnumerable<LimitUse> OfQuota(Circle circle, QuotaRule quota, IReadOnlyList<CountedBooking> bookings, Instant now) =>
        Periods(quota, QuotaMeter.Read(quota, circle.QuietHours, circle.Subject, Shown(now), bookings, null, circle.Zone, now), WallClock.DateOf(now, circle.Zone))
            .Select(reading => circle.Use(reading.UsedTime, reading.UsedCount) with { From = reading.From, Until = reading.Until });

    /// <summary>Of rolling days the fullest run that today belongs to, of equally full ones the latest.</summary>
    private static IEnumerable<QuotaReading> Periods(QuotaRule quota, IReadOnlyList<QuotaReading> readings, LocalDate today) => quota.Period is QuotaPeriod.RollingDays
        ? readings.Where(reading => reading.From <= today && today < reading.Until)
            .OrderByDescending(reading => reading.UsedTime).ThenByDescending(reading => reading.UsedCount).ThenByDescending(reading => reading.From).Take(1)
        : readings.Where(reading => reading.From <= today || reading.UsedCount > 0).Take(MostPeriods);

    private static LimitUse OfOpenBookings(Circle circle, OpenBookingsRule rule, IReadOnlyList<CountedBooking> bookings, Instant now)
    {
        var owner = new Owner(circle.Subject.Member, null, null);
        var open = bookings.Where(booking => booking.Slot.Start > now && BookingCounting.Counts(rule.Scope, RuleAxis.Everything, owner, circle.Subject, booking.Subject)).ToList();
        return circle.Use(open.Aggregate(Duration.Zero, (time, booking) => time + booking.Slot.Length), open.Count);
    }

    private static TimeSlot Shown(Instant now) => new(now, now + Ahead);

    private static IEnumerable<T> Only<T>(BookingRule rule)
        where T : BookingRule => rule is T one ? [one] : [];

    /// <summary>Those of one rule together.</summary>
    private static List<Circle> Circles(IReadOnlyList<RuledMachine> machines)
    {
        var circles = new Dictionary<string, Circle>(StringComparer.Ordinal);
        foreach (var machine in machines)
        {
            var rules = machine.Book.Rules.Where(rule => rule.Scope.Matches(machine.Subject)).ToList();
            IReadOnlyList<QuietHoursRule> quiet = [.. rules.OfType<QuietHoursRule>().Where(rule => rule.Relaxes.Contains(QuotaRule.Kind))];
            foreach (var rule in rules.Where(rule => rule is QuotaRule or OpenBookingsRule))
            {
                foreach (var (key, circle) in CirclesOf(rule, machine, rule is QuotaRule ? quiet : []))
                {
                    circles.TryAdd(key, circle);
                    circles[key].Machines.Add(machine.Subject);
                }
            }
        }

        return [.. circles.Values.GroupBy(circle => circle.Rule.Id).SelectMany(same => same)];
    }

    /// <summary>One for each organisation or group that the rule counts by itself.</summary>
    private static IEnumerable<(string Key, Circle Circle)> CirclesOf(BookingRule rule, RuledMachine machine, IReadOnlyList<QuietHoursRule> quiet)
    {
        var (subject, quota) = (machine.Subject, rule as QuotaRule);
        var per = quota?.Per switch
        {
            RuleAxis.Machine => $"{subject.Machine}",
            RuleAxis.Pool => $"{subject.Pool?.ToString() ?? subject.Machine.ToString()}",
            RuleAxis.Category => $"{subject.Category}",
            RuleAxis.Site => $"{subject.Site}",
            _ => "",
        };
        foreach (var owner in Owner.Of(subject, quota?.Whose ?? QuotaOwner.Member, rule.Scope))
        {
            var own = subject with
            {
                Organisations = owner.Organisation is { } organisation ? [organisation] : subject.Organisations,
                Groups = owner.Group is { } group ? [group] : subject.Groups,
            };
            yield return (
                $"{rule.Id}/{per}/{owner}/{(quota is null ? "" : machine.Zone.Id)}/{string.Join(',', quiet.Select(one => one.Id))}",
                new Circle(rule, own, owner, quiet, machine.Zone));
        }
    }

    /// <summary>Machines whose bookings a rule counts together for one owner.</summary>
    private sealed record Circle(BookingRule Rule, BookingSubject Subject, Owner Owner, IReadOnlyList<QuietHoursRule> QuietHours, DateTimeZone Zone)
    {
        public List<BookingSubject> Machines { get; } = [];

        public LimitUse Use(Duration time, int count)
        {
            var per = (Rule as QuotaRule)?.Per;
            return new LimitUse
            {
                Rule = Rule,
                Machines = [.. Machines.Select(one => one.Machine)],
                Category = Rule.Scope.Category ?? (per is RuleAxis.Category ? Subject.Category : null),
                Pool = Rule.Scope.Pool ?? (per is RuleAxis.Pool ? Subject.Pool : null),
                Site = Rule.Scope.Site ?? (per is RuleAxis.Site ? Subject.Site : null),
                Organisation = Owner.Organisation,
                Group = Owner.Group,
                Zone = Zone,
                UsedTime = time,
                UsedCount = count,
            };
        }
    }
}
