using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>A machine of the calendar, and what reaches into the window in order of its start.</summary>
internal sealed record CalendarMachine(MachineId Id, string Code, string Name, MachineCategory Category, bool IsOutOfOrder, IReadOnlyList<TakenTime> Taken);

/// <summary>
/// What is taken on all machines of a site. Two queries, whatever the number of machines and reservations, and each
/// machine's part begins at the last one that starts before the window: the past costs nothing.
/// </summary>
internal sealed class SiteCalendar(FablabDb db)
{
    /// <summary>Who gets more than this asks for fewer days.</summary>
    public const int Most = 100_000;

    private static readonly HotQuery<Func<FablabDb, SiteId, Instant, Instant, IAsyncEnumerable<TakenRow>>> TakenAt = new(() =>
        EF.CompileAsyncQuery((FablabDb db, SiteId site, Instant begin, Instant until) =>
            from machine in db.Machines.AsNoTracking()
            join one in db.Reservations.AsNoTracking().ThatTakeTheSlot() on machine.Id equals one.Machine
            where machine.Site == site && one.Kept.Start < until && one.Kept.End > begin
                && one.Kept.Start >= (db.Reservations.ThatTakeTheSlot()
                    .Where(before => before.Machine == machine.Id && before.Kept.Start <= begin)
                    .Max(before => (Instant?)before.Kept.Start) ?? begin)
            select new TakenRow(one.Machine, one.Id, one.Member, one.Slot.Start, one.Slot.End, one.Kept.Start, one.Kept.End)));

    /// <returns>The machines in order of their codes, or <see langword="null"/> when there is no such site.</returns>
    /// <exception cref="BadHttpRequestException">The window holds more than <see cref="Most"/>.</exception>
    public async Task<IReadOnlyList<CalendarMachine>?> OfAsync(string site, TimeSlot window, CancellationToken ct)
    {
        // A site without machines is still one row.
        var places = await (
            from place in db.Sites.AsNoTracking()
            where place.Code == site
            join one in db.Machines.AsNoTracking() on place.Id equals one.Site into machines
            from machine in machines.DefaultIfEmpty()
            select new { place.Id, Machine = machine == null ? null : new { machine.Id, machine.Code, machine.Name, machine.Category, machine.IsOutOfOrder } })
            .ToListAsync(ct);
        if (places.Count == 0)
        {
            return null;
        }

        var taken = await TakenAsync(places[0].Id, window, ct);
        return [.. places.Select(row => row.Machine).Where(machine => machine is not null)
            .OrderBy(machine => machine!.Code, StringComparer.Ordinal)
            .Select(machine => new CalendarMachine(
                machine!.Id, machine.Code, machine.Name, machine.Category, machine.IsOutOfOrder, InOrder(taken, machine.Id)))];
    }

    private static List<TakenTime> InOrder(Dictionary<MachineId, List<TakenTime>> taken, MachineId machine)
    {
        var found = taken.GetValueOrDefault(machine, []);
        found.Sort((one, other) => one.Slot.Start.CompareTo(other.Slot.Start));
        return found;
    }

    private async Task<Dictionary<MachineId, List<TakenTime>>> TakenAsync(SiteId site, TimeSlot window, CancellationToken ct)
    {
        var taken = new Dictionary<MachineId, List<TakenTime>>();
        var count = 0;
        await foreach (var row in TakenAt.On(db)(db, site, window.Start, window.End).WithCancellation(ct))
        {
            if (++count > Most)
            {
                throw new BadHttpRequestException($"More than {Most} are booked in this window; ask for fewer days.");
            }

            if (!taken.TryGetValue(row.Machine, out var list))
            {
                taken[row.Machine] = list = [];
            }

            list.Add(new TakenTime(row.Id, row.Member, new TimeSlot(row.Start, row.End), new TimeSlot(row.KeptStart, row.KeptEnd)));
        }

        return taken;
    }

    /// <summary>Its times one by one: with a slot as a whole EF Core would read the whole record.</summary>
    private readonly record struct TakenRow(MachineId Machine, ReservationId Id, MemberId Member, Instant Start, Instant End, Instant KeptStart, Instant KeptEnd);
}
