using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Texts;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Registering;

internal sealed record Registration(string Site, AccountWish Account, SiteAcceptance Accepts);

/// <summary>
/// Makes the account of somebody who comes by themselves. Whether the address is known is told to nobody: the answer, and the work
/// done for it, are the same, and the owner of a known address gets a mail that says so.
/// </summary>
internal sealed class RegisterMember(FablabDb db, NewAccounts accounts, AuditTrail audit, LabClock clock)
{
    public const string KnownMail = "registered-already";

    private static readonly Duration BetweenMails = Duration.FromHours(1);

    /// <returns>Why it cannot be, which never depends on whether the address is known.</returns>
    public async Task<Refusal?> ExecuteAsync(Registration wish, CancellationToken ct)
    {
        var code = StorableText.Of(wish.Site);
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } site || site.Registration is RegistrationPolicy.Invitation)
        {
            return new NoSuchThing("site");
        }

        List<string> reasons = [.. await accounts.ReasonsAgainstAsync(wish.Account)];
        if (!wish.Accepts.Fits(site))
        {
            reasons.Add("terms-not-accepted");
        }

        if (reasons.Count > 0)
        {
            return new AccountRefused(reasons);
        }

        var account = accounts.Make(wish.Account, isConfirmed: false);

        // With the same address at the same moment the second finds it known.
        await LabTransaction.BesideTwinAsync(db, () => WriteAsync(account, site, wish.Accepts, ct));
        return null;
    }

    private Task<int> WriteAsync(Account account, SiteRow site, SiteAcceptance accepts, CancellationToken ct) => LabTransaction.RunAsync(db, [], async () =>
    {
        var (now, normalized) = (clock.Now, account.NormalizedEmail);
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.NormalizedEmail == normalized, ct) is { } known)
        {
            audit.Note("registration-repeated", $"account/{known.Id}", site: site.Id, concerns: new(known.Id));
            await db.SendMailUnlessSentAsync(new MemberId(known.Id), KnownMail, BetweenMails, now, ct);
            return await db.SaveChangesAsync(ct);
        }

        var me = new MemberId(account.Id);
        db.Add(account);
        db.Add(new SiteMembershipRow
        {
            Site = site.Id, Member = me, Since = now, Origin = MembershipOrigin.Registration,
            State = site.Registration is RegistrationPolicy.Open ? MembershipState.Active : MembershipState.Waiting,
        });
        db.AddRange(accepts.Rows(site, me, now));
        audit.Note("registered", $"account/{account.Id}", site: site.Id, concerns: me, actor: me);
        db.SendMail(me, AddressConfirmation.MailCode, new Dictionary<string, string>(), now);
        return await db.SaveChangesAsync(ct);
    }, ct);
}
