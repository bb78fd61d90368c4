using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// Looks for time for wishes that are due. Whoever looks takes the wish for a while; what becomes due meanwhile stays due, and a
/// look that was cut off is made again when the while is over.
/// </summary>
internal sealed class WaitingLooks(FablabDb db, OfferTime offers, OfferSeats seats, LabClock clock)
{
    /// <summary>One wish, now.</summary>
    public async Task LookAsync(WaitingWishId id, CancellationToken ct)
    {
        if (await db.WaitingList.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.State == WishState.Waiting, ct) is not { } wish)
        {
            return;
        }

        if (await TakeAsync(wish, ct) is { } lease)
        {
            foreach (var machine in await db.MachinesOfAsync(wish, ct))
            {
                if (await offers.ExecuteAsync(machine.Id, ct) > 0 && !await IsWaitingAsync(id, ct))
                {
                    return;
                }
            }

            if (wish.Pool is { } pool && await seats.ExecuteAsync(pool, ct) > 0 && !await IsWaitingAsync(id, ct))
            {
                return;
            }

            await GiveBackAsync(wish, lease, ct);
        }
    }

    /// <summary>Ends a wish that nothing can fulfil any more.</summary>
    /// <returns>Whether it is over.</returns>
    public async Task<bool> ExpireAsync(WaitingWishRow wish, CancellationToken ct)
    {
        if (wish.ToWish().LastUsefulStart >= clock.Now)
        {
            return false;
        }

        var (id, member) = (wish.Id, wish.Member);
        await LabTransaction.RunAsync(db, (MachineId?)null, async () =>
        {
            var expired = await db.WaitingList.Where(row => row.Id == id && row.State == WishState.Waiting)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, WishState.Expired).SetProperty(row => row.DueAt, (Instant?)null), ct);
            if (expired > 0 && wish.Kind is WishKind.Dated)
            {
                db.Tell(member, "wish-expired", FactsOf(wish), clock.Now);
                await db.SaveChangesAsync(ct);
                db.ChangeTracker.Clear();
            }

            return expired;
        }, ct);
        return true;
    }

    /// <returns>Until when it is ours; <see langword="null"/> when somebody else took it.</returns>
    public async Task<Instant?> TakeAsync(WaitingWishRow wish, CancellationToken ct)
    {
        var (id, due, lease) = (wish.Id, wish.DueAt, clock.Now + WaitingBounds.LookLease);
        var taken = await db.WaitingList.Where(row => row.Id == id && row.State == WishState.Waiting && row.DueAt == due)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, lease), ct);
        return taken > 0 ? lease : null;
    }

    public Task GiveBackAsync(WaitingWishRow wish, Instant lease, CancellationToken ct)
    {
        var (id, next) = (wish.Id, wish.NextLook(clock.Now));
        return db.WaitingList.Where(row => row.Id == id && row.State == WishState.Waiting && row.DueAt == lease)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, next), ct);
    }

    private Task<bool> IsWaitingAsync(WaitingWishId id, CancellationToken ct) => db.WaitingList.AnyAsync(row => row.Id == id && row.State == WishState.Waiting, ct);

    private static Dictionary<string, string> FactsOf(WaitingWishRow wish)
    {
        var facts = new Dictionary<string, string> { ["start"] = wish.WindowStart.ToString() };
        if (wish.Machine is { } machine)
        {
            facts["machine"] = machine.ToString();
        }

        return facts;
    }
}
