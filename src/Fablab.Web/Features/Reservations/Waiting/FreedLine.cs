using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// Says, within the caller's transaction that holds the machine, that time of it went back to the calendar. Wishes that it could
/// fulfil become due, so that the sweep finds them whatever happens next.
/// </summary>
internal sealed class FreedLine(FablabDb db, LabClock clock)
{
    /// <returns>Whether anybody waits for it.</returns>
    public async Task<bool> TellAsync(MachineId machine, TimeSlot freed, CancellationToken ct)
    {
        var (now, start, end) = (clock.Now, freed.Start, freed.End);
        return end > now && await Waiting(machine)
            .Where(wish => wish.WindowStart < end && wish.WindowEnd > start)
            .ExecuteUpdateAsync(set => set.SetProperty(wish => wish.DueAt, now), ct) > 0;
    }

    /// <summary>The machine is in order again: everybody who waits for it may have luck.</summary>
    public Task TellAllAsync(MachineId machine, CancellationToken ct)
    {
        var now = clock.Now;
        return Waiting(machine).ExecuteUpdateAsync(set => set.SetProperty(wish => wish.DueAt, now), ct);
    }

    public Task<bool> IsWaitedForAsync(MachineId machine, CancellationToken ct) => Waiting(machine).AnyAsync(ct);

    private IQueryable<Data.Rows.WaitingWishRow> Waiting(MachineId machine) => db.WaitingList
        .Where(wish => wish.State == WishState.Waiting)
        .Where(wish => wish.Machine == machine || db.Machines.Any(unit => unit.Id == machine
            && ((wish.Pool != null && wish.Pool == unit.Pool)
                || (wish.Category == unit.Category && (wish.Site == null || wish.Site == unit.Site)))));
}
