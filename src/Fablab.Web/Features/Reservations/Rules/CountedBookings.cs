using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>Reads the bookings that quotas, gaps and limits count.</summary>
internal sealed class CountedBookings(FablabDb db, LabClock clock)
{
    /// <summary>A quota that would count more bookings than this counts the latest ones.</summary>
    private const int Most = 5_000;

    private static readonly HotQuery<Func<FablabDb, MemberId, Instant, Instant, Instant, IAsyncEnumerable<Row>>> OfMember = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member, Instant earliest, Instant first, Instant until) => (
            from r in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
            join row in db.Projects.AsNoTracking() on r.Project equals (ProjectId?)row.Id into projects
            from project in projects.DefaultIfEmpty()
            where r.Member == member && r.Slot.Start > earliest && r.Slot.Start < until && r.Slot.End > first
                && (r.State == ReservationState.Requested || r.State == ReservationState.Confirmed || r.State == ReservationState.Active
                    || r.State == ReservationState.Completed || r.State == ReservationState.Released)
            orderby r.Slot.Start descending
            select new Row(
                r.Id, r.Member, r.Slot.Start, r.Slot.End, r.BookedSlot.Start, r.BookedSlot.End, r.State, r.Bundle, r.Machine, machine.Pool,
                machine.Category, machine.Site, (OrganisationId?)project.Organisation))
            .Take(Most)));

    /// <param name="needed">One for each owner; each is one question to the database.</param>
    public async Task<IReadOnlyList<CountedBooking>> ExecuteAsync(IReadOnlyList<NeededBookings> needed, CancellationToken ct)
    {
        var counted = new List<CountedBooking>();
        foreach (var owner in needed)
        {
            counted.AddRange(await OfOwnerAsync(owner, ct));
        }

        return needed.Count <= 1 ? counted : Together(counted);
    }

    /// <summary>One that was found for several owners counts for each of them.</summary>
    private static List<CountedBooking> Together(List<CountedBooking> counted) => [.. counted.GroupBy(booking => booking.Reservation).Select(same => same.First() with
    {
        Subject = same.First().Subject with
        {
            Groups = [.. same.SelectMany(booking => booking.Subject.Groups).Distinct()],
            Organisations = [.. same.SelectMany(booking => booking.Subject.Organisations).Distinct()],
        },
    })];

    private async Task<IEnumerable<CountedBooking>> OfOwnerAsync(NeededBookings needed, CancellationToken ct)
    {
        var (from, until) = (needed.From, needed.Until ?? Instant.FromUtc(2200, 1, 1, 0, 0));

        // No rule allows longer slots, so what reaches into the stretch begins after this.
        var earliest = from - BookingRules.LongestSlot;
        var rows = needed.Member is { } member
            ? await OfMember.On(db)(db, member, earliest, from, until).ToListAsync(ct)
            : await OfOthersAsync(Owned(needed).Where(r => r.Slot.Start > earliest && r.Slot.Start < until && r.Slot.End > from), ct);
        return rows.Select(row => row.For(needed));
    }

    private Task<List<Row>> OfOthersAsync(IQueryable<Reservation> owned, CancellationToken ct) => (
        from r in owned
        join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
        join row in db.Projects.AsNoTracking() on r.Project equals (ProjectId?)row.Id into projects
        from project in projects.DefaultIfEmpty()
        where r.State == ReservationState.Requested || r.State == ReservationState.Confirmed || r.State == ReservationState.Active
            || r.State == ReservationState.Completed || r.State == ReservationState.Released
        orderby r.Slot.Start descending
        select new Row(
            r.Id, r.Member, r.Slot.Start, r.Slot.End, r.BookedSlot.Start, r.BookedSlot.End, r.State, r.Bundle, r.Machine, machine.Pool,
            machine.Category, machine.Site, (OrganisationId?)project.Organisation))
        .Take(Most).ToListAsync(ct);

    private IQueryable<Reservation> Owned(NeededBookings needed)
    {
        var all = db.Reservations.AsNoTracking();
        if (needed.Organisation is { } organisation)
        {
            return all.Where(r => db.Projects.Any(project => project.Id == r.Project && project.Organisation == organisation));
        }

        var (group, now) = (needed.Group, clock.Now);
        return all.Where(r => db.TariffGroupMembers.Any(row => row.Group == group && row.Member == r.Member && row.From <= now && (row.Until == null || row.Until > now)));
    }

    private sealed record Row(
        ReservationId Id, MemberId Member, Instant Start, Instant End, Instant BookedStart, Instant BookedEnd, ReservationState State, BundleId? Bundle,
        MachineId Machine, PoolId? Pool, MachineCategory Category, SiteId Site, OrganisationId? Organisation)
    {
        public CountedBooking For(NeededBookings needed) => new(
            Id,
            new BookingSubject
            {
                Member = Member,
                Machine = Machine,
                Pool = Pool,
                Category = Category,
                Site = Site,
                Groups = needed.Group is { } group ? [group] : [],
                Organisations = Organisation is { } organisation ? [organisation] : needed.Organisation is { } owner ? [owner] : [],
            },

            // Who did not come had the time all the same.
            State is ReservationState.Released ? new TimeSlot(BookedStart, BookedEnd) : new TimeSlot(Start, End),
            Bundle);
    }
}
