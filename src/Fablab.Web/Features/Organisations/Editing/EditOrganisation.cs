using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations.SigningUp;
using Fablab.Web.Features.Organisations.Verifying;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Editing;

/// <summary>An owner changes what the organisation says of itself. Another name or number is another thing to verify; one that was turned down asks again.</summary>
internal sealed class EditOrganisation(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<OrganisationRow>> ExecuteAsync(OrganisationId id, OrganisationRequest request, string? ifMatch, CancellationToken ct)
    {
        if (!me.May(Right.SeeProjects, Subject.Of(id)))
        {
            return new NoSuchThing("organisation");
        }

        if (!me.May(Right.ManageOrganisation, Subject.Of(id)))
        {
            return new NotAllowed();
        }

        if (!OrganisationDetails.Read(request).TryGet(out var details, out var refusal))
        {
            return refusal;
        }

        try
        {
            return await LabTransaction.RunHoldingAsync<Result<OrganisationRow>>(db, [id.Value], () => EditWithinAsync(id, details, ifMatch, ct), ct);
        }
        catch (DbUpdateException error) when (DatabaseRefusals.IsDuplicate(error))
        {
            db.ChangeTracker.Clear();
            return new OrganisationKnown();
        }
    }

    private async Task<Result<OrganisationRow>> EditWithinAsync(OrganisationId id, OrganisationDetails details, string? ifMatch, CancellationToken ct)
    {
        if (await db.Organisations.SingleOrDefaultAsync(row => row.Id == id, ct) is not { } row)
        {
            return new NoSuchThing("organisation");
        }

        if (!VersionTag.Fits(VersionTag.Of(row.Version), ifMatch))
        {
            db.ChangeTracker.Clear();
            return new StaleVersion();
        }

        var (before, changed) = (AuditFacts.Of(row), details.ChangesOf(row));
        if (row.VerifiedAt is not null && details.IsAnotherThan(row) && !me.Member.IsAdministrator)
        {
            (row.VerifiedAt, row.VerifiedBy) = (null, null);
            await db.TellAdministratorsAsync("organisation-signed-up", details.Name, NewOrganisations.PageAddress, me.Id, clock.Now, ct);
        }
        else if (row.TurnedDownAt is not null && details.SaysMoreThan(row))
        {
            // Whoever corrects it asks again; saying the same once more corrects nothing.
            (row.TurnedDownAt, row.TurnedDownBy, row.TurnedDownReason) = (null, null, null);
            await db.TellAdministratorsAsync("organisation-asks-again", details.Name, NewOrganisations.PageAddress, me.Id, clock.Now, ct);
        }

        details.WriteTo(row);
        row.Version++;
        audit.Note("organisation-edited", $"organisation/{id}", before: before, after: AuditFacts.Of(row).With(changed));
        await db.SaveChangesAsync(ct);
        return row;
    }
}
