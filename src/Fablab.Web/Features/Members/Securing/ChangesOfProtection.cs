using Fablab.Web.Data;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Members.SigningInElsewhere;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Members.Securing;

/// <summary>Who may change what protects an account: who proved a moment ago to be there, by as much as the account asks for.</summary>
internal sealed class ChangesOfProtection(FablabDb db, BrowserSessions sessions, OpenIdProviders providers, CurrentMember me)
{
    /// <summary>
    /// The password alone does not do for an account that has more: whoever learned it, or reads the mailbox, would set up a second factor of
    /// their own, and with it have the rights of staff.
    /// </summary>
    public async Task<bool> AreAllowedAsync(CancellationToken ct) => await sessions.IsConfirmedAsync(ct) && (me.Member.IsStrong || !await HasMoreThanAPasswordAsync(ct));

    /// <summary>An authenticator, a passkey, or a provider that is believed to have asked for two factors, and once did.</summary>
    public async Task<bool> HasMoreThanAPasswordAsync(CancellationToken ct)
    {
        var (member, id) = (me.Id, me.Id.Value);
        var believed = providers.All.Select(provider => provider.Code).Where(code => providers.Settings(code).CountsAsSecondFactor).ToList();
        return await db.Users.AnyAsync(
            user => user.Id == id && (user.ProtectedTotpKey != null
                || db.Set<IdentityUserPasskey<Guid>>().Any(passkey => passkey.UserId == id)
                || db.SignInLinks.Any(link => link.Member == member && believed.Contains(link.Provider)
                    && db.BrowserSessions.Any(session => session.Member == member && session.IsStrong && session.StartedAt >= link.LinkedAt))),
            ct);
    }
}
