using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>For whom a calendar is read.</summary>
/// <param name="SeesAll">May look at every reservation of the site.</param>
internal readonly record struct CalendarReader(MemberId Member, bool SeesAll);

/// <summary>Time that is kept on a machine.</summary>
/// <param name="Reservation">Only of what the reader may see.</param>
internal readonly record struct CalendarTime(ReservationId? Reservation, bool IsMine, TimeSlot Slot, TimeSlot Kept);

/// <summary>A machine of the calendar, and what reaches into the window in order of its start.</summary>
internal sealed record CalendarMachine(MachineId Id, string Code, string Name, MachineCategory Category, Outage? Outage, BookingStop? StoppedBy, IReadOnlyList<CalendarTime> Taken)
{
    /// <summary>Until when it takes no bookings; <see langword="null"/> when it takes them now.</summary>
    public Instant? StoppedUntil => StoppedBy is not null ? Instant.MaxValue : Outage is null ? null : Outage.Until ?? Instant.MaxValue;
}

/// <summary>
/// What is taken on all machines of a site. Two queries, whatever the number of machines and reservations, and each
/// machine's part begins at the last one that starts before the window: the past costs nothing.
/// </summary>
internal sealed class SiteCalendar(FablabDb db, LabClock clock)
{
    /// <summary>Who gets more than this asks for fewer days.</summary>
    public const int Most = 100_000;

    private static readonly HotQuery<Func<FablabDb, SiteId, Instant, Instant, MemberId, bool, IAsyncEnumerable<TakenRow>>> TakenAt = new(() =>
        EF.CompileAsyncQuery((FablabDb db, SiteId site, Instant begin, Instant until, MemberId me, bool seesAll) =>
            from machine in db.Machines.AsNoTracking()
            join one in db.Reservations.AsNoTracking().ThatTakeTheSlot() on machine.Id equals one.Machine
            where machine.Site == site && one.Kept.Start < until && one.Kept.End > begin
                && one.Kept.Start >= (db.Reservations.ThatTakeTheSlot()
                    .Where(before => before.Machine == machine.Id && before.Kept.Start <= begin)
                    .Max(before => (Instant?)before.Kept.Start) ?? begin)
            select new TakenRow(
                one.Machine, seesAll || one.Member == me ? one.Id : null, one.Member == me, one.Slot.Start, one.Slot.End, one.Kept.Start, one.Kept.End)));

    private static readonly HotQuery<Func<FablabDb, string, Instant, IAsyncEnumerable<StampRow>>> StampsAt = new(() =>
        EF.CompileAsyncQuery((FablabDb db, string site, Instant now) =>
            from place in db.Sites.AsNoTracking()
            where place.Code == site
            join one in db.Machines.AsNoTracking() on place.Id equals one.Site into machines
            from machine in machines.DefaultIfEmpty()
            join other in db.MachineCalendars.AsNoTracking() on machine.Id equals other.Machine into calendars
            from calendar in calendars.DefaultIfEmpty()
            orderby machine.Code
            select new StampRow(
                (long?)calendar.Stamp,
                db.Faults.Any(fault => fault.Machine == machine.Id && fault.ClosedAt == null && fault.StopsBookings),
                db.MaintenanceTasks.Any(task => task.Machine == machine.Id && task.DoneAt == null && task.StopsBookings
                    && (task.DueAt <= now || db.Desks.Any(desk => desk.Machine == task.Machine && desk.RunTotal >= task.DueAtRunTotal))),
                db.Machines.Any(one => one.Id == machine.Id && one.IsOutOfOrder && one.OutOfOrderUntil <= now))));

