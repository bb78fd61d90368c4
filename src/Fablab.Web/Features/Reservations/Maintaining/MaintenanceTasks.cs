using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Features.Reservations.Maintaining;

/// <summary>A task and how far the machine is from it.</summary>
public sealed record MaintenanceView(MaintenanceTaskRow Task, Duration RunTotal);

/// <summary>Work that is due on a machine by date or by hours. While it is open, nobody books beyond it.</summary>
internal sealed class MaintenanceTasks(FablabDb db, Board board, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<MaintenanceView[]>> OpenAsync(string machine, CancellationToken ct)
    {
        if (!(await MineAsync(machine, ct)).TryGet(out var row, out var refusal))
        {
            return refusal;
        }

        var id = row.Id;
        var ran = await db.Desks.Where(desk => desk.Machine == id).Select(desk => desk.RunTotal).SingleOrDefaultAsync(ct);
        var tasks = await db.MaintenanceTasks.AsNoTracking().Where(task => task.Machine == id && task.DoneAt == null).OrderBy(task => task.OpenedAt).ToListAsync(ct);
        return tasks.Select(task => new MaintenanceView(task, ran)).ToArray();
    }

    public async Task<Result<MaintenanceTaskRow>> PlanAsync(string machine, string title, Instant? dueAt, Duration? dueAtRunTotal, bool stopsBookings, CancellationToken ct)
    {
        if (!(await MineAsync(machine, ct)).TryGet(out var row, out var refusal))
        {
            return refusal;
        }

        var task = new MaintenanceTaskRow
        {
            Id = Guid.CreateVersion7(),
            Machine = row.Id,
            Title = title,
            DueAt = dueAt,
            DueAtRunTotal = dueAtRunTotal,
            StopsBookings = stopsBookings,
            OpenedBy = me.Id,
            OpenedAt = clock.Now,
        };
        await LabTransaction.RunAsync(db, row.Id, () =>
        {
            db.Add(task);
            audit.Note("maintenance-planned", $"maintenance-task/{task.Id}", row.Id);
            return db.SaveChangesAsync(ct);
        }, ct);
        board.Touch(machine);
        return task;
    }

    public async Task<Result<MaintenanceTaskRow>> DoneAsync(Guid id, CancellationToken ct)
    {
        var found = await (
            from task in db.MaintenanceTasks.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on task.Machine equals machine.Id
            where task.Id == id
            select new { task, machine.Site, machine.Code }).SingleOrDefaultAsync(ct);
        if (found is null || !me.May(Right.PlanMaintenance, Subject.At(found.Site)))
        {
            return new NoSuchThing("maintenance-task");
        }

        await LabTransaction.RunAsync(db, found.task.Machine, async () =>
        {
            var task = await db.MaintenanceTasks.SingleAsync(row => row.Id == id, ct);
            if (task.DoneAt is null)
            {
                task.DoneAt = clock.Now;
                audit.Note("maintenance-done", $"maintenance-task/{id}", task.Machine);
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        board.Touch(found.Code);
        return await db.MaintenanceTasks.AsNoTracking().SingleAsync(row => row.Id == id, ct);
    }

    private async Task<Result<MachineRow>> MineAsync(string machine, CancellationToken ct)
    {
        var row = await db.Machines.AsNoTracking().SingleOrDefaultAsync(one => one.Code == machine, ct);
        return row is null ? new NoSuchThing("machine") : me.May(Right.PlanMaintenance, Subject.At(row.Site)) ? row : new NotAllowed();
    }
}
