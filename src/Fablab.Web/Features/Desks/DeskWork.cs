using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Billing;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Desks;

/// <summary>
/// Takes one event to a machine's desk: holds the machine, loads, decides, saves, commits, and only then lets the world know.
/// </summary>
internal sealed class DeskWork(
    FablabDb db, DeskStore store, ChargeSession charging, PoolReseating pools, MissedBookings missed, KeptNeighbours neighbours, FreedLine freed,
    NoteUse uses, DeskNews news, LabClock clock)
{
    /// <summary>A sweep handles at most this many due things of one machine in a row; the rest is due at the next sweep.</summary>
    private const int MaxDueInARow = 50;

    /// <param name="meant">The reservation that a person acts on: refused when another one is at hand by now.</param>
    /// <param name="alongside">Written in the same transaction when the event was taken, such as who did it.</param>
    /// <returns>The desk after the event, or why it means nothing now.</returns>
    public async Task<Result<MachineDesk>> HandleAsync(
        MachineId machine, DeskEvent happened, CancellationToken ct, ReservationId? meant = null, Func<Task>? alongside = null)
    {
        var result = await LabTransaction.DecideAsync(db, machine, async () =>
        {
            var taken = await HandleWithinAsync(machine, happened, ct, meant);
            if (taken.Refusal is null && alongside is not null)
            {
                await alongside();
            }

            return taken;
        }, ct);
        if (result.Refusal is null)
        {
            news.Changed(machine);
        }

        return result;
    }

    /// <summary>Handles all that has become due at one machine, each thing exactly once, however long nobody looked.</summary>
    public async Task PassTimeAsync(MachineId machine, CancellationToken ct)
    {
        var isOverrunning = await LabTransaction.RunAsync(db, machine, () => PassTimeWithinAsync(machine, ct), ct);
        news.Changed(machine);
        if (isOverrunning)
        {
            await pools.MakeWayAsync(machine, ct);
        }
    }

    /// <summary>One event within the caller's transaction, which must hold the machine; the caller commits and tells <see cref="DeskNews"/>.</summary>
    public async Task<Result<MachineDesk>> HandleWithinAsync(MachineId machine, DeskEvent happened, CancellationToken ct, ReservationId? meant = null)
    {
        var before = await store.LoadAsync(machine, clock.Now, ct);
        if (before is null || (meant is not null && before.Current?.Id != meant))
        {
            return new NoReservation();
        }

        if (!DeskRules.Handle(before, happened, clock.Now).TryGet(out var decision, out var refusal))
        {
            return refusal;
        }

        await store.SaveAsync(before, decision, clock.Now, ct);
        await db.SaveChangesAsync(ct);
        if (before.Current is { } was && IsLess(was, decision))
        {
            await neighbours.GiveBackAsync(was, ct);
        }

        foreach (var effect in decision.Effects)
        {
            await FollowAsync(machine, effect, ct);
        }

        await db.SaveChangesAsync(ct);
        if (before.IsOutOfOrder && !decision.Desk.IsOutOfOrder)
        {
            await freed.TellAllAsync(machine, ct);
        }

        db.ChangeTracker.Clear();
        return decision.Desk;
    }

    /// <summary>Whether the reservation at hand gave up its slot or the rest of it: nobody came, it ended early, the machine was down.</summary>
    private static bool IsLess(Reservation was, DeskDecision decision)
    {
        var left = decision.Effects.OfType<DeskEffect.ReservationChanged>().Select(effect => effect.Reservation).LastOrDefault(one => one.Id == was.Id);
        var present = left ?? (decision.Desk.Current?.Id == was.Id ? decision.Desk.Current : was);
        return !present.TakesTheSlot || present.Slot.End < was.Slot.End;
    }

    /// <returns>Whether a job runs past its slot. Making way for the next booking twice changes nothing.</returns>
    private async Task<bool> PassTimeWithinAsync(MachineId machine, CancellationToken ct)
    {
        var isOverrunning = false;
        for (var handled = 0; handled < MaxDueInARow; handled++)
        {
            var row = await db.Desks.AsNoTracking().SingleOrDefaultAsync(desk => desk.Machine == machine, ct);
            if (row?.DueAt is not { } due || due > clock.Now)
            {
                break;
            }

            var taken = await HandleWithinAsync(machine, new DeskEvent.TimePassed(new(Guid.CreateVersion7())), ct);
            isOverrunning |= taken.TryGet(out var desk, out _) && desk.Current?.OverrunSince is not null;
        }

        return isOverrunning;
    }

    private async Task FollowAsync(MachineId at, DeskEffect effect, CancellationToken ct)
    {
        switch (effect)
        {
            case DeskEffect.SessionEnded { Session.State: Fablab.Domain.UsageSessions.UsageSessionState.Closed } ended:
                await charging.ExecuteWithinAsync(ended.Session, ct);
                await uses.ExecuteWithinAsync(ended.Session, ct);
                var (machine, ran) = (ended.Session.Machine.Value, (long)ended.Session.Total.TotalMilliseconds);
                await db.Database.ExecuteSqlAsync($"""UPDATE "Desks" SET "RunTotal" = "RunTotal" + {ran} WHERE "Machine" = {machine}""", ct);
                break;

            case DeskEffect.ReservationChanged { Reservation.State: ReservationState.Released } released:
                await missed.ExecuteWithinAsync(released.Reservation, MissedBooking.NoShow, ct);
                break;

            case DeskEffect.TimeFreed rest:
                // The sweep offers it: whoever acts at the machine does not wait for that.
                await freed.TellAsync(at, rest.Slot, ct);
                break;

            case DeskEffect.OverrunBegan overrun:
                await TellNextHolderAsync(overrun.Reservation, ct);
                break;
        }
    }

    private async Task TellNextHolderAsync(Reservation overrunning, CancellationToken ct)
    {
        var next = await db.Reservations.AsNoTracking()
            .Where(r => r.Machine == overrunning.Machine && r.State == ReservationState.Confirmed && r.Slot.Start >= overrunning.Slot.End)
            .OrderBy(r => r.Slot.Start)
            .FirstOrDefaultAsync(ct);
        var members = next is null ? [overrunning.Member] : new[] { overrunning.Member, next.Member };
        foreach (var member in members.Distinct())
        {
            db.Tell(
                member,
                member == overrunning.Member ? "job-runs-past-your-slot" : "machine-occupied-at-your-time",
                new Dictionary<string, string> { ["machine"] = overrunning.Machine.ToString(), ["slotEnd"] = overrunning.Slot.End.ToString() },
                clock.Now);
        }
    }
}
