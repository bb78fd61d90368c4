using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Desks;

/// <summary>What people do at a machine's desk. Each takes the reservation that is meant, so that a stale page cannot act on the next person's.</summary>
internal sealed class UseDesk(FablabDb db, DeskWork work)
{
    public Task<Result<MachineDesk>> CheckInAsync(MemberId me, ReservationId reservation, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.CheckIn(me, new UsageSessionId(Guid.CreateVersion7())), ct);

    public Task<Result<MachineDesk>> ConfirmPresenceAsync(MemberId me, ReservationId reservation, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.ConfirmPresence(me), ct);

    public Task<Result<MachineDesk>> EndAsync(MemberId me, bool asManager, ReservationId reservation, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.End(me, asManager), ct);

    public Task<Result<MachineDesk>> WishJobAsync(MemberId me, bool asManager, ReservationId reservation, JobIntent intent, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.WishJob(me, asManager, intent), ct);

    public async Task<Result<MachineDesk>> SetOutOfOrderAsync(MachineId machine, bool isOutOfOrder, string? reason, CancellationToken ct)
    {
        var result = await work.HandleAsync(machine, new DeskEvent.SetOutOfOrder(isOutOfOrder), ct);
        if (result.Refusal is null)
        {
            var said = isOutOfOrder ? reason : null;
            await db.Machines.Where(m => m.Id == machine).ExecuteUpdateAsync(set => set.SetProperty(m => m.OutOfOrderReason, said), ct);
        }

        return result;
    }

    private async Task<Result<MachineDesk>> AtDeskOfAsync(ReservationId id, DeskEvent wish, CancellationToken ct)
    {
        var meant = await db.Reservations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct);
        return meant is null ? new NoReservation() : await work.HandleAsync(meant.Machine, id, wish, ct);
    }
}
