using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Machines.Mending;

/// <param name="Reporter">Their name; only for staff.</param>
public sealed record FaultView(FaultRow Fault, string? Reporter);

/// <summary>The faults of one machine, as far as the reader may see them.</summary>
/// <param name="StopBookings">Whether any, seen or not, stops bookings now.</param>
/// <param name="MayMend">The reader is staff of the site.</param>
public sealed record MachineFaults(bool StopBookings, bool MayMend, IReadOnlyList<FaultView> Faults);

/// <summary>Staff read all open faults of a machine; members read what they reported themselves, and what was done about it.</summary>
internal sealed class ReadFaults(FablabDb db, MemberNames names, CurrentMember me)
{
    /// <summary>More than these are not listed; those that stop bookings come first.</summary>
    public const int Most = 200;

    /// <summary>Of a member's own reports, the newest.</summary>
    public const int MostOwn = 20;

    public async Task<MachineFaults> OfAsync(MachineRow machine, CancellationToken ct)
    {
        var (id, mine) = (machine.Id, me.Id);
        var faults = db.Faults.AsNoTracking().Where(fault => fault.Machine == id);
        var stopped = await faults.ThatStopBookings().AnyAsync(ct);
        if (!me.May(Right.MendFaults, Subject.At(machine.Site)))
        {
            var own = await faults.Where(fault => fault.Reporter == mine).OrderByDescending(fault => fault.ReportedAt).ThenBy(fault => fault.Id).Take(MostOwn).ToListAsync(ct);
            return new MachineFaults(stopped, false, [.. own.Select(fault => new FaultView(fault, null))]);
        }

        var open = await faults.Where(fault => fault.ClosedAt == null)
            .OrderByDescending(fault => fault.StopsBookings).ThenBy(fault => fault.ReportedAt).ThenBy(fault => fault.Id)
            .Take(Most)
            .ToListAsync(ct);
        var reporters = await names.OfAsync(open.Select(fault => fault.Reporter), ct);
        return new MachineFaults(stopped, true, [.. open.Select(fault => new FaultView(fault, reporters.GetValueOrDefault(fault.Reporter)))]);
    }
}
