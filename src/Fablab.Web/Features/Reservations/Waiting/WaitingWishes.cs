using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>The rows of the waiting list as the domain sees them.</summary>
internal static class WaitingWishes
{
    public static WaitingWish ToWish(this WaitingWishRow row) => new()
    {
        Id = row.Id,
        Member = row.Member,
        Target = row.Target(),
        Window = new TimeSlot(row.WindowStart, row.WindowEnd),
        Length = row.Length,
        MinimumLength = row.MinimumLength,
        LatestStart = row.LatestStart,
        Kind = row.Kind,
        State = row.State,
        JoinedAt = row.JoinedAt,

        // What the rules refused was never offered, so it is not missed either.
        Missed = [.. row.Missed.Where(missed => missed.Because.Count == 0)],
    };

    public static WishTarget Target(this WaitingWishRow row) => row switch
    {
        { Machine: { } machine } => new WishTarget.OneMachine(machine),
        { Pool: { } pool } => new WishTarget.AnyOfPool(pool),
        _ => new WishTarget.AnyOfCategory(row.Category!.Value, row.Site),
    };

    /// <summary>When a wish that waits must be looked at next although nothing happens.</summary>
    public static Instant NextLook(this WaitingWishRow row, Instant now)
    {
        var last = row.ToWish().LastUsefulStart + Duration.FromMilliseconds(1);
        return row.Kind is WishKind.Now ? Instant.Min(last, now + WaitingBounds.NowLooks) : last;
    }

    public static IQueryable<WaitingWishRow> ThatTake(this IQueryable<WaitingWishRow> wishes, MachineRow machine)
    {
        var (id, pool, category, site) = (machine.Id, machine.Pool, machine.Category, machine.Site);
        return wishes.Where(wish => wish.Machine == id
            || (wish.Pool != null && wish.Pool == pool)
            || (wish.Category == category && (wish.Site == null || wish.Site == site)));
    }

    /// <returns>Who waits for this machine, the first to join first.</returns>
    public static Task<List<WaitingWishRow>> InLineAsync(this FablabDb db, MachineRow machine, Instant now, CancellationToken ct) =>
        db.WaitingList.AsNoTracking()
            .Where(wish => wish.State == WishState.Waiting && wish.WindowEnd > now)
            .ThatTake(machine)
            .OrderBy(wish => wish.JoinedAt).ThenBy(wish => wish.Id)
            .Take(WaitingBounds.MostInLine)
            .ToListAsync(ct);

    /// <returns>The machines on which the wish can come true.</returns>
    public static Task<List<MachineRow>> MachinesOfAsync(this FablabDb db, WaitingWishRow wish, CancellationToken ct)
    {
        var (machine, pool, category, site) = (wish.Machine, wish.Pool, wish.Category, wish.Site);
        var machines = db.Machines.AsNoTracking();
        var those = wish switch
        {
            { Machine: not null } => machines.Where(row => row.Id == machine),
            { Pool: not null } => machines.Where(row => row.Pool == pool),
            _ => machines.Where(row => row.Category == category && (site == null || row.Site == site)),
        };
        return those.OrderBy(row => row.Code).Take(WaitingBounds.MostMachines).ToListAsync(ct);
    }
}
