using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Authorising;

/// <summary>Tells a member that an authorisation ends soon: once 30 and once 7 days ahead, or as soon after that as somebody looks.</summary>
internal sealed class RemindOfEnd(FablabDb db, LabClock clock)
{
    public Task<List<MachineAuthorisationRow>> DueAsync(int most, CancellationToken ct)
    {
        var now = clock.Now;
        return db.MachineAuthorisations.AsNoTracking().Where(row => row.RemindAt != null && row.RemindAt <= now).OrderBy(row => row.RemindAt).Take(most).ToListAsync(ct);
    }

    /// <param name="due">As it was found; what was told or renewed meanwhile is left alone.</param>
    public Task ExecuteAsync(MachineAuthorisationRow due, CancellationToken ct) => LabTransaction.RunHoldingAsync(
        db,
        [due.Member.Value],
        async () =>
        {
            var (member, machine, at, now) = (due.Member, due.Machine, due.RemindAt, clock.Now);
            var row = await db.MachineAuthorisations.SingleAsync(one => one.Member == member && one.Machine == machine, ct);
            if (row.RemindAt != at || row.ValidUntil is not { } until)
            {
                return 0;
            }

            row.RemindAt = TrainingRules.NextReminder(until, now);
            if (until > now)
            {
                db.Tell(
                    member,
                    "authorisation-ends-soon",
                    new Dictionary<string, string> { ["machine"] = machine.ToString(), ["until"] = until.ToString() },
                    now);
            }

            return await db.SaveChangesAsync(ct);
        },
        ct);
}
