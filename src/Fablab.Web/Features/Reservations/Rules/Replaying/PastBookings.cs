using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Replaying;

/// <summary>
/// Reads bookings as they were made, with what rules look at, in as many questions to the database for one as for thousands. What the
/// database keeps no history of is as it is today.
/// </summary>
internal sealed class PastBookings(FablabDb db, IDateTimeZoneProvider zones)
{
    /// <summary>Bookings that begin so long before or after the window are read too: they are not judged but counted.</summary>
    public static readonly Duration CountedAround = Duration.FromDays(31);

    /// <summary>All that are read, the counted ones too.</summary>
    public const int Most = 10_000;

    /// <summary>What says in the audit that a booking is gone.</summary>
    private static readonly string[] GoneActions = ["reservation-cancelled", "reservation-declined"];

    /// <param name="site">Only bookings there are judged, but those of the same members elsewhere are counted; <see langword="null"/> for all sites.</param>
    /// <returns><see langword="null"/> when there are more than <see cref="Most"/>.</returns>
    public async Task<IReadOnlyList<PastBooking>?> ReadAsync(SiteId? site, TimeSlot window, CancellationToken ct)
    {
        var around = Around(site, window);
        var rows = await Rows(around).Take(Most + 1).ToListAsync(ct);
        if (rows.Count > Most)
        {
            return null;
        }

        var machines = await db.Machines.AsNoTracking().ToDictionaryAsync(machine => machine.Id, ct);
        var pools = await db.Pools.AsNoTracking().ToDictionaryAsync(pool => pool.Id, pool => pool.Code, ct);
        var zoneOf = await db.Sites.AsNoTracking().ToDictionaryAsync(place => place.Id, place => zones[place.TimeZone], ct);
        var people = await PeopleAsync(around, machines, ct);
        var bundles = rows.Where(row => row.Booking.Bundle is not null).ToLookup(row => row.Booking.Bundle!.Value, row => row.Booking);
        return [.. rows.Select(row => Past(row, machines[row.Booking.Machine]))];

        PastBooking Past(Row row, MachineRow machine)
        {
            var (booking, slot) = (row.Booking, row.Booking.BookedSlot);
            var with = booking.Bundle is { } bundle
                ? bundles[bundle].Where(other => other.Id != booking.Id && other.BookedSlot.Start <= slot.Start && other.BookedSlot.End >= slot.End)
                : [];
            return new PastBooking
            {
                Booking = new CountedBooking(
                    booking.Id,
                    new BookingSubject
                    {
                        Member = booking.Member,
                        Machine = machine.Id,
                        Pool = machine.Pool,
                        Category = machine.Category,
                        Site = machine.Site,
                        Groups = [.. people.Groups[booking.Member].Where(one => one.From <= slot.Start && !(one.Until <= slot.Start)).Select(one => one.Group).Distinct()],
                        Organisations = row.Organisation is { } charged ? [charged] : [.. people.Organisations[booking.Member]],
                        IsPrivate = row.Organisation is null,
                    },
                    slot,
                    booking.Bundle),
                BookedAt = booking.BookedAt,
                GoneAt = GoneAt(booking, people.Gone),
                Policy = machine.Policy,
                Zone = zoneOf[machine.Site],
                People = 1 + people.Company.GetValueOrDefault(booking.Id),
                Companions = [.. with.SelectMany(other => CodesOf(machines[other.Machine], pools)).Distinct()],
                Authorisations = [.. people.Authorisations[booking.Member].Where(one => one.GrantedAt <= booking.BookedAt).Select(one => Held(one, machine, machines))],
                AcceptedTerms = people.Terms[booking.Member].Where(one => one.At <= booking.BookedAt)
                    .GroupBy(one => one.Site).ToDictionary(terms => terms.Key, terms => terms.Max(one => one.Version)),
            };
        }
    }

    private IQueryable<Reservation> Around(SiteId? site, TimeSlot window)
    {
        var (from, to) = (window.Start - CountedAround, window.End + CountedAround);
        var made = Made(from, to);
        if (site is not { } here)
        {
            return made;
        }

        var judged = Made(window.Start, window.End).Where(r => db.Machines.Any(machine => machine.Id == r.Machine && machine.Site == here));
        return made.Where(r => db.Machines.Any(machine => machine.Id == r.Machine && machine.Site == here) || judged.Any(one => one.Member == r.Member));
    }

    /// <summary>Without time that was held for somebody or asked for and lapsed: nobody had booked it.</summary>
    private IQueryable<Reservation> Made(Instant from, Instant to) => db.Reservations.AsNoTracking().Where(r =>
        r.BookedSlot.Start >= from && r.BookedSlot.Start < to && r.State != ReservationState.Held && r.State != ReservationState.Lapsed);

