using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Inviting;

/// <summary>Staff of a site ask somebody by mail to become a member. Nobody learns whether the address has an account.</summary>
internal sealed class InviteMember(FablabDb db, NewAccounts accounts, CurrentMember me, IdempotentRequest idempotent, AuditTrail audit, LabClock clock)
{
    public const string MailCode = "site-invitation";

    public static readonly Duration Life = Duration.FromDays(14);

    /// <summary>Older ones are left off.</summary>
    private const int Most = 100;

    public async Task<Result<SiteInvitationRow>> ExecuteAsync(string code, SiteInvitationRequest request, CancellationToken ct)
    {
        if (await SiteAsync(code, ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        if (!accounts.IsAddress(request.Email.Trim()))
        {
            return new AccountRefused(["address-invalid"]);
        }

        // A group is a price, which the front desk does not give.
        if (request.GroupId is not null && !me.May(Right.EditTariffGroups, Subject.At(site.Id)))
        {
            return new NotAllowed();
        }

        TariffGroupId? group = request.GroupId is { } id ? new TariffGroupId(id) : null;
        if (group is not null && !await db.TariffGroups.AnyAsync(row => row.Id == group, ct))
        {
            return new NoSuchThing("tariff-group");
        }

        var now = clock.Now;
        var invitation = new SiteInvitationRow
        {
            Id = Guid.CreateVersion7(), Site = site.Id, Email = request.Email.Trim(), NormalizedEmail = accounts.Normalized(request.Email), Language = request.Language ?? "fr",
            Group = group, By = me.Id, CreatedAt = now, ExpiresAt = now + Life,
        };
        var result = await LabTransaction.DecideHoldingAsync<SiteInvitationRow>(db, [site.Id.Value], async () =>
        {
            // Nobody's mailbox is filled by a form that is sent again and again.
            if (await db.SiteInvitations.AnyAsync(
                row => row.Site == site.Id && row.NormalizedEmail == invitation.NormalizedEmail && row.UsedAt == null && row.WithdrawnAt == null && row.ExpiresAt > now, ct))
            {
                return new InvitationRefused("already-invited");
            }

            db.Add(invitation);
            audit.Note("member-invited", $"invitation/{invitation.Id}", site: site.Id);
            db.SendMailTo(
                invitation.Email, MailCode, new Dictionary<string, string> { ["invitation"] = invitation.Id.ToString(), ["site"] = site.Name, ["language"] = invitation.Language }, now);
            idempotent.Keep(StatusCodes.Status201Created, InvitationEndpoints.LocationOf(site.Code, invitation), SiteInvitationResponse.From(invitation));
            await db.SaveChangesAsync(ct);
            return invitation;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    /// <returns>Those that nobody has used yet, the newest first; <see langword="null"/> when the reader may not know.</returns>
    public async Task<IReadOnlyList<SiteInvitationRow>?> OpenAsync(string code, CancellationToken ct)
    {
        if (await SiteAsync(code, ct) is not { } site)
        {
            return null;
        }

        var (id, now) = (site.Id, clock.Now);
        return await db.SiteInvitations.AsNoTracking().Where(row => row.Site == id && row.UsedAt == null && row.WithdrawnAt == null && row.ExpiresAt > now)
            .OrderByDescending(row => row.CreatedAt).Take(Most).ToListAsync(ct);
    }

    /// <summary>The link works no more.</summary>
    public async Task<Refusal?> WithdrawAsync(string code, Guid id, CancellationToken ct)
    {
        if (await SiteAsync(code, ct) is not { } site)
        {
            return new NoSuchThing("invitation");
        }

        var (of, now) = (site.Id, clock.Now);
        return await LabTransaction.RunAsync(db, [], async () =>
        {
            var withdrawn = await db.SiteInvitations.Where(row => row.Id == id && row.Site == of && row.UsedAt == null && row.WithdrawnAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.WithdrawnAt, now), ct);
            if (withdrawn > 0)
            {
                audit.Note("invitation-withdrawn", $"invitation/{id}", site: of);
                await db.SaveChangesAsync(ct);
            }

            return withdrawn > 0 ? null : (Refusal)new NoSuchThing("invitation");
        }, ct);
    }

    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.InviteMembers, Subject.At(site.Id)) ? site : null;
    }
}
