using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Inviting;

/// <summary>An invitation as its reader sees it.</summary>
public sealed record InvitationView(OrganisationInvitationRow Row, string Organisation);

/// <summary>
/// Somebody answers an invitation: by the link, which went to the mailbox that the owner wrote to and may be used by any account of its reader,
/// or from their own list when it was sent to their account's confirmed address. Each is answered once.
/// </summary>
internal sealed class AnswerInvitation(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <param name="key">From the link.</param>
    /// <returns><see langword="null"/> when it is over or never was.</returns>
    public Task<InvitationView?> FindAsync(string key, CancellationToken ct)
    {
        var hash = InvitationMail.HashOf(key);
        return Views(Open().Where(row => row.Hash == hash)).SingleOrDefaultAsync(ct);
    }

    /// <summary>Those to the address of my account.</summary>
    public async Task<IReadOnlyList<InvitationView>> MineAsync(CancellationToken ct) =>
        await MyAddressAsync(ct) is { } address ? await Views(Open().Where(row => row.Email == address)).ToListAsync(ct) : [];

    public Task<Result<OrganisationId>> ByKeyAsync(string key, bool accepts, CancellationToken ct)
    {
        var hash = InvitationMail.HashOf(key);
        return AnswerAsync(Open().Where(row => row.Hash == hash), accepts, ct);
    }

    public async Task<Result<OrganisationId>> MineAsync(Guid id, bool accepts, CancellationToken ct) => await MyAddressAsync(ct) is { } address
        ? await AnswerAsync(Open().Where(row => row.Id == id && row.Email == address), accepts, ct)
        : new NoSuchThing("invitation");

    private async Task<Result<OrganisationId>> AnswerAsync(IQueryable<OrganisationInvitationRow> asked, bool accepts, CancellationToken ct)
    {
        if (await asked.AsNoTracking().SingleOrDefaultAsync(ct) is not { Organisation: var organisation })
        {
            return new NoSuchThing("invitation");
        }

        return await LabTransaction.DecideHoldingAsync<OrganisationId>(
            db,
            [organisation.Value],
            async () =>
            {
                if (await asked.SingleOrDefaultAsync(ct) is not { } invitation)
                {
                    return new NoSuchThing("invitation");
                }

                Invitations.End(invitation, accepts ? InvitationState.Accepted : InvitationState.Declined, me.Id, clock.Now);
                if (accepts)
                {
                    await JoinAsync(invitation, ct);
                }

                audit.Note(
                    accepts ? "invitation-accepted" : "invitation-declined",
                    $"organisation/{organisation}",
                    concerns: me.Id,
                    after: accepts ? new Dictionary<string, string> { ["role"] = invitation.Role.ToString() } : null);
                await db.SaveChangesAsync(ct);
                return organisation;
            },
            ct);
    }

    /// <summary>Who belongs to it already keeps their role.</summary>
    private async Task JoinAsync(OrganisationInvitationRow invitation, CancellationToken ct)
    {
        var (organisation, member) = (invitation.Organisation, me.Id);
        if (await db.OrganisationMembers.AnyAsync(row => row.Organisation == organisation && row.Member == member, ct))
        {
            return;
        }

        db.Add(new OrganisationMemberRow { Organisation = organisation, Member = member, Role = invitation.Role });
        var name = await db.Organisations.Where(row => row.Id == organisation).Select(row => row.Name).SingleAsync(ct);
        await db.TellInOrganisationAsync(organisation, [OrganisationRole.Owner], "organisation-joined", name, $"/organisations/{organisation}/members", clock.Now, ct);
    }

    private IQueryable<OrganisationInvitationRow> Open()
    {
        var now = clock.Now;
        return db.OrganisationInvitations.Where(row => row.State == InvitationState.Open && row.ExpiresAt > now);
    }

    private IQueryable<InvitationView> Views(IQueryable<OrganisationInvitationRow> rows) =>
        from row in rows.AsNoTracking()
        join organisation in db.Organisations.AsNoTracking() on row.Organisation equals organisation.Id
        orderby row.InvitedAt descending
        select new InvitationView(row, organisation.Name);

    /// <summary>Anybody can write any address into an account; only a confirmed one is theirs.</summary>
    private async Task<string?> MyAddressAsync(CancellationToken ct)
    {
        var id = me.Id.Value;
        return await db.Users.AsNoTracking().Where(user => user.Id == id && user.EmailConfirmed).Select(user => user.Email).SingleOrDefaultAsync(ct) is { } email
            ? Invitations.Folded(email)
            : null;
    }
}
