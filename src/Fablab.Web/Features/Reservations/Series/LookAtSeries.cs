using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Features.Trainings.Missing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>A date of a series that was looked at.</summary>
/// <param name="Problems">All against it; it can be booked in spite of them when <paramref name="CanBeBooked"/>.</param>
internal sealed record TriedDate(Occurrence Date, IReadOnlyList<BookingProblem> Problems, bool CanBeBooked);

/// <summary>
/// What would become of each date of a series if it were booked in spite of all that the asker may lift. What is taken and what the rules
/// count is read once, for four hundred dates as for one, and each date that could be booked counts for those behind it. Nothing is held or written.
/// </summary>
internal sealed class LookAtSeries(
    FablabDb db, RuleFacts rules, PoolSeats seats, ReadSpending spending, WhatIsMissing missing, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>A refusal names this many clashes.</summary>
    private const int MostClashes = 20;

    /// <summary>More reservations of one machine are not read; what lies behind them is found when booking.</summary>
    private const int MostTaken = 100_000;

    public async Task<Result<IReadOnlyList<TriedDate>>> OfAsync(BookSeriesRequest request, IReadOnlyList<Occurrence> dates, CancellationToken ct)
    {
        List<Occurrence> possible = [.. dates.Where(date => date.CanBe)];
        if (possible.Count == 0)
        {
            return dates.Select(Impossible).ToList();
        }

        var (now, wish) = (clock.Now, request.WishFor(possible[0].Slot!, me.Id));
        if (await db.InViewAsync(request.Machine, wish.Member, possible[^1].Slot!.End, now, ct) is not { } view)
        {
            return new NoSuchThing("machine");
        }

        if (wish.Member != me.Id && !me.May(Right.BookForOthers, Subject.At(view.Bookable.Site)))
        {
            return new NotAllowed();
        }

        var look = new Look(view, wish, now) { Budgets = [], Pool = view.Bookable.Pool is null ? null : await seats.RoomAsync(view.Bookable, ct) };
        look.Taken.AddRange(view.Bookable.Pool is null ? await TakenAsync(look, possible, ct) : []);
        var facts = await FactsAsync(look, possible, ct);
        var tried = new Dictionary<int, TriedDate>();
        foreach (var (date, known) in possible.Zip(facts))
        {
            tried[date.Number] = await TryAsync(look, date, known, ct);
        }

        return await InWordsAsync(look, [.. dates.Select(date => tried.GetValueOrDefault(date.Number) ?? Impossible(date))], facts[0].Rules, ct);
    }

    private static TriedDate Impossible(Occurrence date) => new(date, [SeriesResponses.Obstacle(date)], false);

    /// <summary>What rules, budgets and the machine say, of each date.</summary>
    private async Task<IReadOnlyList<BookingFacts>> FactsAsync(Look look, List<Occurrence> dates, CancellationToken ct)
    {
        var (unit, wish) = (look.Unit, look.Wish);
        var readings = await rules.ReadAsync(
            unit.Machine.Site, zones[unit.Standing.TimeZone], [.. dates.Select(date => new RuleAsker(wish.Member, wish.Project, date.Slot!.Start))], ct);
        var isOne = look.View.Bookable.Pool is null;
        var known = new BookingFacts
        {
            Policy = unit.Machine.Policy,
            Outage = isOne ? unit.Machine.OutageAt(look.Now) : null,
            HasOpenFault = isOne && unit.HasOpenFault,
            Clashes = [],
            IsAuthorised = !unit.Machine.Policy.RequiresAuthorisation || unit.IsTrained,
            Standing = unit.Standing.At(look.Now),
            People = wish.People,
        };
        var facts = await rules.CompleteAsync(
            wish.Member,
            [.. dates.Zip(readings, (date, reading) => new RuleQuestion(known, reading.At(unit.Machine), unit.Machine, date.Slot!)
            {
                HasMaintenance = unit.HasMaintenance, IsTrained = unit.IsTrained, Company = wish.Companions,
            })],
            ct);
        look.Counted.AddRange(facts[0].Bookings);
        return facts;
    }

    private async Task<TriedDate> TryAsync(Look look, Occurrence date, BookingFacts known, CancellationToken ct)
    {
        var (slot, policy) = (date.Slot!, look.Unit.Machine.Policy);
        var (setUp, cleanUp) = (known.Rules.SetUp?.Value ?? policy.SetUp, known.Rules.CleanUp?.Value ?? policy.CleanUp);
        var seat = look.SeatFor(slot, setUp, cleanUp);
        var noSeat = look.View.Bookable.Pool is null ? null : await NoSeatAsync(look, slot, new TimeSlot(slot.Start - setUp, slot.End + cleanUp), ct);
        var money = look.Wish.Project is null ? null : await ChargedAsync(look, slot, ct);
        var facts = known with
        {
            Clashes = [.. seat?.Clashes.Take(MostClashes).Select(clash => clash.Kept) ?? []],
            MayChargeProject = look.Wish.Project is null || money is { MayCharge: true },
            Spending = money is null ? null : look.SpentWith(money),
            Bookings = look.Counted,
            Maintenance = look.Booked.Count == 0 ? known.Maintenance : [.. known.Maintenance.Select(task => task with { Booked = [.. task.Booked.Concat(look.Booked).OrderBy(one => one.Start)] })],
        };
        var problems = BookingRules.Check(new WantedBooking(look.Unit.Machine.Id, slot), facts, look.Now);
        problems = noSeat is null ? problems : [.. problems, noSeat];
        var canBe = me.MayLiftAll(problems, look.Unit.Machine.Site);
        if (canBe)
        {
            look.Take(slot, known.Subject!, seat, money);
        }
        else
        {
            look.GiveUp();
        }

        return new TriedDate(date, problems, canBe);
    }

    /// <summary>Of a pool; what is found is kept in mind until the date is decided.</summary>
    private async Task<BookingProblem?> NoSeatAsync(Look look, TimeSlot slot, TimeSlot kept, CancellationToken ct)
    {
        if (seats.WhyNone(look.View.Bookable, slot.Start) is { } stopped)
        {
            return stopped;
        }

        if (look.Pool is null)
        {
            // It has too many bookings to be seated in memory.
            return (await seats.FindAsync(look.View.Bookable, look.Wish.Member, slot, new Buffers(slot.Start - kept.Start, kept.End - slot.End), null, ct)).Problem;
        }

        look.NextRoom = look.Pool.With(new ReservationId(Guid.CreateVersion7()), kept);
        return look.NextRoom is null ? BookingRules.Taken(kept) : null;
    }

    /// <summary>Once for each month that something bounds, else once.</summary>
    private async Task<ChargedProject?> ChargedAsync(Look look, TimeSlot slot, CancellationToken ct)
    {
        var zone = zones[look.Unit.Standing.TimeZone];
        var month = look.MonthOf(slot, zone);
        if (!look.Budgets.TryGetValue(month, out var charged))
        {
            charged = look.Budgets.Values.FirstOrDefault() is { Spending: null } unbounded
                ? unbounded
                : await spending.ForAsync(look.Wish, look.Wish.Project!.Value, slot, look.Unit.Tariff, zone, ct);
            look.Budgets[month] = charged;
        }

        return charged;
    }

    private async Task<List<TakenTime>> TakenAsync(Look look, List<Occurrence> dates, CancellationToken ct)
    {
        var (machine, widest) = (look.Unit.Machine.Id, Duration.FromDays(1) + look.Unit.Machine.Policy.CleanUp);
        var (first, last) = (dates[0].Slot!.Start - widest, dates[^1].Slot!.End + widest);
        var rows = await db.Reservations.AsNoTracking().ThatTakeTheSlot()
            .Where(r => r.Machine == machine && r.Kept.Start <= last
                && r.Kept.Start >= (db.Reservations.ThatTakeTheSlot().Where(one => one.Machine == machine && one.Kept.Start < first).Max(one => (Instant?)one.Kept.Start) ?? first))
            .OrderBy(r => r.Kept.Start)
            .Take(MostTaken)
            .Select(r => new TakenTime(r.Id, r.Member, new TimeSlot(r.Slot.Start, r.Slot.End), new TimeSlot(r.Kept.Start, r.Kept.End)))
            .ToListAsync(ct);
        return rows;
    }

    /// <summary>Names and trainings, asked once for all dates.</summary>
    private async Task<Result<IReadOnlyList<TriedDate>>> InWordsAsync(Look look, List<TriedDate> tried, EffectiveRules atFirst, CancellationToken ct)
    {
        var problems = await db.WithNamesAsync([.. tried.SelectMany(one => one.Problems)], ct);
        problems = await missing.WithTrainingAsync(problems, look.Unit.Machine, atFirst, look.Wish.Member, ct);
        var at = 0;
        return tried.Select(one =>
        {
            var own = problems.Skip(at).Take(one.Problems.Count).ToList();
            at += own.Count;
            return one with { Problems = own };
        }).ToList();
    }

    /// <summary>One look at a series, and what was taken of the calendar so far.</summary>
    private sealed class Look(BookableInView view, BookingWish wish, Instant now)
    {
        private readonly List<(LocalDate Month, long PriceMinor)> spent = [];
        private LocalDate month;

        public BookableInView View { get; } = view;

        public BookingWish Wish { get; } = wish;

        public Instant Now { get; } = now;

        /// <summary>The machine, or the first unit of the pool: all of a pool have the same rules.</summary>
        public UnitInView Unit => View.Units[0];

        /// <summary>Of a machine, in order.</summary>
        public List<TakenTime> Taken { get; } = [];

        public List<CountedBooking> Counted { get; } = [];

        /// <summary>The dates that could be booked.</summary>
        public List<TimeSlot> Booked { get; } = [];

        public PoolRoom? Pool { get; set; }

        /// <summary>What is left of the pool if the date at hand is booked.</summary>
        public PoolRoom? NextRoom { get; set; }

        public required Dictionary<LocalDate, ChargedProject?> Budgets { get; init; }

        public LocalDate MonthOf(TimeSlot slot, DateTimeZone zone)
        {
            var date = slot.End.InZone(zone).Date;
            return month = new LocalDate(date.Year, date.Month, 1);
        }

        /// <returns><see langword="null"/> for a pool, whose units are asked otherwise.</returns>
        public KeptTimePlan? SeatFor(TimeSlot slot, Duration setUp, Duration cleanUp)
        {
            if (View.Bookable.Pool is not null)
            {
                return null;
            }

            var (from, until) = (slot.Start - setUp, slot.End + cleanUp);
            return KeptTime.Plan(slot, setUp, cleanUp, Wish.Member, [.. Taken.Where(one => one.Kept.End >= from && one.Kept.Start <= until)]);
        }

        /// <summary>With what the dates before would spend.</summary>
        public Spending? SpentWith(ChargedProject charged)
        {
            if (charged.Spending is not { IsTurnedDown: false } known || spent.Count == 0)
            {
                return charged.Spending;
            }

            var inMonth = spent.Where(one => one.Month == month).Sum(one => one.PriceMinor);
            var all = spent.Sum(one => one.PriceMinor);
            return known with
            {
                SpentMinor = known.SpentMinor + (charged.Period == Budget.Whole ? all : inMonth),
                MemberSpentMinor = known.MemberSpentMinor + inMonth,
                OrganisationSpentMinor = known.OrganisationSpentMinor + all,
            };
        }

        public void Take(TimeSlot slot, BookingSubject by, KeptTimePlan? seat, ChargedProject? charged)
        {
            var id = new ReservationId(Guid.CreateVersion7());
            Counted.Add(new CountedBooking(id, by, slot));
            Booked.Add(slot);
            Pool = NextRoom ?? Pool;
            NextRoom = null;
            if (charged is not null)
            {
                spent.Add((month, charged.PriceMinor));
            }

            if (seat is null)
            {
                return;
            }

            foreach (var (neighbour, kept) in seat.Neighbours)
            {
                var at = Taken.FindIndex(one => one.Reservation == neighbour);
                Taken[at] = Taken[at] with { Kept = kept };
            }

            Taken.Add(new TakenTime(id, Wish.Member, slot, seat.Kept));
        }

        public void GiveUp() => NextRoom = null;
    }
}
