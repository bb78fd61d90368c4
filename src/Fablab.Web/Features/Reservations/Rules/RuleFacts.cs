using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>
/// Loads what rules look at, for one slot or for many at once with as many questions to the database. A lab without rules is asked nothing
/// but whether it has some, and whether maintenance is due.
/// </summary>
internal sealed class RuleFacts(FablabDb db, RuleBooks books, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>A quota that would count more bookings than this counts the latest ones.</summary>
    private const int MostCounted = 5_000;

    /// <param name="machine">The machine, or any unit of the pool.</param>
    public async Task<RulesAtHand> ForAsync(MachineRow machine, BookingWish wish, CancellationToken ct) =>
        (await ReadAsync([machine.Site], wish.Member, wish.Project, wish.Start, ct)).At(machine);

    /// <param name="at">When the member must belong to their groups.</param>
    public async Task<RuleReading> ReadAsync(IReadOnlyCollection<SiteId> sites, MemberId member, ProjectId? project, Instant at, CancellationToken ct)
    {
        var reading = new RuleReading { Member = member, Books = await books.InForceAsync(sites, ct) };
        return reading.IsEmpty ? reading : reading with
        {
            Zones = await db.Sites.Where(row => sites.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => zones[row.TimeZone], ct),
            Groups = await GroupsAsync(member, at, ct),
            Organisations = await OrganisationsAsync(member, project, ct),
        };
    }

    /// <summary>Adds what the rules at hand need to know.</summary>
    /// <param name="questions">Of one member.</param>
    /// <returns>The facts of each question, in the same order.</returns>
    public async Task<IReadOnlyList<BookingFacts>> CompleteAsync(MemberId member, IReadOnlyList<RuleQuestion> questions, CancellationToken ct)
    {
        var bookings = await BookingsAsync(questions, ct);
        var accepted = questions.Any(question => question.AtHand.Rules.Terms.Count > 0) ? await AcceptedTermsAsync(member, ct) : null;
        var held = questions.Any(question => question.AtHand.Rules.Authorisations.Count > 0 || !question.Facts.IsAuthorised) ? await AuthorisationsAsync(member, ct) : [];
        var maintenance = await MaintenanceAsync(questions, ct);
        return [.. questions.Select(question => question.Facts with
        {
            Rules = question.AtHand.Rules,
            Subject = question.AtHand.Subject,
            Zone = question.AtHand.Zone,
            Bookings = bookings,
            Authorisations = [.. held.Select(one => one.For(question.Machine))],
            AcceptedTerms = accepted ?? question.Facts.AcceptedTerms,
            Maintenance = [.. maintenance[question.Machine.Id].Select(task => task.DueFor(question))],
        })];
    }

    /// <param name="needed">One for each owner; each is one question to the database.</param>
    public async Task<IReadOnlyList<CountedBooking>> BookingsAsync(IReadOnlyList<NeededBookings> needed, CancellationToken ct)
    {
        var counted = new List<CountedBooking>();
        foreach (var owner in needed)
        {
            counted.AddRange(await BookingsAsync(owner, ct));
        }

        // One that was found for several owners counts for each of them.
        return [.. counted.GroupBy(booking => booking.Reservation).Select(same => same.First() with
        {
            Subject = same.First().Subject with
            {
                Groups = [.. same.SelectMany(booking => booking.Subject.Groups).Distinct()],
                Organisations = [.. same.SelectMany(booking => booking.Subject.Organisations).Distinct()],
            },
        })];
    }

    private async Task<IReadOnlyList<TariffGroupId>> GroupsAsync(MemberId member, Instant at, CancellationToken ct) =>
        await db.TariffGroupMembers.Where(row => row.Member == member && row.From <= at && (row.Until == null || row.Until > at)).Select(row => row.Group).ToListAsync(ct);

    private async Task<IReadOnlyList<OrganisationId>> OrganisationsAsync(MemberId member, ProjectId? project, CancellationToken ct) => project is { } charged
        ? await db.Projects.Where(row => row.Id == charged).Select(row => row.Organisation).ToListAsync(ct)
        : await db.OrganisationMembers.Where(row => row.Member == member).Select(row => row.Organisation).ToListAsync(ct);

    private Task<IReadOnlyList<CountedBooking>> BookingsAsync(IReadOnlyList<RuleQuestion> questions, CancellationToken ct) => BookingsAsync(
        NeededBookings.ForAll(questions.SelectMany(question => NeededBookings.For(question.AtHand.Rules, question.AtHand.Subject, question.Slot, question.AtHand.Zone, clock.Now))), ct);

    private async Task<List<CountedBooking>> BookingsAsync(NeededBookings needed, CancellationToken ct)
    {
        var (from, until) = (needed.From, needed.Until ?? Instant.FromUtc(2200, 1, 1, 0, 0));

        // No rule allows longer slots, so what reaches into the stretch begins after this.
        var earliest = from - BookingRules.LongestSlot;
        var rows = Owned(needed).Where(r => r.Slot.Start > earliest && r.Slot.Start < until && r.Slot.End > from
            && (r.State == ReservationState.Requested || r.State == ReservationState.Confirmed || r.State == ReservationState.Active
                || r.State == ReservationState.Completed || r.State == ReservationState.Released));
        var found = await (
            from r in rows
            join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
            join row in db.Projects.AsNoTracking() on r.Project equals (ProjectId?)row.Id into projects
            from project in projects.DefaultIfEmpty()
            orderby r.Slot.Start descending
            select new { r.Id, r.Member, r.Slot, r.BookedSlot, r.State, r.Machine, machine.Pool, machine.Category, machine.Site, Organisation = (OrganisationId?)project.Organisation })
            .Take(MostCounted)
            .ToListAsync(ct);
        return [.. found.Select(r => new CountedBooking(
            r.Id,
            new BookingSubject
            {
                Member = r.Member,
                Machine = r.Machine,
                Pool = r.Pool,
                Category = r.Category,
                Site = r.Site,
                Groups = needed.Group is { } group ? [group] : [],
                Organisations = r.Organisation is { } organisation ? [organisation] : needed.Organisation is { } owner ? [owner] : [],
            },

            // Who did not come had the time all the same.
            r.State is ReservationState.Released ? r.BookedSlot : r.Slot))];
    }

    private IQueryable<Reservation> Owned(NeededBookings needed)
    {
        var all = db.Reservations.AsNoTracking();
        if (needed.Member is { } member)
        {
            return all.Where(r => r.Member == member);
        }

        if (needed.Organisation is { } organisation)
        {
            return all.Where(r => db.Projects.Any(project => project.Id == r.Project && project.Organisation == organisation));
        }

        var (group, now) = (needed.Group, clock.Now);
        return all.Where(r => db.TariffGroupMembers.Any(row => row.Group == group && row.Member == r.Member && row.From <= now && (row.Until == null || row.Until > now)));
    }

    private Task<List<KnownAuthorisation>> AuthorisationsAsync(MemberId member, CancellationToken ct) => (
        from row in db.MachineAuthorisations.AsNoTracking()
        join unit in db.Machines.AsNoTracking() on row.Machine equals unit.Id
        where row.Member == member
        select new KnownAuthorisation(row.Machine, unit.Pool, row.ValidUntil)).ToListAsync(ct);

    private async Task<IReadOnlyDictionary<string, int>> AcceptedTermsAsync(MemberId member, CancellationToken ct)
    {
        var accepted = await (
            from row in db.AcceptedTerms.AsNoTracking()
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            where row.Member == member
            select new { site.Code, row.Version }).ToListAsync(ct);
        return accepted.GroupBy(row => row.Code).ToDictionary(terms => terms.Key, terms => terms.Max(row => row.Version));
    }

    private async Task<ILookup<MachineId, KnownTask>> MaintenanceAsync(IReadOnlyList<RuleQuestion> questions, CancellationToken ct)
    {
        var ids = questions.Select(question => question.Machine.Id).ToList();
        var tasks = await (
            from task in db.MaintenanceTasks.AsNoTracking()
            join row in db.Desks.AsNoTracking() on task.Machine equals row.Machine into desks
            from desk in desks.DefaultIfEmpty()
            where ids.Contains(task.Machine) && task.DoneAt == null && task.StopsBookings
            select new { task, Ran = (Duration?)desk.RunTotal }).ToListAsync(ct);
        var byHours = tasks.Where(one => one.task.DueAtRunTotal is not null).Select(one => one.task.Machine).Distinct().ToList();
        var (now, end) = (clock.Now, questions.Max(question => question.Slot.End));
        var booked = byHours.Count == 0 ? [] : await db.Reservations.AsNoTracking().ThatTakeTheSlot()
            .Where(r => byHours.Contains(r.Machine) && r.Slot.End > now && r.Kept.Start < end)
            .OrderBy(r => r.Slot.Start).Take(TakenSlots.Most * byHours.Count)
            .Select(r => new BookedTime(r.Machine, r.Id, r.Slot)).ToListAsync(ct);
        var ofMachine = booked.ToLookup(one => one.Machine);
        return tasks.ToLookup(one => one.task.Machine, one => new KnownTask(one.task, one.Ran ?? Duration.Zero, [.. ofMachine[one.task.Machine]]));
    }

    private sealed record KnownAuthorisation(MachineId Machine, PoolId? Pool, Instant? Until)
    {
        /// <summary>One of a pool is one for all of it.</summary>
        public HeldAuthorisation For(MachineRow machine) => new(machine.Pool is not null && Pool == machine.Pool ? machine.Id : Machine, Until);
    }

    private sealed record BookedTime(MachineId Machine, ReservationId Reservation, TimeSlot Slot);

    private sealed record KnownTask(MaintenanceTaskRow Task, Duration RunTotal, IReadOnlyList<BookedTime> Booked)
    {
        public MaintenanceDue DueFor(RuleQuestion question) => new()
        {
            Title = Task.Title,
            At = Task.DueAt,
            TimeLeft = Task.DueAtRunTotal - RunTotal,
            Booked = [.. Booked.Where(one => one.Reservation != question.Present).Select(one => one.Slot)],
        };
    }
}
