using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
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
internal sealed class RuleFacts(FablabDb db, RuleBooks books, CountedBookings counted, IDateTimeZoneProvider zones, LabClock clock)
{
    private static readonly HotQuery<Func<FablabDb, MemberId, Instant, IAsyncEnumerable<TariffGroupId>>> GroupsOf = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member, Instant at) => db.TariffGroupMembers
            .Where(row => row.Member == member && row.From <= at && (row.Until == null || row.Until > at)).Select(row => row.Group)));

    private static readonly HotQuery<Func<FablabDb, MemberId, IAsyncEnumerable<KnownAuthorisation>>> AuthorisationsOf = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member) =>
            from row in db.MachineAuthorisations.AsNoTracking()
            join unit in db.Machines.AsNoTracking() on row.Machine equals unit.Id
            join site in db.Sites.AsNoTracking() on unit.Site equals site.Id
            where row.Member == member
            select new KnownAuthorisation(row, unit.Pool, site.TimeZone)));

    private static readonly HotQuery<Func<FablabDb, MemberId, IAsyncEnumerable<KnownTerms>>> AcceptedBy = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member) =>
            from row in db.AcceptedTerms.AsNoTracking()
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            where row.Member == member && row.Kind == SiteTextKind.Terms
            select new KnownTerms(site.Code, row.Version)));

    /// <param name="machine">The machine, or any unit of the pool.</param>
    public async Task<RulesAtHand> ForAsync(MachineRow machine, BookingWish wish, CancellationToken ct) =>
        (await ReadAsync([machine.Site], wish.Member, wish.Project, wish.Start, ct)).At(machine);

    /// <summary>The same of a machine that was looked at already.</summary>
    public async Task<RulesAtHand> ForAsync(UnitInView unit, BookingWish wish, CancellationToken ct)
    {
        var site = unit.Machine.Site;
        var book = await books.InForceAsync(site, unit.LabRules, unit.SiteRules, ct);
        var reading = new RuleReading { Member = wish.Member, IsPrivate = wish.Project is null, Books = new Dictionary<SiteId, RuleBook> { [site] = book } };
        return (reading.IsEmpty ? reading : reading with
        {
            Zones = new Dictionary<SiteId, DateTimeZone> { [site] = zones[unit.Standing.TimeZone] },
            Groups = book.AsksForGroups ? await GroupsAsync(wish.Member, wish.Start, ct) : [],
            Organisations = book.AsksForOrganisations ? await OrganisationsAsync(wish.Member, wish.Project, ct) : [],
        }).At(unit.Machine);
    }

    /// <param name="at">When the member must belong to their groups.</param>
    public async Task<RuleReading> ReadAsync(IReadOnlyCollection<SiteId> sites, MemberId member, ProjectId? project, Instant at, CancellationToken ct)
    {
        var reading = new RuleReading { Member = member, IsPrivate = project is null, Books = await books.InForceAsync(sites, ct) };
        return reading.IsEmpty ? reading : reading with
        {
            Zones = await db.Sites.Where(row => sites.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => zones[row.TimeZone], ct),
            Groups = await GroupsAsync(member, at, ct),
            Organisations = await OrganisationsAsync(member, project, ct),
        };
    }

    /// <summary>The same at one site for all who wait for something there: as many questions for a long line as for one wish.</summary>
    /// <returns>One for each asker, in the same order.</returns>
    public async Task<IReadOnlyList<RuleReading>> ReadAsync(SiteId site, DateTimeZone zone, IReadOnlyList<RuleAsker> askers, CancellationToken ct)
    {
        var inForce = await books.InForceAsync([site], ct);
        var (book, members) = (inForce[site], askers.Select(asker => asker.Member).Distinct().ToList());
        var projects = askers.Select(asker => asker.Project).OfType<ProjectId>().Distinct().ToList();
        var groups = book.AsksForGroups
            ? (await db.TariffGroupMembers.AsNoTracking().Where(row => members.Contains(row.Member)).ToListAsync(ct)).ToLookup(row => row.Member)
            : Enumerable.Empty<TariffGroupMemberRow>().ToLookup(row => row.Member);
        var charged = book.AsksForOrganisations && projects.Count > 0
            ? await db.Projects.Where(row => projects.Contains(row.Id)).ToDictionaryAsync(row => row.Id, row => row.Organisation, ct)
            : [];
        var organisations = book.AsksForOrganisations
            ? (await db.OrganisationMembers.AsNoTracking().Where(row => members.Contains(row.Member)).ToListAsync(ct)).ToLookup(row => row.Member, row => row.Organisation)
            : Enumerable.Empty<OrganisationMemberRow>().ToLookup(row => row.Member, row => row.Organisation);
        return [.. askers.Select(asker => new RuleReading
        {
            Member = asker.Member,
            IsPrivate = asker.Project is null,
            Books = inForce,
            Zones = new Dictionary<SiteId, DateTimeZone> { [site] = zone },
            Groups = [.. groups[asker.Member].Where(row => row.From <= asker.At && !(row.Until <= asker.At)).Select(row => row.Group)],
            Organisations = asker.Project is { } project ? charged.TryGetValue(project, out var owner) ? [owner] : [] : [.. organisations[asker.Member]],
        })];
    }

    /// <summary>Adds what the rules at hand need to know.</summary>
    /// <param name="questions">Of one member.</param>
    /// <returns>The facts of each question, in the same order.</returns>
    public async Task<IReadOnlyList<BookingFacts>> CompleteAsync(MemberId member, IReadOnlyList<RuleQuestion> questions, CancellationToken ct)
    {
        var bookings = await counted.ExecuteAsync(NeededBookings.ForAll(questions.SelectMany(NeededFor)), ct);
        var accepted = questions.Any(question => question.AtHand.Rules.Terms.Count > 0) ? await AcceptedTermsAsync(member, ct) : null;
        var held = questions.Any(question => question.AsksForAuthorisations) ? await AuthorisationsAsync(member, ct) : [];
        var supervisors = await SupervisorsAsync(questions, held, ct);
        var maintenance = await MaintenanceAsync(questions, ct);
        return [.. questions.Select(question => question.Facts with
        {
            Rules = question.AtHand.Rules,
            Subject = question.AtHand.Subject,
            Zone = question.AtHand.Zone,
            Bookings = bookings,
            Authorisations = question.AsksForAuthorisations ? [.. held.Select(one => one.For(question.Machine, zones))] : question.KnownAuthorisations,
            Supervisors = [.. supervisors.Where(one => question.Company.Contains(one.Row.Member)).Select(one => one.For(question.Machine, zones))],
            AcceptedTerms = accepted ?? question.Facts.AcceptedTerms,
            Maintenance = [.. maintenance[question.Machine.Id].Select(task => task.DueFor(question))],
        })];
    }

    private IReadOnlyList<NeededBookings> NeededFor(RuleQuestion question) =>
        NeededBookings.For(question.AtHand.Rules, question.AtHand.Subject, question.Slot, question.AtHand.Zone, clock.Now);

    private async Task<IReadOnlyList<TariffGroupId>> GroupsAsync(MemberId member, Instant at, CancellationToken ct) =>
        await GroupsOf.On(db)(db, member, at).ToListAsync(ct);

    private async Task<IReadOnlyList<OrganisationId>> OrganisationsAsync(MemberId member, ProjectId? project, CancellationToken ct) => project is { } charged
        ? await db.Projects.Where(row => row.Id == charged).Select(row => row.Organisation).ToListAsync(ct)
        : await db.OrganisationMembers.Where(row => row.Member == member).Select(row => row.Organisation).ToListAsync(ct);

    private async Task<IReadOnlyList<KnownAuthorisation>> AuthorisationsAsync(MemberId member, CancellationToken ct) =>
        await AuthorisationsOf.On(db)(db, member).ToListAsync(ct);

    /// <summary>Of those who come along; nobody is asked about who needs no supervisor.</summary>
    private async Task<IReadOnlyList<KnownAuthorisation>> SupervisorsAsync(
        IReadOnlyList<RuleQuestion> questions, IReadOnlyList<KnownAuthorisation> held, CancellationToken ct)
    {
        var company = questions.SelectMany(question => question.Company).Distinct().ToList();
        if (company.Count == 0 || !held.Any(one => one.Row.Level is AuthorisationLevel.Supervised))
        {
            return [];
        }

        return await (
            from row in db.MachineAuthorisations.AsNoTracking()
            join unit in db.Machines.AsNoTracking() on row.Machine equals unit.Id
            join site in db.Sites.AsNoTracking() on unit.Site equals site.Id
            where company.Contains(row.Member) && row.Level == AuthorisationLevel.Full
            select new KnownAuthorisation(row, unit.Pool, site.TimeZone)).ToListAsync(ct);
    }

    private async Task<IReadOnlyDictionary<string, int>> AcceptedTermsAsync(MemberId member, CancellationToken ct)
    {
        var accepted = await AcceptedBy.On(db)(db, member).ToListAsync(ct);
        return accepted.GroupBy(row => row.Site).ToDictionary(terms => terms.Key, terms => terms.Max(row => row.Version));
    }

    private async Task<ILookup<MachineId, KnownTask>> MaintenanceAsync(IReadOnlyList<RuleQuestion> questions, CancellationToken ct)
    {
        var ids = questions.Where(question => question.HasMaintenance).Select(question => question.Machine.Id).ToList();
        if (ids.Count == 0)
        {
            return Array.Empty<KnownTask>().ToLookup(_ => default(MachineId));
        }

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
            .Select(r => new BookedTime(r.Machine, r.Id, new TimeSlot(r.Slot.Start, r.Slot.End))).ToListAsync(ct);
        var ofMachine = booked.ToLookup(one => one.Machine);
        return tasks.ToLookup(one => one.task.Machine, one => new KnownTask(one.task, one.Ran ?? Duration.Zero, [.. ofMachine[one.task.Machine]]));
    }

    private sealed record KnownTerms(string Site, int Version);

    private sealed record KnownAuthorisation(MachineAuthorisationRow Row, PoolId? Pool, string TimeZone)
    {
        /// <summary>One of a pool is one for all of it.</summary>
        public HeldAuthorisation For(MachineRow machine, IDateTimeZoneProvider zones) =>
            Row.ToHeld(machine.Pool is not null && Pool == machine.Pool ? machine.Id : Row.Machine, zones[TimeZone]);
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
