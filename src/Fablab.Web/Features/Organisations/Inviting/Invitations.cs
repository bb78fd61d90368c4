using System.ComponentModel.DataAnnotations;
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

namespace Fablab.Web.Features.Organisations.Inviting;

/// <param name="Reason"><c>mail-invalid</c>, <c>already-member</c> or <c>already-invited</c>.</param>
public sealed record InvitationRefused(string Reason) : Refusal("invitation-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reason"] = Reason };
}

public sealed record TooManyInvitations(int Most) : Refusal("too-many-invitations")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["most"] = Most };
}

internal static class EndedInvitations
{
    /// <summary>Nobody comes in any more by the word of who is no owner now. Within the caller's transaction, before it saves.</summary>
    public static async Task EndInvitationsOfAsync(this FablabDb db, OrganisationId organisation, MemberId owner, Instant now, CancellationToken ct)
    {
        foreach (var row in await db.OrganisationInvitations
            .Where(row => row.Organisation == organisation && row.InvitedBy == owner && row.State == InvitationState.Open).ToListAsync(ct))
        {
            Invitations.End(row, InvitationState.Withdrawn, null, now);
        }
    }

    /// <summary>
    /// Nobody is asked any more at an address that its owner has left: whoever gets it next would be. Within the caller's transaction; the inviters do
    /// not learn the new address, and ask anew if they wish.
    /// </summary>
    /// <param name="normalized">As accounts keep it, in upper case.</param>
    public static async Task EndInvitationsToAsync(this FablabDb db, string address, string normalized, Instant now, CancellationToken ct)
    {
        var folded = Invitations.Folded(address);
        await db.OrganisationInvitations.Where(row => row.Email == folded && row.State == InvitationState.Open).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, InvitationState.Withdrawn).SetProperty(row => row.EndedAt, now).SetProperty(row => row.Email, "").SetProperty(row => row.Hash, (string?)null), ct);
        await db.SiteInvitations.Where(row => row.NormalizedEmail == normalized && row.UsedAt == null && row.WithdrawnAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.WithdrawnAt, now), ct);
    }
}