    private IQueryable<Row> Rows(IQueryable<Reservation> around) =>
        from r in around
        join row in db.Projects.AsNoTracking() on r.Project equals (ProjectId?)row.Id into projects
        from project in projects.DefaultIfEmpty()
        orderby r.BookedAt, r.Id
        select new Row(r, (OrganisationId?)project.Organisation);

    private async Task<KnownPeople> PeopleAsync(IQueryable<Reservation> around, Dictionary<MachineId, MachineRow> machines, CancellationToken ct)
    {
        var company = await db.Company.AsNoTracking().Where(one => around.Any(r => r.Id == one.Reservation))
            .GroupBy(one => one.Reservation).Select(of => new { of.Key, Count = of.Count() }).ToDictionaryAsync(of => of.Key, of => of.Count, ct);
        var groups = await db.TariffGroupMembers.AsNoTracking().Where(one => around.Any(r => r.Member == one.Member)).ToListAsync(ct);
        var organisations = await db.OrganisationMembers.AsNoTracking().Where(one => around.Any(r => r.Member == one.Member)).ToListAsync(ct);
        var authorisations = await db.MachineAuthorisations.AsNoTracking().Where(one => around.Any(r => r.Member == one.Member)).ToListAsync(ct);
        var terms = await (
            from one in db.AcceptedTerms.AsNoTracking()
            join place in db.Sites.AsNoTracking() on one.Site equals place.Id
            where one.Kind == SiteTextKind.Terms && around.Any(r => r.Member == one.Member)
            select new { one.Member, Accepted = new Accepted(place.Code, one.Version, one.At) }).ToListAsync(ct);
        return new KnownPeople(
            company,
            groups.ToLookup(one => one.Member),
            organisations.ToLookup(one => one.Member, one => one.Organisation),
            authorisations.Where(one => machines.ContainsKey(one.Machine)).ToLookup(one => one.Member),
            terms.ToLookup(one => one.Member, one => one.Accepted),
            await GoneAsync(around, ct));
    }

    /// <summary>When bookings were cancelled or declined, as far as the audit knows.</summary>
    private async Task<IReadOnlyDictionary<string, Instant>> GoneAsync(IQueryable<Reservation> around, CancellationToken ct)
    {
        var gone = await around.Where(r => r.State == ReservationState.Cancelled || r.State == ReservationState.Declined).Select(r => r.Id).ToListAsync(ct);
        var subjects = gone.Select(id => id.ToString()).ToList();
        var told = subjects.Count == 0 ? [] : await db.Audit.AsNoTracking()
            .Where(one => GoneActions.Contains(one.Action) && subjects.Contains(one.Subject))
            .Select(one => new { one.Subject, one.At }).ToListAsync(ct);
        return told.GroupBy(one => one.Subject).ToDictionary(same => same.Key, same => same.Min(one => one.At));
    }

    private static Instant? GoneAt(Reservation booking, IReadOnlyDictionary<string, Instant> gone) => booking.State switch
    {
        // Nobody noted when, so it never counts: a draft is not blamed for what may have been gone.
        ReservationState.Cancelled or ReservationState.Declined => gone.TryGetValue(booking.Id.ToString(), out var at) ? at : booking.BookedAt,
        ReservationState.Displaced => booking.BookedSlot.Start,
        _ => null,
    };

    private static IEnumerable<string> CodesOf(MachineRow machine, Dictionary<PoolId, string> pools) =>
        machine.Pool is { } pool && pools.TryGetValue(pool, out var code) ? [machine.Code, code] : [machine.Code];

    /// <summary>One of a pool is one for all of it.</summary>
    private static HeldAuthorisation Held(MachineAuthorisationRow held, MachineRow booked, Dictionary<MachineId, MachineRow> machines) =>
        new(booked.Pool is { } pool && machines[held.Machine].Pool == pool ? booked.Id : held.Machine, held.ValidUntil);

    private sealed record Row(Reservation Booking, OrganisationId? Organisation);

    private sealed record Accepted(string Site, int Version, Instant At);

    private sealed record KnownPeople(
        IReadOnlyDictionary<ReservationId, int> Company,
        ILookup<MemberId, TariffGroupMemberRow> Groups,
        ILookup<MemberId, OrganisationId> Organisations,
        ILookup<MemberId, MachineAuthorisationRow> Authorisations,
        ILookup<MemberId, Accepted> Terms,
        IReadOnlyDictionary<string, Instant> Gone);
}
