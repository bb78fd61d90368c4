using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>Somebody who wants to book, and builders that name only what matters to a test.</summary>
internal static class RulesInUse
{
    public static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    public static readonly MachineId Laser = new(new Guid("00000000-0000-0000-0000-000000000101"));
    public static readonly MachineId OtherLaser = new(new Guid("00000000-0000-0000-0000-000000000102"));
    public static readonly PoolId Lasers = new(new Guid("00000000-0000-0000-0000-000000000110"));
    public static readonly SiteId Lyon = new(new Guid("00000000-0000-0000-0000-000000000120"));
    public static readonly SiteId Nantes = new(new Guid("00000000-0000-0000-0000-000000000121"));
    public static readonly MemberId Ada = new(new Guid("00000000-0000-0000-0000-000000000201"));
    public static readonly MemberId Bob = new(new Guid("00000000-0000-0000-0000-000000000202"));
    public static readonly OrganisationId Startup = new(new Guid("00000000-0000-0000-0000-000000000301"));
    public static readonly TariffGroupId Students = new(new Guid("00000000-0000-0000-0000-000000000401"));
    public static readonly TariffGroupId Residents = new(new Guid("00000000-0000-0000-0000-000000000402"));

    public static readonly BookingSubject AdaAtTheLaser = new()
    {
        Machine = Laser, Pool = Lasers, Category = MachineCategory.LaserCutter, Site = Lyon, Member = Ada, Organisations = [Startup], Groups = [Students, Residents],
    };

    /// <summary>A policy that lets nearly everything through, so that only the rules speak.</summary>
    public static readonly MachinePolicy Lenient = new()
    {
        HazardClass = HazardClass.L,
        MinimumLength = Duration.FromMinutes(1),
        MaximumLength = Duration.FromDays(366),
        Granularity = Duration.FromMinutes(1),
        Horizon = Duration.FromDays(3660),
    };

    public static BookingRuleId Id(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]));

    public static Instant At(string local, DateTimeZone? zone = null) =>
        NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm").Parse(local).Value.InZoneLeniently(zone ?? Paris).ToInstant();

    /// <summary>From and until by the wall clock of Paris, unless another zone is named.</summary>
    public static TimeSlot Slot(string from, string until, DateTimeZone? zone = null) => new(At(from, zone), At(until, zone));

    public static CountedBooking Booked(int number, TimeSlot slot, BookingSubject? subject = null) =>
        new(new ReservationId(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])), subject ?? AdaAtTheLaser, slot);

    public static Reservation Reserved(int number, TimeSlot slot) => new()
    {
        Id = Booked(number, slot).Reservation, Machine = Laser, Member = Ada, BookedBy = Ada, Slot = slot, Kept = slot, BookedSlot = slot,
        State = ReservationState.Confirmed, BookedAt = Instant.FromUtc(2026, 1, 1, 0, 0), Tariff = default,
    };

    public static BookingFacts Under(params BookingRule[] rules) => new()
    {
        Policy = Lenient, Clashes = [], IsAuthorised = true,
        Rules = new RuleBook(1, rules).For(AdaAtTheLaser), Subject = AdaAtTheLaser, Zone = Paris,
    };

    /// <summary>Asked long before, unless a test says when.</summary>
    public static IReadOnlyList<BookingProblem> Check(TimeSlot slot, BookingFacts facts, Instant? now = null) =>
        BookingRules.Check(new WantedBooking(Laser, slot), facts, now ?? slot.Start - Duration.FromDays(400));

    public static IEnumerable<string> Codes(this IReadOnlyList<BookingProblem> problems) => problems.Select(problem => problem.Code);

    /// <summary>The one problem of a list, by its code, with the facts without the rule's id.</summary>
    public static void Is_refused(IReadOnlyList<BookingProblem> problems, string code, params (string Name, object Value)[] facts)
    {
        Assert.That(problems.Codes(), Is.EqualTo(new[] { code }));
        Assert.That(problems[0].Facts.Where(fact => fact.Key != "rule"), Is.EquivalentTo(facts.Select(fact => KeyValuePair.Create(fact.Name, fact.Value))));
    }
}
