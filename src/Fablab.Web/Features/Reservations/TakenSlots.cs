using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>
/// Slots that nobody else may have. Taken slots of a machine never overlap, so beside those that start within a window only
/// the one that starts last before it can reach into it: the cost does not grow with the machine's history.
/// </summary>
internal static class TakenSlots
{
    /// <summary>More than this many within one window are not told.</summary>
    public const int Most = 2000;

    /// <summary>The states of <see cref="Reservation.TakesTheSlot"/>, spelt as the partial index has them.</summary>
    public static IQueryable<Reservation> ThatTakeTheSlot(this IQueryable<Reservation> reservations) => reservations.Where(r =>
        r.State == ReservationState.Requested || r.State == ReservationState.Confirmed
        || r.State == ReservationState.Active || r.State == ReservationState.Completed);

    /// <returns>In order of their start.</returns>
    public static async Task<List<TimeSlot>> TakenSlotsAsync(this FablabDb db, MachineId machine, TimeSlot window, CancellationToken ct)
    {
        var (from, until) = (window.Start, window.End);
        var taken = db.Reservations.AsNoTracking().ThatTakeTheSlot().Where(r => r.Machine == machine);
        var before = await taken.Where(r => r.Slot.Start < from).OrderByDescending(r => r.Slot.Start).Select(r => r.Slot).FirstOrDefaultAsync(ct);
        var within = await taken.Where(r => r.Slot.Start >= from && r.Slot.Start < until).OrderBy(r => r.Slot.Start).Select(r => r.Slot).Take(Most).ToListAsync(ct);
        return before is not null && before.End > from ? [before, .. within] : within;
    }
}
