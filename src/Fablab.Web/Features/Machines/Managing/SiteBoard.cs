using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Features.Machines.Managing;

/// <summary>A reservation of today with the name of its holder.</summary>
/// <param name="Title">What it is for; <see langword="null"/> also where its organisation hides that from people outside.</param>
public sealed record BookedToday(Reservation Reservation, string Machine, string Holder, string? Title);

/// <summary>A site's reservations of today, seen at a moment.</summary>
public sealed record BookedDay(IReadOnlyList<BookedToday> Reservations, DateTimeZone Zone, Instant Now);

/// <summary>What a site's manager looks at. The same few queries, however many machines.</summary>
internal sealed class SiteBoard(
    FablabDb db, ReadMachines machines, MachineCards cards, Board board, Agreements agreements, MemberNames names, LabClock clock)
{
    /// <summary>A day that has more reservations than this is cut.</summary>
    private const int MostToday = 500;

    /// <param name="machine">One machine's code, or all of the site.</param>
    public async Task<List<BoardMachine>> MachinesAsync(string site, string? machine, CancellationToken ct)
    {
        var views = (await machines.MachinesAsync(site, ct)).Where(view => machine is null || view.Machine.Code == machine).ToList();
        var models = await cards.CardsAsync(views, ct);
        var ids = views.Select(view => view.Machine.Id).ToList();
        var now = clock.Now;
        var desired = await db.Desks.AsNoTracking().Where(desk => ids.Contains(desk.Machine)).ToDictionaryAsync(desk => desk.Machine, desk => desk.Desired, ct);
        var current = await db.Reservations.AsNoTracking()
            .Where(r => ids.Contains(r.Machine) && (r.State == ReservationState.Active || (r.State == ReservationState.Confirmed && r.Slot.Start <= now)))
            .ToListAsync(ct);
        var held = current.OrderBy(r => r.State is ReservationState.Active ? 0 : 1).ThenBy(r => r.Slot.Start).ToLookup(r => r.Machine);
        var holders = await names.OfAsync(current.Select(r => r.Member), ct);
        var sessions = (await db.UsageSessions.AsNoTracking()
            .Where(session => ids.Contains(session.Machine) && session.State != UsageSessionState.Closed && session.State != UsageSessionState.Void)
            .ToListAsync(ct)).ToDictionary(session => session.Machine);
        var faults = await db.Faults.AsNoTracking().Where(fault => ids.Contains(fault.Machine) && fault.ClosedAt == null)
            .GroupBy(fault => fault.Machine).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, ct);
        return [.. views.Zip(models, (view, card) =>
        {
            var (id, live) = (view.Machine.Id, board.Of(view.Machine.Code));
            var wanted = desired.GetValueOrDefault(id) ?? DesiredState.Initial;
            var at = held[id].FirstOrDefault();
            return new BoardMachine(
                card, live, wanted, agreements.Of(card, live, wanted, view.Machine.Bridge is not null), at, at is null ? null : holders.GetValueOrDefault(at.Member),
                sessions.GetValueOrDefault(id))
            {
                OpenFaults = faults.GetValueOrDefault(id),
            };
        })];
    }

    /// <summary>Reservations of a site that touch the present day of its zone, earliest first.</summary>
    public async Task<BookedDay> BookedTodayAsync(SiteId site, DateTimeZone zone, CancellationToken ct)
    {
        var now = clock.Now;
        var today = now.InZone(zone).Date;
        var (begin, until) = (zone.AtStartOfDay(today).ToInstant(), zone.AtStartOfDay(today.PlusDays(1)).ToInstant());
        var rows = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join row in db.Projects.AsNoTracking() on reservation.Project equals (Fablab.Domain.Members.ProjectId?)row.Id into projects
            from project in projects.DefaultIfEmpty()
            join owner in db.Organisations.AsNoTracking() on project.Organisation equals owner.Id into organisations
            from organisation in organisations.DefaultIfEmpty()
            where machine.Site == site && reservation.Slot.Start < until && reservation.Slot.End > begin && reservation.State != ReservationState.Cancelled
            orderby reservation.Slot.Start, machine.Code
            select new { reservation, machine.Name, Hides = project != null && (project.HidesTitles ?? organisation.HidesTitles) }).Take(MostToday).ToListAsync(ct);
        var holders = await names.OfAsync(rows.Select(row => row.reservation.Member), ct);
        return new BookedDay([.. rows.Select(row => new BookedToday(row.reservation, row.Name, holders.GetValueOrDefault(row.reservation.Member, ""), row.Hides ? null : row.reservation.Title))], zone, now);
    }
}
