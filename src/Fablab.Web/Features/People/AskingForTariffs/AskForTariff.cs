using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.People.AskingForTariffs;

/// <summary>By its content it is no PDF, JPEG or PNG.</summary>
public sealed record ProofUnreadable() : Refusal("proof-unreadable");

/// <summary>It cannot be asked for like this.</summary>
/// <param name="Reason"><c>waits-already</c>, <c>too-many</c> or <c>no-membership</c>.</param>
public sealed record TariffRequestRefused(string Reason) : Refusal("tariff-request-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reason"] = Reason };
}

/// <summary>A request and the name of its group.</summary>
public sealed record TariffRequestView(TariffRequestRow Row, string Group);

/// <summary>Members ask to belong to a tariff group and show why; what waits they can take back.</summary>
internal sealed class AskForTariff(FablabDb db, CurrentMember me, IOptions<TariffProofOptions> options, AuditTrail audit, LabClock clock)
{
    public const string PageAddress = "/account/tariffs";

    /// <summary>The page with the group chosen.</summary>
    public static string AddressFor(TariffGroupId group) => $"{PageAddress}?group={group}";

    private const string Asked = "tariff-asked";

    /// <summary>Documents of one member that are kept at a time.</summary>
    public const int MostProofs = 10;

    /// <summary>Of one member within <see cref="AsksWithin"/>, those taken back again too: each is told to all managers of their sites.</summary>
    public const int MostAsks = 5;

    private static readonly Duration AsksWithin = Duration.FromDays(1);

    /// <summary>There is something to ask for, or something was asked for.</summary>
    public async Task<bool> IsOfUseAsync(CancellationToken ct)
    {
        var member = me.Id;
        return await db.TariffGroups.AnyAsync(row => row.MayBeAskedFor, ct) || await db.TariffRequests.AnyAsync(row => row.Member == member, ct);
    }

    /// <summary>Those that members may ask for, by name.</summary>
    public Task<List<TariffGroupRow>> GroupsAsync(CancellationToken ct) => db.TariffGroups.AsNoTracking().Where(row => row.MayBeAskedFor).OrderBy(row => row.Name).ToListAsync(ct);

    /// <summary>Mine, the newest first.</summary>
    public Task<List<TariffRequestView>> MineAsync(CancellationToken ct)
    {
        var member = me.Id;
        return (
            from row in db.TariffRequests.AsNoTracking()
            join tariff in db.TariffGroups.AsNoTracking() on row.Group equals tariff.Id
            where row.Member == member
            orderby row.AskedAt descending
            select new TariffRequestView(row, tariff.Name)).ToListAsync(ct);
    }

    public async Task<Result<TariffRequestView>> ExecuteAsync(Guid group, Stream proof, CancellationToken ct)
    {
        var wanted = new TariffGroupId(group);
        if (await db.TariffGroups.AsNoTracking().SingleOrDefaultAsync(row => row.Id == wanted && row.MayBeAskedFor, ct) is not { } tariff)
        {
            return new NoSuchThing("tariff-group");
        }

        if (!(await BoundedContent.ReadAsync(proof, options.Value.LargestBytes, ct)).TryGet(out var content, out var refusal))
        {
            return refusal;
        }

        if (ProofFile.KindOf(content) is not { } kind)
        {
            return new ProofUnreadable();
        }

        var result = await LabTransaction.DecideHoldingAsync<TariffRequestView>(db, [me.Id.Value], () => WithinAsync(tariff, kind, content, ct), ct);
        db.ChangeTracker.Clear();
        return result;
    }

    /// <summary>Request and document are gone.</summary>
    public async Task<Refusal?> WithdrawAsync(Guid id, CancellationToken ct)
    {
        var member = me.Id;
        var refusal = await LabTransaction.RunHoldingAsync<Refusal?>(db, [member.Value], async () =>
        {
            if (await db.TariffRequests.SingleOrDefaultAsync(row => row.Id == id && row.Member == member && row.State == TariffRequestState.Waiting, ct) is not { } row)
            {
                return new NoSuchThing("tariff-request");
            }

            db.Remove(row);
            audit.Note("tariff-request-withdrawn", $"tariff-request/{id}", site: await db.SiteToNoteAsync(member, _ => true, ct), concerns: member, before: AuditFacts.Of(row));
            await db.SaveChangesAsync(ct);
            return null;
        }, ct);
        db.ChangeTracker.Clear();
        return refusal;
    }

    private async Task<Result<TariffRequestView>> WithinAsync(TariffGroupRow tariff, ProofKind kind, byte[] content, CancellationToken ct)
    {
        var (member, group, now) = (me.Id, tariff.Id, clock.Now);
        if (await db.TariffRequests.AnyAsync(row => row.Member == member && row.Group == group && row.State == TariffRequestState.Waiting, ct))
        {
            return new TariffRequestRefused("waits-already");
        }

        var since = now - AsksWithin;
        if (await db.TariffProofs.CountAsync(proof => db.TariffRequests.Any(row => row.Id == proof.Request && row.Member == member), ct) >= MostProofs
            || await db.Audit.CountAsync(row => row.Concerns == member && row.At > since && row.Action == Asked, ct) >= MostAsks)
        {
            return new TariffRequestRefused("too-many");
        }

        // Those who would look at it are of the sites that they belong to.
        var sites = await (
            from membership in db.SiteMemberships.AsNoTracking()
            join site in db.Sites.AsNoTracking() on membership.Site equals site.Id
            where membership.Member == member && membership.State == MembershipState.Active
            select site).ToListAsync(ct);
        if (sites.Count == 0)
        {
            return new TariffRequestRefused("no-membership");
        }

        var row = new TariffRequestRow { Id = Guid.CreateVersion7(), Member = member, Group = group, AskedAt = now };
        db.Add(row);
        db.Add(new TariffProofRow { Request = row.Id, Kind = kind, Content = content });
        audit.Note(Asked, $"tariff-request/{row.Id}", site: await db.SiteToNoteAsync(member, _ => true, ct), concerns: member, after: AuditFacts.Of(row));
        foreach (var site in sites)
        {
            await db.TellManagersAsync(site, Asked, DecideTariffRequests.PageAddress, now, ct);
        }

        await db.SaveChangesAsync(ct);
        return new TariffRequestView(row, tariff.Name);
    }
}
