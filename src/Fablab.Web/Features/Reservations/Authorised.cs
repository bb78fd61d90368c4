using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>Who may use a machine. The machines of a pool are equal, so an authorisation for one of them is one for all.</summary>
internal static class Authorised
{
    private static readonly HotQuery<Func<FablabDb, MemberId, MachineId, Instant, CancellationToken, Task<bool>>> AtTheMachine = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member, MachineId machine, Instant until, CancellationToken ct) => db.MachineAuthorisations
            .Any(a => a.Member == member && a.Machine == machine && (a.ValidUntil == null || a.ValidUntil >= until))));

    private static readonly HotQuery<Func<FablabDb, MemberId, PoolId, Instant, CancellationToken, Task<bool>>> InThePool = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member, PoolId pool, Instant until, CancellationToken ct) => db.MachineAuthorisations
            .Any(a => a.Member == member && (a.ValidUntil == null || a.ValidUntil >= until)
                && db.Machines.Any(unit => unit.Id == a.Machine && unit.Pool == pool))));

    /// <param name="until">Up to, but not at, this instant.</param>
    public static async Task<bool> IsAuthorisedAsync(this FablabDb db, MemberId member, MachineRow machine, Instant until, CancellationToken ct)
    {
        if (!machine.Policy.RequiresAuthorisation)
        {
            return true;
        }

        return await (machine.Pool is { } pool
            ? InThePool.On(db)(db, member, pool, until, ct)
            : AtTheMachine.On(db)(db, member, machine.Id, until, ct));
    }
}
