using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.SigningInElsewhere;

/// <summary>Sign-ins at providers that open a member's account: linked and unlinked by its owner alone.</summary>
internal sealed class SignInLinks(FablabDb db, WaysIn ways, OpenIdProviders providers, AuditTrail audit, LabClock clock)
{
    public Task<List<SignInLinkRow>> ListAsync(MemberId me, CancellationToken ct) =>
        db.SignInLinks.AsNoTracking().Where(row => row.Member == me).OrderBy(row => row.LinkedAt).ToListAsync(ct);

    /// <summary>Those of the settings at which the member has a linked sign-in.</summary>
    public async Task<IReadOnlyList<OpenIdProvider>> ProvidersOfAsync(MemberId me, CancellationToken ct)
    {
        var linked = await db.SignInLinks.Where(row => row.Member == me).Select(row => row.Provider).ToListAsync(ct);
        return [.. providers.All.Where(provider => linked.Contains(provider.Code))];
    }

    /// <returns>Whether it opens the member's account now; not when it belongs to another.</returns>
    public Task<bool> LinkAsync(MemberId me, Arrival arrival, CancellationToken ct) => LabTransaction.RunHoldingAsync(db, [me.Value], async () =>
    {
        var (issuer, subject) = (arrival.Issuer, arrival.Subject);
        if (await db.SignInLinks.AsNoTracking().SingleOrDefaultAsync(row => row.Issuer == issuer && row.Subject == subject, ct) is { } known)
        {
            return known.Member == me;
        }

        var link = RowOf(arrival, me, clock.Now);
        db.Add(link);
        Tell(me, "sign-in-linked", link.Id);
        await db.SaveChangesAsync(ct);
        return true;
    }, ct);

    /// <returns>Whether it opens the account no more; not when nothing else would.</returns>
    public Task<bool> UnlinkAsync(MemberId me, Guid id, CancellationToken ct) => LabTransaction.RunHoldingAsync(db, [me.Value], async () =>
    {
        if (await db.SignInLinks.SingleOrDefaultAsync(row => row.Id == id && row.Member == me, ct) is not { } link)
        {
            return true;
        }

        if (!await ways.HasOtherAsync(me, link: link.Id, passkey: null, ct))
        {
            return false;
        }

        db.Remove(link);
        Tell(me, "sign-in-unlinked", link.Id);
        await db.SaveChangesAsync(ct);
        return true;
    }, ct);

    public static SignInLinkRow RowOf(Arrival arrival, MemberId member, Instant now) => new()
    {
        Id = Guid.CreateVersion7(),
        Member = member,
        Provider = arrival.Provider,
        Issuer = arrival.Issuer,
        Subject = arrival.Subject,
        Shown = Short(StorableText.Of(arrival.Shown)),
        LinkedAt = now,
        LastUsedAt = now,
    };

    private static string Short(string shown) => shown.Length > SignInLinkRow.LongestShown ? shown[..SignInLinkRow.LongestShown] : shown;

    private void Tell(MemberId me, string action, Guid link)
    {
        audit.Note(action, $"sign-in-link/{link}", concerns: me);
        db.SendMail(me, "security-changed", new Dictionary<string, string>(), clock.Now);
    }
}

/// <summary>The ways in which an account can be signed in: its password, its passkeys, its sign-ins at providers that the settings still name.</summary>
internal sealed class WaysIn(FablabDb db, OpenIdProviders providers)
{
    /// <summary>Whether a way is left without this link or this passkey.</summary>
    public async Task<bool> HasOtherAsync(MemberId me, Guid? link, byte[]? passkey, CancellationToken ct)
    {
        var (id, known) = (me.Value, providers.All.Select(provider => provider.Code).ToList());
        return await db.Users.AnyAsync(user => user.Id == id && user.PasswordHash != null, ct)
            || await db.Set<IdentityUserPasskey<Guid>>().Where(row => row.UserId == id).AnyAsync(row => passkey == null || row.CredentialId != passkey, ct)
            || await db.SignInLinks.AnyAsync(row => row.Member == me && known.Contains(row.Provider) && row.Id != link, ct);
    }
}
