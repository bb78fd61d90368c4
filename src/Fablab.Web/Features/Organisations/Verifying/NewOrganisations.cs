using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations.SigningUp;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Verifying;

/// <summary>Staff of any site look at organisations that signed themselves up, and say that they are who they say, or turn them down.</summary>
internal sealed class NewOrganisations(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public const string PageAddress = "/organisations/new";

    /// <summary>More than anybody looks at in one go; the oldest come first.</summary>
    private const int MostListed = 200;

    public bool MayVerify => me.MayAtSomeSite(Right.VerifyOrganisations);

    /// <returns>Those that wait, the oldest first, then those that were turned down.</returns>
    public async Task<IReadOnlyList<OrganisationRow>> ListAsync(CancellationToken ct) => !MayVerify
        ? []
        : await db.Organisations.AsNoTracking().Where(row => row.VerifiedAt == null).OrderBy(row => row.TurnedDownAt != null).ThenBy(row => row.CreatedAt).Take(MostListed).ToListAsync(ct);

    /// <summary>Only what waits for it, and by nobody who belongs to it. What is verified already is not shown to staff.</summary>
    /// <param name="ifMatch">Of the version that was looked at.</param>
    public Task<Result<OrganisationRow>> VerifyAsync(OrganisationId id, string? ifMatch, CancellationToken ct) => SayAsync(
        id,
        ifMatch,
        async row =>
        {
            if (row.TurnedDownAt is not null && row.Siren is { } siren && await db.Organisations.AnyAsync(other => other.Siren == siren && other.TurnedDownAt == null, ct))
            {
                // The number belongs to somebody else by now.
                return new OrganisationKnown();
            }

            (row.VerifiedAt, row.VerifiedBy) = (clock.Now, me.Id);
            (row.TurnedDownAt, row.TurnedDownBy, row.TurnedDownReason) = (null, null, null);
            await db.TellInOrganisationAsync(id, [OrganisationRole.Owner], "organisation-verified", row.Name, $"/organisations/{id}", clock.Now, ct);
            return null;
        },
        "organisation-verified",
        ct);

    /// <summary>It cannot book nor be billed until an owner corrects it, and so asks again. The number is free for whoever it belongs to.</summary>
    /// <param name="reason">For its owners; not empty.</param>
    /// <param name="ifMatch">Of the version that was looked at.</param>
    public Task<Result<OrganisationRow>> TurnDownAsync(OrganisationId id, string reason, string? ifMatch, CancellationToken ct) => SayAsync(
        id,
        ifMatch,
        async row =>
        {
            if (row.TurnedDownAt is not null)
            {
                return new OrganisationTurnedDown();
            }

            (row.TurnedDownAt, row.TurnedDownBy, row.TurnedDownReason) = (clock.Now, me.Id, StorableText.Of(reason.Trim()));
            await db.TellInOrganisationAsync(id, [OrganisationRole.Owner], "organisation-turned-down", row.Name, $"/organisations/{id}/edit", clock.Now, ct, row.TurnedDownReason);
            return null;
        },
        "organisation-turned-down",
        ct);

    private async Task<Result<OrganisationRow>> SayAsync(OrganisationId id, string? ifMatch, Func<OrganisationRow, Task<Refusal?>> say, string action, CancellationToken ct)
    {
        if (!MayVerify || me.Member.Organisations.ContainsKey(id))
        {
            return me.May(Right.SeeProjects, Subject.Of(id)) ? new NotAllowed() : new NoSuchThing("organisation");
        }

        try
        {
            return await LabTransaction.RunHoldingAsync<Result<OrganisationRow>>(db, [id.Value], () => SayWithinAsync(id, ifMatch, say, action, ct), ct);
        }
        catch (DbUpdateException error) when (DatabaseRefusals.IsDuplicate(error))
        {
            // Somebody signed up with its number at the very moment.
            db.ChangeTracker.Clear();
            return new OrganisationKnown();
        }
    }

    private async Task<Result<OrganisationRow>> SayWithinAsync(OrganisationId id, string? ifMatch, Func<OrganisationRow, Task<Refusal?>> say, string action, CancellationToken ct)
    {
        if (await db.Organisations.SingleOrDefaultAsync(one => one.Id == id && one.VerifiedAt == null, ct) is not { } row)
        {
            return new NoSuchThing("organisation");
        }

        if (!VersionTag.Fits(VersionTag.Of(row.Version), ifMatch))
        {
            db.ChangeTracker.Clear();
            return new StaleVersion();
        }

        var before = AuditFacts.Of(row);
        if (await say(row) is { } refusal)
        {
            db.ChangeTracker.Clear();
            return refusal;
        }

        row.Version++;
        audit.Note(action, $"organisation/{id}", before: before, after: AuditFacts.Of(row));
        await db.SaveChangesAsync(ct);
        return row;
    }
}