/// <summary>An owner asks people to join, by mail; whether the lab knows them is not told.</summary>
internal sealed class Invitations(FablabDb db, IOptions<OrganisationOptions> options, IdempotentRequest idempotent, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <summary>Open ones of an organisation, and those sent within a day, so that nobody writes to the whole town in the lab's name.</summary>
    public const int Most = 50;

    private static readonly EmailAddressAttribute Mail = new();

    public static string Folded(string email) => email.Trim().ToLowerInvariant();

    /// <returns>Those that can still be accepted, the newest first; for owners alone.</returns>
    public async Task<Result<IReadOnlyList<OrganisationInvitationRow>>> OpenAsync(OrganisationId organisation, CancellationToken ct)
    {
        if (Refused(organisation) is { } refusal)
        {
            return refusal;
        }

        return await Open(organisation).AsNoTracking().OrderByDescending(row => row.InvitedAt).ToListAsync(ct);
    }

    /// <summary>An open invitation to the same address ends: the new one takes its place.</summary>
    public async Task<Result<OrganisationInvitationRow>> InviteAsync(OrganisationId organisation, string email, OrganisationRole role, CancellationToken ct)
    {
        if (Refused(organisation) is { } refusal)
        {
            return refusal;
        }

        var address = StorableText.Of(Folded(email));
        if (address.Length is 0 or > 256 || address.Any(char.IsControl) || !Mail.IsValid(address) || !Enum.IsDefined(role))
        {
            return new InvitationRefused("mail-invalid");
        }

        return await LabTransaction.DecideHoldingAsync(db, [organisation.Value], () => InviteWithinAsync(organisation, address, role, ct), ct);
    }

    public async Task<Result<OrganisationInvitationRow>> WithdrawAsync(OrganisationId organisation, Guid id, CancellationToken ct)
    {
        if (Refused(organisation) is { } refusal)
        {
            return refusal;
        }

        return await LabTransaction.DecideHoldingAsync<OrganisationInvitationRow>(
            db,
            [organisation.Value],
            async () =>
            {
                if (await Open(organisation).SingleOrDefaultAsync(row => row.Id == id, ct) is not { } row)
                {
                    return new NoSuchThing("invitation");
                }

                End(row, InvitationState.Withdrawn, null, clock.Now);
                audit.Note("invitation-withdrawn", $"organisation/{organisation}");
                await db.SaveChangesAsync(ct);
                return row;
            },
            ct);
    }

    /// <summary>The address is needed no more.</summary>
    internal static void End(OrganisationInvitationRow row, InvitationState state, MemberId? by, Instant now) =>
        (row.State, row.AnsweredBy, row.EndedAt, row.Hash, row.Email) = (state, by, now, null, "");

    private async Task<Result<OrganisationInvitationRow>> InviteWithinAsync(OrganisationId organisation, string address, OrganisationRole role, CancellationToken ct)
    {
        var normalized = address.ToUpperInvariant();
        var known = await db.Users.AsNoTracking().Where(user => user.NormalizedEmail == normalized).Select(user => (Guid?)user.Id).SingleOrDefaultAsync(ct);
        if (known is { } id && await db.OrganisationMembers.AnyAsync(row => row.Organisation == organisation && row.Member == new MemberId(id), ct))
        {
            return new InvitationRefused("already-member");
        }

        var open = await Open(organisation).ToListAsync(ct);
        foreach (var same in open.Where(row => row.Email == address))
        {
            End(same, InvitationState.Withdrawn, null, clock.Now);
        }

        var yesterday = clock.Now - Duration.FromDays(1);
        if (open.Count(row => row.State is InvitationState.Open) >= Most
            || await db.OrganisationInvitations.CountAsync(row => row.Organisation == organisation && row.InvitedAt > yesterday, ct) >= Most)
        {
            db.ChangeTracker.Clear();
            return new TooManyInvitations(Most);
        }

        // Those that nobody answered in time keep no address either.
        var now = clock.Now;
        await db.OrganisationInvitations.Where(row => row.Organisation == organisation && row.State == InvitationState.Open && row.ExpiresAt <= now && row.Email != "")
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Email, ""), ct);
        var invitation = new OrganisationInvitationRow
        {
            Id = Guid.CreateVersion7(), Organisation = organisation, Email = address, Role = role, InvitedBy = me.Id, InvitedAt = clock.Now,
            ExpiresAt = clock.Now + Duration.FromDays(options.Value.InvitationDays),
        };
        db.Add(invitation);
        var facts = OrganisationNews.Facts(await db.Organisations.Where(row => row.Id == organisation).Select(row => row.Name).SingleAsync(ct), "/organisations");
        facts["invitation"] = invitation.Id.ToString();
        if (known is { } member)
        {
            db.Tell(new MemberId(member), InvitationMail.Code, facts, clock.Now);
        }
        else
        {
            // Most read what the one who asks reads.
            if (me.Member.Language is { } language)
            {
                facts["language"] = language;
            }

            db.SendMailTo(address, InvitationMail.Code, facts, clock.Now);
        }

        audit.Note("member-invited", $"organisation/{organisation}", after: new Dictionary<string, string> { ["role"] = role.ToString() });
        idempotent.Keep(StatusCodes.Status201Created, $"{OrganisationEndpoints.LocationOf(organisation)}/invitations", InvitationResponse.From(invitation));
        await db.SaveChangesAsync(ct);
        return invitation;
    }

    private IQueryable<OrganisationInvitationRow> Open(OrganisationId organisation)
    {
        var now = clock.Now;
        return db.OrganisationInvitations.Where(row => row.Organisation == organisation && row.State == InvitationState.Open && row.ExpiresAt > now);
    }

    private Refusal? Refused(OrganisationId organisation) =>
        me.May(Right.ManageOrganisation, Subject.Of(organisation)) ? null
        : me.May(Right.SeeProjects, Subject.Of(organisation)) ? new NotAllowed()
        : new NoSuchThing("organisation");
}
