using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Inviting;

/// <summary>The link in an invitation. It is made when the mail is written, and a second attempt to send makes another one: the newest counts.</summary>
internal sealed class InvitationMail(FablabDb db, LabClock clock) : IMailActs
{
    public const string Code = "organisation-invited";

    public const string PageAddress = "/organisation-invitations";

    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        if (!Guid.TryParse(mail.Facts.GetValueOrDefault("invitation"), out var id))
        {
            return null;
        }

        var (secret, now) = (AccessTokenSecret.Create(), clock.Now);
        var hash = AccessTokenSecret.Hash(secret);
        var isOpen = await db.OrganisationInvitations.Where(row => row.Id == id && row.State == InvitationState.Open && row.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Hash, hash), ct) > 0;
        return isOpen ? new MailAct("invitation", $"{PageAddress}/{secret[AccessTokenSecret.Prefix.Length..]}") : null;
    }

    /// <param name="key">From the link.</param>
    public static string HashOf(string key) => AccessTokenSecret.Hash(AccessTokenSecret.Prefix + key);
}
