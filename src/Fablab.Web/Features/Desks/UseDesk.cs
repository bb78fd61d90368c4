using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Desks;

/// <summary>What people do at a machine's desk. Each takes the reservation that is meant, so that a stale page cannot act on the next person's.</summary>
internal sealed class UseDesk(FablabDb db, DeskWork work, PoolReseating pools, OutageNotices notices, DeskNews news, FreedLine freed, AuditTrail audit, LabClock clock)
{
    public const int LongestReason = 200;

    /// <summary>Nobody expects a machine back later than this.</summary>
    public static readonly Duration LongestOutage = Duration.FromDays(366);

    public Task<Result<MachineDesk>> CheckInAsync(MemberId me, ReservationId reservation, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.CheckIn(me, new UsageSessionId(Guid.CreateVersion7())), "checked-in", ct);

    public Task<Result<MachineDesk>> ConfirmPresenceAsync(MemberId me, ReservationId reservation, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.ConfirmPresence(me), "presence-confirmed", ct);

    public Task<Result<MachineDesk>> EndAsync(MemberId me, bool asManager, ReservationId reservation, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.End(me, asManager), "use-ended", ct);

    public Task<Result<MachineDesk>> WishJobAsync(MemberId me, bool asManager, ReservationId reservation, JobIntent intent, CancellationToken ct) =>
        AtDeskOfAsync(reservation, new DeskEvent.WishJob(me, asManager, intent), $"job-{intent.ToString().ToLowerInvariant()}", ct);

    /// <summary>Takes a machine out of order, or says anew until when and why.</summary>
    /// <param name="until">When it is expected to be back; <see langword="null"/> when nobody knows.</param>
    /// <param name="reason">Up to <see cref="LongestReason"/> characters, shown to everybody who looks at the machine.</param>
    public Task<Result<MachineDesk>> TakeOutOfOrderAsync(MachineId machine, Instant? until, string? reason, CancellationToken ct) => SetOutOfOrderAsync(machine, true, until, reason, ct);

    public Task<Result<MachineDesk>> PutBackInServiceAsync(MachineId machine, CancellationToken ct) => SetOutOfOrderAsync(machine, false, null, null, ct);

    /// <summary>The time that was said has passed and it is not back, so nobody knows any more when it will be. Whoever looks after it is told too.</summary>
    /// <param name="promised">The outage that was read; nothing is done when staff have said something else meanwhile.</param>
    public Task<Result<MachineDesk>> ExpectNoLongerAsync(MachineId machine, Outage promised, CancellationToken ct) =>
        SetOutOfOrderAsync(machine, true, null, promised.Reason, ct, promised);

    private async Task<Result<MachineDesk>> SetOutOfOrderAsync(MachineId machine, bool isOut, Instant? until, string? reason, CancellationToken ct, Outage? promised = null)
    {
        Outage? before = null;
        var after = Outage.At(clock.Now, isOut, until, reason);
        var result = await LabTransaction.DecideAsync(db, machine, async () =>
        {
            before = await ToldAsync(machine, ct);
            if (promised is not null)
            {
                if (before != promised)
                {
                    return new NoSuchThing("outage");
                }

                var code = await db.Machines.Where(m => m.Id == machine).Select(m => m.Code).SingleAsync(ct);
                await db.TellManagersAsync(machine, "outage-overdue", null, $"/machines/{code}", actor: default, clock.Now, ct, also: StaffRole.Technician);
            }

            var taken = await work.HandleWithinAsync(machine, new DeskEvent.SetOutOfOrder(isOut), ct);
            if (taken.Refusal is not null)
            {
                return taken;
            }

            await db.Machines.Where(m => m.Id == machine)
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.OutOfOrderReason, reason).SetProperty(m => m.OutOfOrderUntil, until), ct);
            await notices.TellAsync(machine, before, after, ofPools: false, ct);
            if (before is not null && after?.Until != before.Until)
            {
                await freed.TellAllAsync(machine, ct);
            }

            audit.Note(
                isOut ? "machine-out-of-order" : "machine-back-in-service", $"machine/{machine}", machine,
                after: until is { } at ? new Dictionary<string, string> { ["until"] = at.ToString() } : null);
            await db.SaveChangesAsync(ct);
            return taken;
        }, ct);
        if (result.Refusal is null)
        {
            news.Changed(machine);

            // In service again, it may be the seat that somebody on another broken unit needs.
            await pools.LeaveAsync(machine, ct);
            await LabTransaction.RunAsync(db, machine, async () =>
            {
                await notices.TellAsync(machine, before, after, ofPools: true, ct);
                return await db.SaveChangesAsync(ct);
            }, ct);
        }

        return result;
    }

    /// <summary>The outage as members were told of it, also when the time that was said has passed.</summary>
    private async Task<Outage?> ToldAsync(MachineId machine, CancellationToken ct) =>
        await db.Machines.AsNoTracking().SingleOrDefaultAsync(m => m.Id == machine && m.IsOutOfOrder, ct) is { } row ? new Outage(row.OutOfOrderUntil, row.OutOfOrderReason) : null;

    /// <summary>For a session that its bridge will never close, such as when the disk beside the machine is lost.</summary>
    public Task<Result<MachineDesk>> GiveUpSessionAsync(MemberId me, MachineId machine, CancellationToken ct) =>
        work.HandleAsync(machine, new DeskEvent.GiveUpSession(), ct, alongside: () => NoteAsync("session-given-up", machine, ct));

    private Task NoteAsync(string action, MachineId machine, CancellationToken ct)
    {
        audit.Note(action, $"machine/{machine}", machine);
        return db.SaveChangesAsync(ct);
    }

    private async Task<Result<MachineDesk>> AtDeskOfAsync(ReservationId id, DeskEvent wish, string action, CancellationToken ct)
    {
        var meant = await db.Reservations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct);
        return meant is null ? new NoReservation() : await work.HandleAsync(meant.Machine, wish, ct, id, alongside: () =>
        {
            audit.Note(action, $"reservation/{id}", meant.Machine, concerns: meant.Member);
            return db.SaveChangesAsync(ct);
        });
    }
}
