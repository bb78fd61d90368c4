using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.AskingForTariffs;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.People.Groups;

/// <summary>
/// Tells members that their place in a tariff group ends, some days ahead and once; whoever looked too late tells of ends that are no longer past than that,
/// since the words are right before and after. Nothing is told of a place that another one follows without a gap.
/// </summary>
internal sealed class TellOfTariffEnd(FablabDb db, IOptions<TariffGroupOptions> options, LabClock clock)
{
    private Duration Notice => Duration.FromDays(options.Value.EndNoticeDays);

    public Task<List<TariffGroupMemberRow>> DueAsync(int most, CancellationToken ct)
    {
        var (from, until) = (clock.Now - Notice, clock.Now + Notice);
        return db.TariffGroupMembers.AsNoTracking().Where(row => row.EndToldAt == null && row.Until != null && row.Until > from && row.Until <= until)
            .OrderBy(row => row.Until).Take(most).ToListAsync(ct);
    }

    /// <param name="due">As it was found; what was told or ended meanwhile is left alone.</param>
    public Task ExecuteAsync(TariffGroupMemberRow due, CancellationToken ct) => LabTransaction.RunHoldingAsync(db, [due.Member.Value], async () =>
    {
        var (id, member, group, now) = (due.Id, due.Member, due.Group, clock.Now);
        if (await db.TariffGroupMembers.SingleOrDefaultAsync(one => one.Id == id, ct) is not { EndToldAt: null, Until: { } until } row || until != due.Until)
        {
            return 0;
        }

        row.EndToldAt = now;
        if (!await db.TariffGroupMembers.AnyAsync(one => one.Group == group && one.Member == member && one.Id != id && one.From <= until && (one.Until == null || one.Until > until), ct))
        {
            var tariff = await db.TariffGroups.AsNoTracking().SingleAsync(one => one.Id == group, ct);
            var facts = new Dictionary<string, string> { ["group"] = tariff.Name, ["until"] = until.ToString() };
            if (tariff.MayBeAskedFor)
            {
                facts["link"] = AskForTariff.AddressFor(group);
            }

            db.Tell(member, "tariff-ends", facts, now);
        }

        return await db.SaveChangesAsync(ct);
    }, ct);
}
