using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>
/// Time that nobody else may have. What is kept on a machine never overlaps, so beside what starts within a window only
/// the one that starts last before it can reach into it: the cost does not grow with the machine's history.
/// </summary>
internal static class TakenSlots
{
    /// <summary>More than this many within one window are not told.</summary>
    public const int Most = 2000;

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
        var (from, until) = (window.Start, window.End);
        var taken = db.Reservations.AsNoTracking().ThatTakeTheSlot().Where(r => r.Machine == machine);
        var before = await taken.Where(r => r.Kept.Start < from).OrderByDescending(r => r.Kept.Start).Take(1)
            .Select(r => new TakenTime(r.Id, r.Member, r.Slot, r.Kept)).ToListAsync(ct);
        var within = await taken.Where(r => r.Kept.Start >= from && r.Kept.Start <= until).OrderBy(r => r.Kept.Start).Take(Most)
            .Select(r => new TakenTime(r.Id, r.Member, r.Slot, r.Kept)).ToListAsync(ct);
        return [.. before.Where(one => one.Kept.End >= from), .. within];
    }
}
