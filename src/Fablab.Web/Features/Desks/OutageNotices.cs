using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Desks;

/// <summary>
/// Tells members whose bookings lie in the time that a machine is out of order, and tells them again when their time comes to lie outside.
/// The bookings stay as they are: the machine may be back sooner, and their members may move or cancel them at no cost.
/// </summary>
internal sealed class OutageNotices(FablabDb db, LabClock clock)
{
    /// <summary>Members farther ahead hear of it from the machine's page.</summary>
    private const int MostTold = 500;

    /// <summary>What is booked, the earliest first.</summary>
    public IQueryable<Reservation> Booked(MachineId machine)
    {
        var now = clock.Now;
        return db.Reservations.AsNoTracking()
            .Where(r => r.Machine == machine && (r.State == ReservationState.Requested || r.State == ReservationState.Confirmed) && r.Slot.End > now)
            .OrderBy(r => r.Slot.Start);
    }

    /// <summary>Within the caller's transaction, which must hold the machine; the caller saves.</summary>
    /// <param name="ofPools">Bookings of a pool, which may have found another unit meanwhile, or those of this machine itself.</param>
    public async Task TellAsync(MachineId machine, Outage? before, Outage? after, bool ofPools, CancellationToken ct)
    {
        var booked = await Booked(machine).Where(r => (r.Pool != null) == ofPools).Take(MostTold).ToListAsync(ct);
        foreach (var one in booked)
        {
            var (was, isNow) = (before?.Covers(one.Slot.Start) is true, after?.Covers(one.Slot.Start) is true);
            if (was == isNow)
            {
                continue;
            }

            var facts = new Dictionary<string, string>
            {
                ["machine"] = machine.ToString(),
                ["start"] = one.Slot.Start.ToString(),
                ["link"] = isNow ? $"/reservations/{one.Id}/change" : $"/reservations/{one.Id}",
            };
            if (isNow && after!.Reason is { Length: > 0 } reason)
            {
                facts["reason"] = reason;
            }

            db.Tell(one.Member, isNow ? "machine-out-of-order" : "machine-back-in-service", facts, clock.Now);
        }
    }
}