    /// <summary>What tells whether the calendar of a site changed (<see cref="Data.Rows.MachineCalendarRow"/>); one query.</summary>
    /// <returns>The stamp of each machine in order of their codes, with whether it is stopped, or <see langword="null"/> when there is no such site.</returns>
    public async Task<IReadOnlyList<long>?> StampsAsync(string site, CancellationToken ct)
    {
        // A site without machines is still one row.
        var rows = await StampsAt.On(db)(db, site, clock.Now).ToListAsync(ct);
        return rows.Count == 0 ? null : [.. rows.SelectMany(row => row.Stamp is { } stamp ? [stamp, (row.HasFault ? 1L : row.IsMaintenanceDue ? 2L : 0L) + (row.IsOverdue ? 4L : 0L)] : Array.Empty<long>())];
    }

    /// <returns>The machines in order of their codes, or <see langword="null"/> when there is no such site.</returns>
    /// <exception cref="BadHttpRequestException">The window holds more than <see cref="Most"/>.</exception>
    public async Task<IReadOnlyList<CalendarMachine>?> OfAsync(string site, TimeSlot window, CalendarReader reader, CancellationToken ct)
    {
        // A site without machines is still one row.
        var now = clock.Now;
        var places = await (
            from place in db.Sites.AsNoTracking()
            where place.Code == site
            join one in db.Machines.AsNoTracking() on place.Id equals one.Site into machines
            from machine in machines.DefaultIfEmpty()
            select new
            {
                place.Id,
                Machine = machine == null ? null : new
                {
                    machine.Id,
                    machine.Code,
                    machine.Name,
                    machine.Category,
                    machine.IsOutOfOrder,
                    machine.OutOfOrderUntil,
                    machine.OutOfOrderReason,
                    HasFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine.Id),
                    IsMaintenanceDue = db.ThatStopBookings(now).Any(task => task.Machine == machine.Id)
                }
            })
            .ToListAsync(ct);
        if (places.Count == 0)
        {
            return null;
        }

        var taken = await TakenAsync(places[0].Id, window, reader, ct);
        return [.. places.Select(row => row.Machine).Where(machine => machine is not null)
            .OrderBy(machine => machine!.Code, StringComparer.Ordinal)
            .Select(machine => new CalendarMachine(
                machine!.Id, machine.Code, machine.Name, machine.Category, Outage.At(now, machine.IsOutOfOrder, machine.OutOfOrderUntil, machine.OutOfOrderReason), OpenFaults.Of(machine.HasFault, machine.IsMaintenanceDue), InOrder(taken, machine.Id)))];
    }

    private static List<CalendarTime> InOrder(Dictionary<MachineId, List<CalendarTime>> taken, MachineId machine)
    {
        var found = taken.GetValueOrDefault(machine, []);
        found.Sort((one, other) => one.Slot.Start.CompareTo(other.Slot.Start));
        return found;
    }

    private async Task<Dictionary<MachineId, List<CalendarTime>>> TakenAsync(SiteId site, TimeSlot window, CalendarReader reader, CancellationToken ct)
    {
        var taken = new Dictionary<MachineId, List<CalendarTime>>();
        var count = 0;
        await foreach (var row in TakenAt.On(db)(db, site, window.Start, window.End, reader.Member, reader.SeesAll).WithCancellation(ct))
        {
            if (++count > Most)
            {
                throw new BadHttpRequestException($"More than {Most} are booked in this window; ask for fewer days.");
            }

            if (!taken.TryGetValue(row.Machine, out var list))
            {
                taken[row.Machine] = list = [];
            }

            list.Add(new CalendarTime(row.Reservation, row.IsMine, new TimeSlot(row.Start, row.End), new TimeSlot(row.KeptStart, row.KeptEnd)));
        }

        return taken;
    }

    /// <summary>Its times one by one: with a slot as a whole EF Core would read the whole record.</summary>
    private readonly record struct TakenRow(
        MachineId Machine, ReservationId? Reservation, bool IsMine, Instant Start, Instant End, Instant KeptStart, Instant KeptEnd);

    /// <param name="Stamp">None for a site without machines.</param>
    /// <param name="IsOverdue">Should be in order again by now.</param>
    private readonly record struct StampRow(long? Stamp, bool HasFault, bool IsMaintenanceDue, bool IsOverdue);
}
