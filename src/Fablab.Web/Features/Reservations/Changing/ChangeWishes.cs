using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.Reservations.Booking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>What a reservation shall become.</summary>
/// <param name="Bookable">Code of the machine or pool.</param>
internal sealed record WantedChange(string Bookable, Instant Start, Instant End, IReadOnlyList<string> AcceptSoft);

/// <summary>Asks for a change as for a booking: whoever and whatever came along still does.</summary>
internal sealed class ChangeWishes(FablabDb db)
{
    public async Task<BookingWish> OfAsync(Reservation before, WantedChange change, CancellationToken ct)
    {
        var id = before.Id;
        var company = await db.Company.AsNoTracking().Where(row => row.Reservation == id).ToListAsync(ct);
        return new BookingWish
        {
            Member = before.Member,
            Machine = change.Bookable,
            Start = change.Start,
            End = change.End,
            Project = before.Project,
            Job = before.Job,
            Companions = [.. company.Where(row => row.Member is not null).Select(row => row.Member!.Value)],
            People = 1 + company.Count,
            Alongside = before.Bundle is { } bundle ? await AlongsideAsync(bundle, before, change, ct) : [],
            Present = before,
        };
    }

    /// <summary>What else of its bundle is booked for at least the wanted time.</summary>
    private async Task<IReadOnlyList<string>> AlongsideAsync(BundleId bundle, Reservation before, WantedChange change, CancellationToken ct)
    {
        var (id, start, end) = (before.Id, change.Start, change.End);
        var codes = await (
            from other in db.Reservations.AsNoTracking().ThatTakeTheSlot()
            join machine in db.Machines.AsNoTracking() on other.Machine equals machine.Id
            join row in db.Pools.AsNoTracking() on other.Pool equals (Fablab.Domain.Machines.PoolId?)row.Id into pools
            from pool in pools.DefaultIfEmpty()
            where other.Bundle == bundle && other.Id != id && other.Slot.Start <= start && other.Slot.End >= end
            select new { Machine = machine.Code, Pool = pool.Code }).ToListAsync(ct);
        return [.. codes.Select(one => one.Machine), .. codes.Select(one => one.Pool).OfType<string>()];
    }
}
