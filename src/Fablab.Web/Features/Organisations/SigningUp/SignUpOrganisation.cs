using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations.Verifying;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Organisations.SigningUp;

/// <summary>Somebody signed up several organisations that nobody has looked at yet.</summary>
public sealed record TooManyOrganisations(int Most) : Refusal("too-many-organisations")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["most"] = Most };
}

/// <summary>A member signs up their organisation and becomes its owner. Staff look at it later.</summary>
internal sealed class SignUpOrganisation(FablabDb db, CurrentMember me, IdempotentRequest idempotent, AuditTrail audit, LabClock clock)
{
    /// <summary>Unverified ones of one member.</summary>
    public const int Most = 3;

    public async Task<Result<OrganisationRow>> ExecuteAsync(OrganisationRequest request, CancellationToken ct)
    {
        if (!OrganisationDetails.Read(request).TryGet(out var details, out var refusal))
        {
            return refusal;
        }

        var (mine, siren) = (me.Id, details.Numbers.Siren?.Digits);
        try
        {
            return await WithinAsync(details, mine, siren, ct);
        }
        catch (DbUpdateException error) when (siren is not null && DatabaseRefusals.IsDuplicate(error))
        {
            db.ChangeTracker.Clear();
            if (!await db.Organisations.AnyAsync(row => row.Siren == siren && row.TurnedDownAt == null, ct))
            {
                throw;
            }

            // Another organisation has taken the number by a change meanwhile.
            return new OrganisationKnown();
        }
    }

    private async Task<Result<OrganisationRow>> WithinAsync(OrganisationDetails details, MemberId mine, string? siren, CancellationToken ct) =>
        await LabTransaction.RunHoldingAsync<Result<OrganisationRow>>(
            db,
            siren is null ? [mine.Value] : [mine.Value, KeyOf(siren)],
            async () =>
            {
                if (siren is not null && await db.Organisations.AnyAsync(row => row.Siren == siren && row.TurnedDownAt == null, ct))
                {
                    await TellOfKnownAsync(siren, details.Name, ct);
                    return new OrganisationKnown();
                }

                return await db.Organisations.CountAsync(row => row.CreatedBy == mine && row.VerifiedAt == null, ct) >= Most
                    ? new TooManyOrganisations(Most)
                    : await CreateAsync(details, ct);
            },
            ct);

    private async Task<OrganisationRow> CreateAsync(OrganisationDetails details, CancellationToken ct)
    {
        var row = new OrganisationRow
        {
            Id = new OrganisationId(Guid.CreateVersion7()), Name = details.Name, Kind = details.Kind, Address = details.Address, CreatedAt = clock.Now, CreatedBy = me.Id,
        };
        details.WriteTo(row);
        db.Add(row);
        db.Add(new OrganisationMemberRow { Organisation = row.Id, Member = me.Id, Role = OrganisationRole.Owner });
        audit.Note("organisation-signed-up", $"organisation/{row.Id}", after: AuditFacts.Of(row));
        await db.TellAdministratorsAsync("organisation-signed-up", row.Name, NewOrganisations.PageAddress, me.Id, clock.Now, ct);
        idempotent.Keep(StatusCodes.Status201Created, OrganisationEndpoints.LocationOf(row.Id), OrganisationResponse.From(row));
        await db.SaveChangesAsync(ct);
        return row;
    }

    /// <summary>Told although it is refused, since somebody may be looking for their colleagues, or probing; once a day of each number, however often they try.</summary>
    private async Task TellOfKnownAsync(string siren, string name, CancellationToken ct)
    {
        var (now, yesterday) = (clock.Now, clock.Now - Duration.FromDays(1));
        if (await db.Organisations.Where(row => row.Siren == siren && row.TurnedDownAt == null && (row.KnownToldAt == null || row.KnownToldAt <= yesterday))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.KnownToldAt, now), ct) > 0)
        {
            await db.TellAdministratorsAsync("organisation-known", name, NewOrganisations.PageAddress, me.Id, now, ct);
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>What is held while one number is looked at, so that two sign-ups follow each other.</summary>
    private static Guid KeyOf(string siren) => Guid.ParseExact(siren.PadLeft(32, '0'), "N");
}
