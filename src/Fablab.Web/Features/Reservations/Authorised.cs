using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>Who may use a machine. The machines of a pool are equal, so an authorisation for one of them is one for all.</summary>
internal static class Authorised
{
    /// <summary>Through the whole slot.</summary>
    public static Task<bool> IsAuthorisedAsync(this FablabDb db, MemberId member, MachineRow machine, TimeSlot slot, CancellationToken ct) =>
        db.IsAuthorisedAsync(member, machine, slot.End, ct);

    /// <param name="until">Up to, but not at, this instant.</param>
    public static async Task<bool> IsAuthorisedAsync(this FablabDb db, MemberId member, MachineRow machine, Instant until, CancellationToken ct)
    {
        if (!machine.Policy.RequiresAuthorisation)
        {
            return true;
        }

        var (id, pool) = (machine.Id, machine.Pool);
        var mine = db.MachineAuthorisations.Where(a => a.Member == member && (a.ValidUntil == null || a.ValidUntil >= until));
        return await (pool is null
            ? mine.AnyAsync(a => a.Machine == id, ct)
            : mine.AnyAsync(a => db.Machines.Any(unit => unit.Id == a.Machine && unit.Pool == pool), ct));
    }
}
