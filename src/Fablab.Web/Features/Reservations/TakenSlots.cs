using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>
/// Time that nobody else may have. What is kept on a machine never overlaps, so beside what starts within a window only
/// the one that starts last before it can reach into it: the cost does not grow with the machine's history.
/// </summary>
internal static class TakenSlots
{
    /// <summary>More than this many within one window are not told.</summary>
    public const int Most = 2000;

    private static readonly HotQuery<Func<FablabDb, MachineId, Instant, Instant, IAsyncEnumerable<TakenTime>>> Around = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MachineId machine, Instant first, Instant last) => (
            from r in db.Reservations.AsNoTracking().ThatTakeTheSlot()
            where r.Machine == machine && r.Kept.Start <= last
                && r.Kept.Start >= (db.Reservations.ThatTakeTheSlot().Where(one => one.Machine == machine && one.Kept.Start < first).Max(one => (Instant?)one.Kept.Start) ?? first)
            orderby r.Kept.Start

            // Time by time: the whole record would be read for the sake of its slots.
            select new TakenTime(r.Id, r.Member, new TimeSlot(r.Slot.Start, r.Slot.End), new TimeSlot(r.Kept.Start, r.Kept.End))).Take(Most)));

    /// <summary>The states of <see cref="Reservation.TakesTheSlot"/>, spelt as the partial index has them.</summary>
    public static IQueryable<Reservation> ThatTakeTheSlot(this IQueryable<Reservation> reservations) => reservations.Where(r =>
        r.State == ReservationState.Requested || r.State == ReservationState.Held || r.State == ReservationState.Confirmed
        || r.State == ReservationState.Active || r.State == ReservationState.Completed);

    /// <returns>What is kept from others, in order of its start.</returns>
    public static async Task<List<TimeSlot>> TakenSlotsAsync(this FablabDb db, MachineId machine, TimeSlot window, CancellationToken ct) =>
        [.. (await db.TakenTimesAsync(machine, window, ct)).Select(taken => taken.Kept).Where(window.Overlaps)];

    /// <returns>What reaches into the window or touches it, in order of its start.</returns>
    public static async Task<List<TakenTime>> TakenTimesAsync(this FablabDb db, MachineId machine, TimeSlot window, CancellationToken ct)
    {
        var around = Around.On(db)(db, machine, window.Start, window.End);
        return [.. await around.Where(one => one.Kept.End >= window.Start).ToListAsync(ct)];
    }
}
