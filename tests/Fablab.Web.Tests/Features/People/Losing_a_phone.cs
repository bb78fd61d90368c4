using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Pages;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.People;

public sealed class Losing_a_phone(StorageProvider provider) : PeopleTest(provider)
{
    private Browser browser = null!;

    [OneTimeSetUp]
    public async Task Open_the_browser_of_an_administrator()
    {
        // Not in the past: a browser's cookies live by the clock of this computer.
        Lab.Clock.SetUtcNow(new DateTimeOffset(2027, 3, 1, 8, 0, 0, TimeSpan.Zero));
        browser = await Browser.OpenAsync(Lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", DemoIds.Administrator);
    }

    [OneTimeTearDown]
    public void Close_the_browser() => browser?.Dispose();

    [Test]
    public async Task Is_helped_by_an_administrator_who_takes_all_ways_to_prove_oneself_away()
    {
        var (email, id) = await SecuredAsync();
        using var program = await Lab.ClientOfAsync(email);
        using var made = await program.PostAsJsonAsync("/api/v1/feeds", new { name = "Phone" });
        using var feed = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        using var anybody = Lab.Visitor();
        var calendar = new Uri(feed.RootElement.GetProperty("address").GetString()!).PathAndQuery;
        using var read = await anybody.GetAsync(calendar);
        var before = await AccountAsync(id);

        using var reset = await ResetAsync(browser.Client, id);
        using var after = await program.GetAsync(new Uri("/api/v1/members/me", UriKind.Relative));
        using var unread = await anybody.GetAsync(calendar);
        var account = await AccountAsync(id);
        var member = new MemberId(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((reset.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.Unauthorized)));
            Assert.That((account.ProtectedTotpKey, account.RecoveryCodes.Count, account.PasswordHash), Is.EqualTo(((string?)null, 0, before.PasswordHash)), "the password stays");
            Assert.That((read.StatusCode, unread.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)), "the phone's calendar");
            Assert.That(await Lab.WithDbAsync(db => db.KioskPins.CountAsync(row => row.Member == member)), Is.Zero);
            Assert.That(account.SecurityStamp, Is.Not.EqualTo(before.SecurityStamp), "mailed links end");
            Assert.That(await Lab.WithDbAsync(db => db.Set<IdentityUserPasskey<Guid>>().CountAsync(passkey => passkey.UserId == id)), Is.Zero);
            Assert.That(await Lab.WithDbAsync(db => db.BrowserSessions.CountAsync(row => row.Member == member && row.EndedAt == null)), Is.Zero);
            Assert.That(await Lab.WithDbAsync(db => db.Mails.Where(mail => mail.Member == member).Select(mail => mail.Code).ToListAsync()), Is.EqualTo(["security-changed"]));
            Assert.That(await Lab.WithDbAsync(db => db.Audit.Where(row => row.Concerns == member && row.Action == "factors-reset").Select(row => row.Actor).ToListAsync()), Has.Count.EqualTo(1).And.None.EqualTo(member));
        }
    }

    [Test]
    public async Task Is_helped_by_nobody_else_and_by_nobody_themselves()
    {
        var (email, id) = await SecuredAsync();
        await GrantAsync(id, StaffRole.Administrator);
        using var themselves = await Lab.ClientOfAsync(email);
        var (_, member) = await SecuredAsync();

        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);

        var answers = new List<HttpStatusCode>();
        foreach (var (by, whom) in new[] { (manager, member), (elsewhere, member), (maker, member), (themselves, id), (administrator, member), (browser.Client, Guid.NewGuid()) })
        {
            using var answer = await ResetAsync(by, whom);
            answers.Add(answer.StatusCode);
        }

        using var byAnother = await ResetAsync(browser.Client, id);
        await Lab.WithDbAsync(db => db.RoleGrants.Where(grant => grant.Member == new MemberId(id)).ExecuteDeleteAsync());

        Assert.That(
            answers,
            Is.EqualTo(new[] { HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound }),
            "an administrator's token may have been stolen");
        Assert.That(byAnother.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), "administrators help each other");
        Assert.That((await AccountAsync(member)).ProtectedTotpKey, Is.Not.Null);
    }

    [Test]
    public async Task Is_made_good_by_who_has_the_database_when_no_administrator_is_left()
    {
        var (email, id) = await SecuredAsync();
        var normalized = email.ToUpperInvariant();

        // As docs/operations.md says.
        await Lab.WithDbAsync(async db =>
        {
            await db.Database.ExecuteSqlAsync($"""DELETE FROM "AspNetUserPasskeys" WHERE "UserId" IN (SELECT "Id" FROM "AspNetUsers" WHERE "NormalizedEmail" = {normalized})""");
            await db.Database.ExecuteSqlAsync($"""DELETE FROM "SignInLinks" WHERE "Member" IN (SELECT "Id" FROM "AspNetUsers" WHERE "NormalizedEmail" = {normalized})""");
            return await db.Database.ExecuteSqlAsync($"""UPDATE "AspNetUsers" SET "ProtectedTotpKey" = NULL WHERE "NormalizedEmail" = {normalized}""");
        });

        Assert.That(Fablab.Web.Features.Members.SigningIn.SecondFactor.IsOn(await AccountAsync(id)), Is.False);
        Assert.That(await Lab.WithDbAsync(db => db.Set<IdentityUserPasskey<Guid>>().AnyAsync(passkey => passkey.UserId == id)), Is.False, "or the password would not do to set up another factor");
    }

    private static Task<HttpResponseMessage> ResetAsync(HttpClient by, Guid member) => by.PostAsync(new Uri($"/api/v1/members/{member}/reset-factors", UriKind.Relative), null);

    private Task<Account> AccountAsync(Guid id) => Lab.WithDbAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == id));

    /// <summary>Somebody with an authenticator app, recovery codes, a passkey and a browser.</summary>
    private async Task<(string Email, Guid Id)> SecuredAsync()
    {
        var (email, id) = await PersonAsync();
        await Lab.WithDbAsync(async db =>
        {
            var account = await db.Users.SingleAsync(user => user.Id == id);
            (account.ProtectedTotpKey, account.RecoveryCodes) = ("sealed", ["hash"]);
            db.Add(new IdentityUserPasskey<Guid>
            {
                UserId = id, CredentialId = id.ToByteArray(),
                Data = new IdentityPasskeyData
                {
                    Name = "Phone", PublicKey = [1], CreatedAt = DateTimeOffset.UnixEpoch, SignCount = 1, Transports = [], IsUserVerified = true, IsBackupEligible = false,
                    IsBackedUp = false, AttestationObject = [1], ClientDataJson = [1],
                },
            });
            db.Add(new KioskPinRow { Member = new MemberId(id), Hash = "hash", At = Now });
            db.Add(new BrowserSessionRow
            {
                Id = Guid.CreateVersion7(), Member = new MemberId(id), Browser = "The lost phone", StartedAt = Now, ConfirmedAt = Now, IsStrong = true, ExpiresAt = Now + Duration.FromDays(1),
            });
            return await db.SaveChangesAsync();
        });
        return (email, id);
    }
}
