using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Features.Reservations;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Authorising;

/// <summary>A machine was used: authorisations that end by disuse, or are renewed by use, last longer.</summary>
internal sealed class NoteUse(FablabDb db, WriteAuthorisation write)
{
    /// <summary>Within the caller's transaction.</summary>
    public async Task ExecuteWithinAsync(UsageSession session, CancellationToken ct)
    {
        if (session is not { StartedAt: not null, EndedAt: { } end })
        {
            return;
        }

        var (member, id) = (session.Member, session.Machine);
        var counting = await db.MachineAuthorisations.AsNoTracking()
            .Where(row => row.Member == member && row.CountsUses && (row.Machine == id || db.Machines.Any(
                unit => unit.Id == row.Machine && unit.Pool != null && db.Machines.Any(used => used.Id == id && used.Pool == unit.Pool))))
            .Select(row => row.Machine).OrderBy(unit => unit).ToListAsync(ct);
        foreach (var machine in counting)
        {
            await write.ExecuteWithinAsync(member, machine, (_, _) => new Word(new AuthorisationFact(AuthorisationFactKind.Used, end), null), ct);
        }
    }
}
