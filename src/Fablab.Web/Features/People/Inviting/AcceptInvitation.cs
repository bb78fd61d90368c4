using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.People.Texts;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Inviting;

/// <summary>An invitation that still counts.</summary>
/// <param name="HasAccount">Whoever reads the mailbox of the link has an account already and needs no other.</param>
internal sealed record GoodInvitation(SiteInvitationRow Row, SiteRow Site, bool HasAccount);

/// <summary>What the invited say: their name and password, unless they have an account.</summary>
internal sealed record InvitationAnswer(string DisplayName, string Password, string Language, SiteAcceptance Accepts);

/// <summary>
/// Whoever opens the link of an invitation becomes a member of the site, once. The link shows that the mailbox is theirs, so nothing else has to
/// be confirmed. It is sealed by data protection, and made when the mail is sent.
/// </summary>
internal sealed class AcceptInvitation(FablabDb db, NewAccounts accounts, IDataProtectionProvider protection, AuditTrail audit, LabClock clock) : IMailActs
{
    public const string PageAddress = "/invitation";

    private readonly MailLinkSeal seal = new(protection, "invitation");

    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct) =>
        Guid.TryParse(mail.Facts.GetValueOrDefault("invitation"), out var id) && await GoodAsync(id, ct) is not null
            ? new MailAct(InviteMember.MailCode, $"{PageAddress}/{seal.Seal(id)}")
            : null;

    /// <returns><see langword="null"/> when the link is none of ours, too old, used or withdrawn.</returns>
    public async Task<GoodInvitation?> ReadAsync(string key, CancellationToken ct) => seal.OpenId(key) is { } id ? await GoodAsync(id, ct) : null;

    public async Task<Refusal?> ExecuteAsync(string key, InvitationAnswer answer, CancellationToken ct)
    {
        if (await ReadAsync(key, ct) is not { } good)
        {
            return new NoSuchThing("invitation");
        }

        var wish = new AccountWish(good.Row.Email, answer.DisplayName, answer.Password, answer.Language);
        List<string> reasons = good.HasAccount ? [] : [.. await accounts.ReasonsAgainstAsync(wish)];
        if (!answer.Accepts.Fits(good.Site))
        {
            reasons.Add("terms-not-accepted");
        }

        if (reasons.Count > 0)
        {
            return new AccountRefused(reasons);
        }

        var made = good.HasAccount ? null : accounts.Make(wish, isConfirmed: true);

        // The same person may register, or ask for the membership, at the same moment.
        var refusal = await LabTransaction.BesideTwinAsync(db, () => LabTransaction.RunHoldingAsync(db, [good.Row.Id], () => WithinAsync(good, made, answer.Accepts, ct), ct));
        db.ChangeTracker.Clear();
        return refusal;
    }

    private async Task<Refusal?> WithinAsync(GoodInvitation good, Account? made, SiteAcceptance accepts, CancellationToken ct)
    {
        var (id, now, normalized) = (good.Row.Id, clock.Now, good.Row.NormalizedEmail);
        var row = await db.SiteInvitations.SingleAsync(one => one.Id == id, ct);
        if (row.UsedAt is not null || row.WithdrawnAt is not null)
        {
            return new NoSuchThing("invitation");
        }

        // An account may have been made meanwhile; it is theirs, and stays as it is.
        var account = await db.Users.SingleOrDefaultAsync(user => user.NormalizedEmail == normalized, ct);
        var isNowConfirmed = false;
        if (account is null && made is not null)
        {
            account = made;
            db.Add(made);
        }
        else if (account is { EmailConfirmed: false } && made is not null)
        {
            // Somebody registered with this address and nobody confirmed it; whoever reads the mailbox is its owner, and no password but theirs opens it.
            (account.DisplayName, account.PasswordHash, account.Language) = (made.DisplayName, made.PasswordHash, made.Language);
            (account.SecurityStamp, account.ConcurrencyStamp, account.EmailConfirmed) = (made.SecurityStamp, Guid.NewGuid().ToString(), true);
            isNowConfirmed = true;
        }

        if (account is null)
        {
            return new NoSuchThing("invitation");
        }

        var member = new MemberId(account.Id);
        await AdmitAsync(row, member, now, ct);
        var known = await db.AcceptedTerms.AsNoTracking().Where(one => one.Member == member && one.Site == row.Site).ToListAsync(ct);
        db.AddRange(accepts.Rows(good.Site, member, now).Where(one => !known.Any(before => before.Kind == one.Kind && before.Version == one.Version)));

        (row.UsedAt, row.UsedBy) = (now, member);
        audit.Note("invitation-accepted", $"invitation/{id}", site: row.Site, concerns: member, actor: member);
        if (isNowConfirmed)
        {
            await db.TellOfRequestsAsync(member, now, ct);
        }

        await db.SaveChangesAsync(ct);
        return null;
    }

    private async Task AdmitAsync(SiteInvitationRow row, MemberId member, NodaTime.Instant now, CancellationToken ct)
    {
        if (await db.SiteMemberships.SingleOrDefaultAsync(one => one.Site == row.Site && one.Member == member, ct) is { } present)
        {
            // Staff invited them, so staff said yes; a no that came later stands.
            if (present.State is MembershipState.Refused && present.DecidedAt > row.CreatedAt)
            {
                return;
            }

            (present.State, present.DecidedBy, present.DecidedAt) = (MembershipState.Active, row.By, now);
        }
        else
        {
            db.Add(new SiteMembershipRow { Site = row.Site, Member = member, State = MembershipState.Active, Origin = MembershipOrigin.Invitation, Since = now, DecidedBy = row.By, DecidedAt = now });
        }

        if (row.Group is { } group && !await db.TariffGroupMembers.AnyAsync(one => one.Group == group && one.Member == member && (one.Until == null || one.Until > now), ct))
        {
            var added = new TariffGroupMemberRow { Id = Guid.CreateVersion7(), Group = group, Member = member, From = now, By = row.By };
            db.Add(added);
            audit.Note("put-into-tariff-group", $"tariff-group-member/{added.Id}", site: row.Site, concerns: member, actor: row.By, after: AuditFacts.Of(added));
        }
    }

    private async Task<GoodInvitation?> GoodAsync(Guid id, CancellationToken ct)
    {
        var now = clock.Now;
        var found = await (
            from row in db.SiteInvitations.AsNoTracking()
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            where row.Id == id && row.UsedAt == null && row.WithdrawnAt == null && row.ExpiresAt > now
            select new { row, site, hasAccount = db.Users.Any(user => user.NormalizedEmail == row.NormalizedEmail && user.EmailConfirmed) }).SingleOrDefaultAsync(ct);
        return found is null ? null : new GoodInvitation(found.row, found.site, found.hasAccount);
    }
}
