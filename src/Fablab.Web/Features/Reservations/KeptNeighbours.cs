using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>What touching slots of one member do to the set-up and clean-up between them, within the caller's transaction.</summary>
internal sealed class KeptNeighbours(FablabDb db)
{
    /// <summary>Before a slot is booked that touches them: they give up what they kept there.</summary>
    public async Task MakeRoomAsync(KeptTimePlan plan, CancellationToken ct)
    {
        foreach (var (id, kept) in plan.Neighbours)
        {
            await KeepAsync(id, kept, ct);
        }
    }

    /// <summary>After a reservation left its slot, or a part of it: they get back what they did not keep because it touched them.</summary>
    /// <param name="gone">As it was; what became of it is saved already.</param>
    public async Task GiveBackAsync(Reservation gone, CancellationToken ct)
    {
        var (machine, member, id, start, end) = (gone.Machine, gone.Member, gone.Id, gone.Slot.Start, gone.Slot.End);

        // One that is completed is not changed any more: the desk knows by itself until when the machine is being cleared.
        var neighbours = await db.Reservations.AsNoTracking().ThatTakeTheSlot()
            .Where(r => r.Machine == machine && r.Member == member && r.Id != id && r.Kept.Start <= end && r.Kept.End >= start)
            .Where(r => r.State != ReservationState.Completed && (r.Slot.End == start || r.Slot.Start == end))
            .ToListAsync(ct);
        if (neighbours.Count == 0)
        {
            return;
        }

        var policy = await db.Machines.Where(row => row.Id == machine).Select(row => row.Policy).SingleAsync(ct);
        var before = neighbours.FirstOrDefault(r => r.Slot.End == start);
        var after = neighbours.FirstOrDefault(r => r.Slot.Start == end);
        var (cleanUp, setUp) = (before?.Terms.CleanUp ?? policy.CleanUp, after?.Terms.SetUp ?? policy.SetUp);
        var around = await db.TakenTimesAsync(machine, new TimeSlot(Instant.Min(start, end - setUp), Instant.Max(end, start + cleanUp)), ct);
        var restored = KeptTime.Restore(
            gone,
            before is null ? null : (Taken(before), cleanUp),
            after is null ? null : (Taken(after), setUp),
            [.. around.Where(other => other.Reservation != before?.Id && other.Reservation != after?.Id)]);
        foreach (var (neighbour, kept) in restored)
        {
            await KeepAsync(neighbour, kept, ct);
        }
    }

    private static TakenTime Taken(Reservation r) => new(r.Id, r.Member, r.Slot, r.Kept);

    private Task<int> KeepAsync(ReservationId id, TimeSlot kept, CancellationToken ct)
    {
        var (start, end) = (kept.Start, kept.End);
        return db.Reservations.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Kept.Start, start).SetProperty(r => r.Kept.End, end), ct);
    }
}
