using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// The pools of which time was freed in this request. Seating a pool anew needs all of its units, so it is tried once whoever freed the
/// time has committed and let go of theirs; the sweep would find it too, but later.
/// </summary>
internal sealed class FreedPools(FablabDb db, OfferSeats seats)
{
    private readonly HashSet<MachineId> freed = [];

    /// <param name="machine">Somebody waits for time of it.</param>
    public void Note(MachineId machine) => freed.Add(machine);

    /// <summary>Offers after the transaction that may have freed time.</summary>
    /// <param name="committed">The transaction; a refusal was rolled back.</param>
    public async Task<Result<T>> ThenOfferAsync<T>(Task<Result<T>> committed, CancellationToken ct)
    {
        var result = await committed;
        if (result.Refusal is null)
        {
            await OfferAsync(ct);
        }

        return result;
    }

    private async Task OfferAsync(CancellationToken ct)
    {
        if (freed.Count == 0)
        {
            return;
        }

        var machines = freed.ToList();
        freed.Clear();
        db.ChangeTracker.Clear();
        var pools = await (
            from wish in db.WaitingList.AsNoTracking()
            where wish.State == WishState.Waiting && wish.Kind == WishKind.Dated && wish.Pool != null
                && db.Machines.Any(unit => machines.Contains(unit.Id) && unit.Pool == wish.Pool)
            select wish.Pool!.Value).Distinct().ToListAsync(ct);
        foreach (var pool in pools)
        {
            await seats.ExecuteAsync(pool, ct);
        }
    }
}
