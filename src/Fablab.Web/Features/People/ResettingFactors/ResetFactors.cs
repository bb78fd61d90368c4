using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.ResettingFactors;

/// <summary>
/// An administrator takes the means of proving oneself from a member who lost them: authenticator app, recovery codes, passkeys, sign-ins at
/// providers and the PIN at kiosks. Whoever found the phone is signed out with it, everywhere; it is told nothing more, and its calendar reads nothing more.
/// The password stays, and a new one comes by mail as always, so whoever is left with the mailbox gets in again; rights of staff wait until they have set up
/// another factor. It is done in a browser by who proved a moment ago to be there, and by no access token: a stolen one would open any account whose mailbox is read.
/// </summary>
internal sealed class ResetFactors(FablabDb db, ReadMembers members, BrowserSessions sessions, ChangesOfProtection protection, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Refusal?> ExecuteAsync(MemberId member, CancellationToken ct)
    {
        if (!me.May(Right.ResetFactors, Subject.Nothing) || await members.OneAsync(member, ct) is null)
        {
            return new NoSuchThing("member");
        }

        if (member == me.Id)
        {
            return new NotAllowed();
        }

        if (!await protection.AreAllowedAsync(ct))
        {
            return new ConfirmationNeeded();
        }

        await LabTransaction.RunHoldingAsync(db, [member.Value], () => ResetWithinAsync(member, ct), ct);
        db.ChangeTracker.Clear();
        return null;
    }

    /// <summary>Ends, within the caller's transaction, what an account is signed in with: sessions, access tokens, and every link that was mailed to it.</summary>
    /// <param name="takesFactors">What it proves itself with, too.</param>
    public async Task SignOutWithinAsync(Account account, bool takesFactors, CancellationToken ct)
    {
        var (id, member, now) = (account.Id, new MemberId(account.Id), clock.Now);

        // Half a sign-in ends with the stamp, like the links.
        (account.SecurityStamp, account.ConcurrencyStamp) = (Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString());
        await sessions.EndAllAsync(member, exceptThis: false, ct);
        await db.AccessTokens.Where(token => token.Member == member && token.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(token => token.RevokedAt, now), ct);
        if (takesFactors)
        {
            (account.ProtectedTotpKey, account.RecoveryCodes) = (null, []);
            await db.Set<IdentityUserPasskey<Guid>>().Where(passkey => passkey.UserId == id).ExecuteDeleteAsync(ct);
            await db.SignInLinks.Where(link => link.Member == member).ExecuteDeleteAsync(ct);
            await db.PushSubscriptions.Where(browser => browser.Member == member).ExecuteDeleteAsync(ct);
            await db.KioskPins.Where(pin => pin.Member == member).ExecuteDeleteAsync(ct);
            await db.Kiosks.Where(kiosk => kiosk.Person == member)
                .ExecuteUpdateAsync(set => set.SetProperty(kiosk => kiosk.Person, (MemberId?)null).SetProperty(kiosk => kiosk.PersonUntil, (Instant?)null), ct);
            await db.Feeds.Where(feed => feed.Member == member && feed.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(feed => feed.RevokedAt, now), ct);
        }
    }

    private async Task<int> ResetWithinAsync(MemberId member, CancellationToken ct)
    {
        var account = await db.Users.SingleAsync(user => user.Id == member.Value, ct);
        await SignOutWithinAsync(account, takesFactors: true, ct);
        audit.Note("factors-reset", $"account/{account.Id}", concerns: member);
        db.SendMail(member, "security-changed", new Dictionary<string, string>(), clock.Now);
        return await db.SaveChangesAsync(ct);
    }
}

internal static class FactorEndpoints
{
    public static void MapFactors(this RouteGroupBuilder api) => api.MapPost("/members/{member:guid}/reset-factors", ResetAsync).WithTags("members")
        .WithName("ResetFactors")
        .WithSummary("Take authenticator app, recovery codes, passkeys, sign-ins at providers, kiosk PIN and feeds from a member who lost them, and sign them out everywhere: in a browser, and not from oneself")
        .WithRefusals("not-found", "not-allowed", "confirmation-needed");

    public static void MapFactorPages(this IEndpointRouteBuilder pages) => pages.MapPost(
        "/people/{member:guid}/reset-factors",
        async (Guid member, HttpContext http, ResetFactors reset, MemberPages page, CancellationToken ct) =>
            (await http.Request.ReadFormAsync(ct))["sure"] == "yes"
                ? await page.AnswerAsync(member, await reset.ExecuteAsync(new MemberId(member), ct), ct)
                : await page.ShowAsync(member, "reset-not-sure", ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> ResetAsync(Guid member, ResetFactors reset, CancellationToken ct) =>
        await reset.ExecuteAsync(new MemberId(member), ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}
