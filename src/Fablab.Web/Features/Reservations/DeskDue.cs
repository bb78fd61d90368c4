using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>Tells the machine's desk, within the caller's transaction, that its reservations changed. Looking too early is harmless.</summary>
internal sealed class DeskDue(FablabDb db)
{
    private static readonly HotQuery<Func<FablabDb, MachineId, CancellationToken, Task<DeskRow?>>> OfMachine = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MachineId machine, CancellationToken ct) => db.Desks.SingleOrDefault(row => row.Machine == machine)));

    public async Task ComesNoLaterThanAsync(MachineId machine, Instant at, CancellationToken ct)
    {
        var desk = await OfMachine.On(db)(db, machine, ct);
        if (desk is null)
        {
            desk = new DeskRow { Machine = machine, Desired = DesiredState.Initial };
            db.Add(desk);
        }

        desk.DueAt = desk.DueAt is { } before && before < at ? before : at;
        await db.SaveChangesAsync(ct);
    }
}
