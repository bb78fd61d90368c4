using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.Presence.Starting;
using Fablab.Web.Features.Reservations;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Desks;

/// <summary>Loads a machine's desk and saves what became of it, within the caller's transaction that holds the machine.</summary>
internal sealed class DeskStore(FablabDb db, StartPresence presence, IDateTimeZoneProvider zones)
{
    /// <returns>The desk, or <see langword="null"/> when there is no such machine.</returns>
    public async Task<MachineDesk?> LoadAsync(MachineId id, Instant now, CancellationToken ct)
    {
        var found = await (
            from machine in db.Machines.AsNoTracking()
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            join desk in db.Desks.AsNoTracking() on machine.Id equals desk.Machine into desks
            from desk in desks.DefaultIfEmpty()
            where machine.Id == id
            select new { machine, desk, site.TimeZone }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return null;
        }

        var current = await CurrentAsync(id, ct);
        var session = await db.UsageSessions.AsNoTracking()
            .SingleOrDefaultAsync(s => s.Machine == id && s.State != UsageSessionState.Closed && s.State != UsageSessionState.Void, ct);
        var jobId = current?.Job;
        return new MachineDesk
        {
            Machine = id,
            Policy = found.machine.Policy,
            IsOutOfOrder = found.machine.IsOutOfOrder,
            HasController = found.machine.Bridge is not null,
            Current = current,
            Session = session,
            Job = jobId is null ? null : await db.MachineJobs.AsNoTracking().SingleAsync(job => job.Id == jobId, ct),
            IsAuthorised = current is null || await db.MayUseAsync(current, found.machine, zones[found.TimeZone], now, ct),
            MayCharge = await db.MayChargeAsync(current, ct),
            Presence = current is null || session is not null ? default : await presence.OfAsync(current, found.machine, now, ct),
            LastGeneration = found.desk?.LastGeneration ?? 0,
            FreeSince = found.desk?.FreeSince,
            Desired = found.desk?.Desired ?? DesiredState.Initial,
        };
    }

    /// <summary>Marks everything that differs for saving; the caller saves and commits.</summary>
    public async Task SaveAsync(MachineDesk before, DeskDecision decision, Instant now, CancellationToken ct)
    {
        var after = decision.Desk;
        if (after.Current is { } current && current != before.Current)
        {
            db.Update(current);
        }

        if (after.Session is { } session && session != before.Session)
        {
            // A new one is known by its id being new to this desk; Update would try to change a row that is not there.
            _ = session.Id == before.Session?.Id ? db.Update(session) : db.Add(session);
        }

        if (after.Job is { } job && job != before.Job)
        {
            db.Update(job);
        }

        foreach (var effect in decision.Effects)
        {
            switch (effect)
            {
                case DeskEffect.ReservationChanged changed:
                    db.Update(changed.Reservation);
                    break;
                case DeskEffect.SessionEnded ended:
                    _ = ended.Session.Id == before.Session?.Id ? db.Update(ended.Session) : db.Add(ended.Session);
                    break;
                case DeskEffect.JobLeft left:
                    db.Update(left.Job);
                    break;
            }
        }

        await SaveRowAsync(before, after, now, ct);
    }

    private async Task SaveRowAsync(MachineDesk before, MachineDesk after, Instant now, CancellationToken ct)
    {
        if (before.Current is not null && after.Current is null)
        {
            // The desk moved on: what is due next depends on the reservation behind, which only the database knows.
            await db.SaveChangesAsync(ct);
            var next = await CurrentAsync(after.Machine, ct);
            var machine = await db.Machines.AsNoTracking().SingleAsync(m => m.Id == after.Machine, ct);
            after = after with
            {
                Current = next,
                IsAuthorised = next is null || await MayUseAsync(next, machine, now, ct),
                Presence = next is null ? default : await presence.OfAsync(next, machine, now, ct),
                MayCharge = await db.MayChargeAsync(next, ct),
                Job = next?.Job is { } jobId ? await db.MachineJobs.AsNoTracking().SingleAsync(job => job.Id == jobId, ct) : null,
            };
        }

        var row = await db.Desks.SingleOrDefaultAsync(desk => desk.Machine == after.Machine, ct);
        if (row is null)
        {
            row = new DeskRow { Machine = after.Machine, Desired = after.Desired };
            db.Add(row);
        }

        row.LastGeneration = after.LastGeneration;
        row.FreeSince = after.FreeSince;
        row.Desired = after.Desired;
        row.DueAt = after.DueAt;
        if (after.IsOutOfOrder != before.IsOutOfOrder)
        {
            var changed = await db.Machines.SingleAsync(m => m.Id == after.Machine, ct);
            changed.IsOutOfOrder = after.IsOutOfOrder;
        }
    }

    private async Task<Reservation?> CurrentAsync(MachineId machine, CancellationToken ct) =>
        await db.Reservations.AsNoTracking()
            .Where(r => r.Machine == machine && r.State == ReservationState.Active)
            .FirstOrDefaultAsync(ct)
        ?? await db.Reservations.AsNoTracking()
            .Where(r => r.Machine == machine && r.State == ReservationState.Confirmed)
            .OrderBy(r => r.Slot.Start)
            .FirstOrDefaultAsync(ct);

    private async Task<bool> MayUseAsync(Reservation next, MachineRow machine, Instant now, CancellationToken ct)
    {
        var zone = await db.Sites.Where(site => site.Id == machine.Site).Select(site => site.TimeZone).SingleAsync(ct);
        return await db.MayUseAsync(next, machine, zones[zone], now, ct);
    }
}
