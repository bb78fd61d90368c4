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

/// <summary>The rules that apply to a wish, for whom, and by which clock.</summary>
internal sealed record RulesAtHand(EffectiveRules Rules, BookingSubject Subject, DateTimeZone Zone)
{
    public Duration SetUp(MachinePolicy policy) => Rules.SetUp?.Value ?? policy.SetUp;

    public Duration CleanUp(MachinePolicy policy) => Rules.CleanUp?.Value ?? policy.CleanUp;

    /// <summary>What a booking made now agrees on.</summary>
    public BookingTerms TermsFor(MachinePolicy policy) => new()
    {
        Grace = Rules.Cancellation?.Value.Grace ?? policy.Grace,
        SetUp = SetUp(policy),
        CleanUp = CleanUp(policy),
        Cancellation = Rules.Cancellation?.Value,
    };
}

/// <summary>Loads what rules look at. A lab without rules is asked nothing but whether it has some.</summary>
internal sealed class RuleFacts(FablabDb db, RuleBooks books, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>A quota that would count more bookings than this counts the latest ones.</summary>
    private const int MostCounted = 5_000;

    /// <param name="machine">The machine, or any unit of the pool: the rules of a pool are those of its units.</param>
    public async Task<RulesAtHand> ForAsync(MachineRow machine, BookingWish wish, CancellationToken ct)
    {
        var book = await books.InForceAsync(machine.Site, ct);
        var subject = new BookingSubject { Member = wish.Member, Machine = machine.Id, Pool = machine.Pool, Category = machine.Category, Site = machine.Site };
        if (book.Rules.Count == 0)
        {
            return new RulesAtHand(EffectiveRules.None, subject, DateTimeZone.Utc);
        }

        subject = subject with
        {
            Groups = await GroupsAsync(wish.Member, wish.Start, ct),
            Organisations = await OrganisationsAsync(wish.Member, wish.Project, ct),
        };
        var site = machine.Site;
        var zone = await db.Sites.Where(row => row.Id == site).Select(row => row.TimeZone).SingleAsync(ct);
        return new RulesAtHand(book.For(subject), subject, zones[zone]);
    }

    /// <summary>Adds what the rules at hand need to know to the facts of a booking.</summary>
    public async Task<BookingFacts> CompleteAsync(BookingFacts facts, RulesAtHand at, BookingWish wish, TimeSlot slot, MachineRow machine, CancellationToken ct) => facts with
    {
        Rules = at.Rules,
        Subject = at.Subject,
        Zone = at.Zone,
        People = wish.People,
        Companions = wish.Alongside,
        Bookings = await BookingsAsync(at, slot, ct),
        Authorisations = at.Rules.Authorisations.Count > 0 || !facts.IsAuthorised ? await AuthorisationsAsync(wish.Member, machine, ct) : [],
        AcceptedTerms = at.Rules.Terms.Count > 0 ? await AcceptedTermsAsync(wish.Member, ct) : facts.AcceptedTerms,
        Maintenance = await MaintenanceAsync(machine, slot, wish.Present?.Id, ct),
    };

    private async Task<IReadOnlyList<TariffGroupId>> GroupsAsync(MemberId member, Instant at, CancellationToken ct) =>
        await db.TariffGroupMembers.Where(row => row.Member == member && row.From <= at && (row.Until == null || row.Until > at)).Select(row => row.Group).ToListAsync(ct);

    private async Task<IReadOnlyList<OrganisationId>> OrganisationsAsync(MemberId member, ProjectId? project, CancellationToken ct) => project is { } charged
        ? await db.Projects.Where(row => row.Id == charged).Select(row => row.Organisation).ToListAsync(ct)
        : await db.OrganisationMembers.Where(row => row.Member == member).Select(row => row.Organisation).ToListAsync(ct);

    private async Task<IReadOnlyList<CountedBooking>> BookingsAsync(RulesAtHand at, TimeSlot slot, CancellationToken ct)
    {
        var counted = new List<CountedBooking>();
        foreach (var needed in NeededBookings.For(at.Rules, at.Subject, slot, at.Zone, clock.Now))
        {
            counted.AddRange(await BookingsAsync(needed, ct));
        }

        return [.. counted.DistinctBy(booking => booking.Reservation)];
    }

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

    private async Task<IReadOnlyList<HeldAuthorisation>> AuthorisationsAsync(MemberId member, MachineRow machine, CancellationToken ct)
    {
        var (id, pool) = (machine.Id, machine.Pool);
        var held = await (
            from row in db.MachineAuthorisations.AsNoTracking()
            join unit in db.Machines.AsNoTracking() on row.Machine equals unit.Id
            where row.Member == member
            select new { row.Machine, row.ValidUntil, unit.Pool }).ToListAsync(ct);

        // One of a pool is one for all of it.
        return [.. held.Select(row => new HeldAuthorisation(pool is not null && row.Pool == pool ? id : row.Machine, row.ValidUntil))];
    }

    private async Task<IReadOnlyDictionary<string, int>> AcceptedTermsAsync(MemberId member, CancellationToken ct)
    {
        var accepted = await (
            from row in db.AcceptedTerms.AsNoTracking()
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            where row.Member == member
            select new { site.Code, row.Version }).ToListAsync(ct);
        return accepted.GroupBy(row => row.Code).ToDictionary(terms => terms.Key, terms => terms.Max(row => row.Version));
    }

    private async Task<IReadOnlyList<MaintenanceDue>> MaintenanceAsync(MachineRow machine, TimeSlot slot, ReservationId? present, CancellationToken ct)
    {
        var (id, now) = (machine.Id, clock.Now);
        var tasks = await db.MaintenanceTasks.AsNoTracking().Where(task => task.Machine == id && task.DoneAt == null && task.StopsBookings).ToListAsync(ct);
        if (tasks.Count == 0)
        {
            return [];
        }

        var ran = await db.Desks.Where(desk => desk.Machine == id).Select(desk => desk.RunTotal).SingleOrDefaultAsync(ct);
        var end = slot.End;
        var booked = tasks.Any(task => task.DueAtRunTotal is not null)
            ? await db.Reservations.AsNoTracking().ThatTakeTheSlot()
                .Where(r => r.Machine == id && r.Slot.End > now && r.Kept.Start < end && r.Id != present)
                .OrderBy(r => r.Slot.Start).Select(r => r.Slot).Take(TakenSlots.Most).ToListAsync(ct)
            : [];
        return [.. tasks.Select(task => new MaintenanceDue { Title = task.Title, At = task.DueAt, TimeLeft = task.DueAtRunTotal - ran, Booked = booked })];
    }
}
