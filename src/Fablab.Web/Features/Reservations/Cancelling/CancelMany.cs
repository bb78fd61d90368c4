using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Waiting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Cancelling;

/// <summary>What was cancelled.</summary>
internal sealed record CancelledManyResponse(IReadOnlyList<Guid> Cancelled);

/// <summary>Cancels what has not begun of a bundle or series, at once.</summary>
internal sealed class CancelMany(FablabDb db, CancelReservation cancel, FreedPools pools, CurrentMember me)
{
    /// <param name="which">The reservations that are meant.</param>
    /// <param name="what">What they are together, for the refusal when there is none that the asker may know of.</param>
    public async Task<Result<CancelledManyResponse>> ExecuteAsync(Func<IQueryable<Reservation>, IQueryable<Reservation>> which, string what, CancellationToken ct)
    {
        var found = await (
            from reservation in which(db.Reservations.AsNoTracking())
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            select new { reservation, machine.Site }).ToListAsync(ct);
        var mine = found.Where(row => me.May(Right.CancelReservation, new Subject(row.reservation.Member, row.Site))).Select(row => row.reservation).ToList();
        if (mine.Count == 0)
        {
            return new NoSuchThing(what);
        }

        IReadOnlyCollection<MachineId> machines = [.. mine.Select(r => r.Machine).Distinct()];
        return await pools.ThenOfferAsync(LabTransaction.DecideAsync(db, machines, () => CancelWithinAsync([.. mine.Select(r => r.Id)], ct), ct), ct);
    }

    private async Task<Result<CancelledManyResponse>> CancelWithinAsync(IReadOnlyList<ReservationId> ids, CancellationToken ct)
    {
        var cancelled = new List<Guid>();
        Refusal? last = null;
        foreach (var id in ids)
        {
            // What has begun or is over stays as it is; the others still go.
            if ((await cancel.ExecuteWithinAsync(id, null, ct)).TryGet(out var done, out last))
            {
                cancelled.Add(done.Id.Value);
                db.ChangeTracker.Clear();
            }
        }

        return cancelled.Count > 0 ? new CancelledManyResponse(cancelled) : last!;
    }
}
