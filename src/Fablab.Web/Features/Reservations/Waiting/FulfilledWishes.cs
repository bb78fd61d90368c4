using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Features.Reservations.Booking;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// Whoever books what they wait for, waits no longer: nobody is asked for time that they have. Who has an offer open answers that
/// instead, since the time is kept already.
/// </summary>
internal sealed class FulfilledWishes(FablabDb db)
{
    /// <summary>Within the caller's transaction that books the slot.</summary>
    public async Task ByBookingAsync(MemberId member, BookingView booked, CancellationToken ct)
    {
        var waiting = await db.WaitingList.AsNoTracking().Where(wish => wish.Member == member && wish.State == WishState.Waiting).ThatTake(booked.Machine).ToListAsync(ct);
        foreach (var wish in waiting.Where(wish => wish.ToWish().IsFulfilledBy(booked.Slot)))
        {
            var (id, next) = (wish.Id, WishLifecycle.Next(wish.State, WishEvent.Book)!.Value);
            await db.WaitingList.Where(row => row.Id == id && row.State == WishState.Waiting)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, next).SetProperty(row => row.DueAt, (Instant?)null), ct);
        }
    }
}
