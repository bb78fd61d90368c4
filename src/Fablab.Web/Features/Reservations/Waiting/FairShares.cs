using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>What the members in line had lately of this kind of machine, and what they have booked ahead.</summary>
internal sealed class FairShares(FablabDb db)
{
    public async Task<IReadOnlyDictionary<MemberId, MemberShare>> OfAsync(
        IReadOnlyCollection<MemberId> members, MachineCategory category, FairPolicy policy, Instant now, CancellationToken ct)
    {
        var since = now - WaitingBounds.SharesReachBack;
        var booked = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            where members.Contains(reservation.Member) && reservation.Slot.End > since && machine.Category == category
                && (reservation.State == ReservationState.Requested || reservation.State == ReservationState.Confirmed || reservation.State == ReservationState.Active || reservation.State == ReservationState.Completed)
            orderby reservation.Slot.Start descending
            select new { reservation.Member, reservation.Slot.Start, reservation.Slot.End }).Take(WaitingBounds.MostShares).ToListAsync(ct);
        return booked.GroupBy(row => row.Member).ToDictionary(group => group.Key, group => ShareOf([.. group.Select(row => new TimeSlot(row.Start, row.End))], policy, now));
    }

    private static MemberShare ShareOf(List<TimeSlot> slots, FairPolicy policy, Instant now) => new(
        RecentHours.At(slots, now, policy.HalfLife),
        slots.Where(slot => slot.Start > now).Aggregate(Duration.Zero, (sum, slot) => sum + slot.Length));
}
