using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Groups;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.AskingForTariffs;

/// <summary>Somebody answered it already.</summary>
public sealed record TariffRequestAnswered() : Refusal("tariff-request-answered");

/// <summary>A request that waits, for who may answer it.</summary>
public sealed record WaitingTariffRequest(TariffRequestRow Row, string Group, string Name, string Email, ProofKind? Proof);

/// <summary>Managers of a site that the member belongs to, and administrators, look at the document and say yes or no.</summary>
internal sealed class DecideTariffRequests(FablabDb db, TariffGroups groups, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public const string PageAddress = "/people/tariff-requests";

    public const int LongestReason = 500;

    public bool MayDecide => groups.MayEdit;

    /// <summary>Those that the reader may answer, the oldest first.</summary>
    /// <param name="after">Where the page begins: how many came before it, of one instant too.</param>
    public async Task<Page<WaitingTariffRequest>> WaitingAsync(Cursor after, int limit, CancellationToken ct)
    {
        // From the past on: the first page of a list that begins with the oldest.
        var (since, shown) = after == Cursor.First ? (Instant.FromUnixTimeMilliseconds(0), 0) : (after.At, after.Shown);
        var rows = await (
            from row in Mine()
            join tariff in db.TariffGroups.AsNoTracking() on row.Group equals tariff.Id
            join user in db.Users.AsNoTracking() on (Guid)(object)row.Member equals user.Id
            where row.State == TariffRequestState.Waiting && row.AskedAt >= since
            orderby row.AskedAt, row.Id
            select new WaitingTariffRequest(
                row, tariff.Name, user.DisplayName, user.Email ?? "", db.TariffProofs.Where(proof => proof.Request == row.Id).Select(proof => (ProofKind?)proof.Kind).FirstOrDefault()))
            .Skip(shown).Take(limit + 1).ToListAsync(ct);
        return after.PageOf(rows, limit, one => one.Row.AskedAt, one => one);
    }

    /// <summary>The document, for as long as it is kept. Whose it is can see in the audit who looked at it.</summary>
    public Task<Result<TariffProofRow>> ProofAsync(Guid id, CancellationToken ct) => LabTransaction.DecideHoldingAsync<TariffProofRow>(db, [], async () =>
    {
        if (await OneAsync(id, ct) is not { } request || await db.TariffProofs.AsNoTracking().SingleOrDefaultAsync(row => row.Request == id, ct) is not { } proof)
        {
            return new NoSuchThing("proof");
        }

        audit.Note("tariff-proof-seen", $"tariff-request/{id}", site: await groups.SiteToNoteAsync(request.Member, ct), concerns: request.Member);
        await db.SaveChangesAsync(ct);
        return proof;
    }, ct);

    /// <param name="from">Left out for now.</param>
    /// <param name="until">No more in the group from here on; left out without an end.</param>
    /// <param name="seen">What was seen, in words that stay when the document is gone.</param>
    public Task<Refusal?> AcceptAsync(Guid id, Instant? from, Instant? until, string? seen, CancellationToken ct) => DecideAsync(id, async (row, facts) =>
    {
        var result = await groups.AddWithinAsync(row.Member, new PutIntoGroupRequest(row.Group.Value, from, until, seen), ct);
        if (!result.TryGet(out var added, out var refusal))
        {
            return refusal;
        }

        (facts["from"], facts["until"]) = (added.From.ToString(), added.Until?.ToString() ?? "none");
        row.State = TariffRequestState.Accepted;
        return null;
    }, "tariff-accepted", ct);

    /// <param name="reason">For the member, up to 500 characters.</param>
    public Task<Refusal?> RefuseAsync(Guid id, string reason, CancellationToken ct) => DecideAsync(id, (row, _) =>
    {
        (row.State, row.Reason) = (TariffRequestState.Refused, StorableText.Of(reason.Trim()));
        return Task.FromResult<Refusal?>(null);
    }, "tariff-refused", ct);

    private async Task<Refusal?> DecideAsync(Guid id, Func<TariffRequestRow, Dictionary<string, string>, Task<Refusal?>> decide, string code, CancellationToken ct)
    {
        if (await OneAsync(id, ct) is not { } seen)
        {
            return new NoSuchThing("tariff-request");
        }

        var result = await LabTransaction.DecideHoldingAsync<TariffRequestRow>(db, [seen.Member.Value], async () =>
        {
            if (await db.TariffRequests.SingleOrDefaultAsync(one => one.Id == id, ct) is not { } row)
            {
                return new NoSuchThing("tariff-request");
            }

            if (row.State is not TariffRequestState.Waiting)
            {
                return new TariffRequestAnswered();
            }

            var (before, facts) = (AuditFacts.Of(row), new Dictionary<string, string>());
            if (await decide(row, facts) is { } refusal)
            {
                return refusal;
            }

            var (now, group) = (clock.Now, row.Group);
            (row.DecidedBy, row.DecidedAt) = (me.Id, now);
            var name = await db.TariffGroups.Where(one => one.Id == group).Select(one => one.Name).SingleAsync(ct);
            db.Tell(row.Member, code, new Dictionary<string, string> { ["group"] = name, ["reason"] = row.Reason ?? "", ["link"] = AskForTariff.PageAddress }, now);
            foreach (var (fact, value) in AuditFacts.Of(row))
            {
                facts[fact] = value;
            }

            audit.Note(code, $"tariff-request/{id}", site: await groups.SiteToNoteAsync(row.Member, ct), concerns: row.Member, before: before, after: facts);
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);
        db.ChangeTracker.Clear();
        return result.Refusal;
    }

    private Task<TariffRequestRow?> OneAsync(Guid id, CancellationToken ct) => Mine().SingleOrDefaultAsync(row => row.Id == id, ct);

    /// <summary>Those of members who belong to a site of the reader; whoever only asked to, or was turned away, shows nothing to anybody there.</summary>
    private IQueryable<TariffRequestRow> Mine()
    {
        var all = me.Member.IsAdministrator;
        var sites = me.Member.ManagedSites.Where(site => me.May(Right.EditTariffGroups, Subject.At(site))).ToList();
        return db.TariffRequests.AsNoTracking().Where(row =>
            db.Users.Any(user => user.Id == (Guid)(object)row.Member && user.EmailConfirmed && user.ErasedAt == null)
            && (all || db.SiteMemberships.Any(membership => membership.Member == row.Member && membership.State == MembershipState.Active && sites.Contains(membership.Site))));
    }
}
