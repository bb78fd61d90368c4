using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Members;

public sealed class An_access_token(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Is_refused_from_the_moment_it_is_taken_back()
    {
        var (client, id) = await ClientWithTokenAsync();

        using var before = await client.GetAsync("/api/v1/members/me");
        using var revoked = await Maker.DeleteAsync($"/api/v1/access-tokens/{id}");
        using var after = await client.GetAsync("/api/v1/members/me");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(revoked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        }
    }

    [Test]
    public async Task Takes_all_that_it_made_with_it_and_they_theirs()
    {
        var (first, id) = await MadeByAsync(Maker);
        var (second, _) = await MadeByAsync(first);
        var (third, _) = await MadeByAsync(second);
        var (other, _) = await MadeByAsync(Maker);
        var before = await StatusesAsync(first, second, third, other);

        using var revoked = await Maker.DeleteAsync($"/api/v1/access-tokens/{id}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Is.All.EqualTo(HttpStatusCode.OK));
            Assert.That(
                await StatusesAsync(first, second, third, other),
                Is.EqualTo(new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK }));
            Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Action == "access-token-revoked" && row.Subject == $"access-token/{id}")), Is.EqualTo(1));
        }

        async Task<(HttpClient Client, Guid Id)> MadeByAsync(HttpClient maker)
        {
            using var answer = await maker.PostAsJsonAsync("/api/v1/access-tokens", new { name = "made", scopes = new[] { "read", "account" } });
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
            var made = await JsonOfAsync(answer);
            return (Lab.ClientWith(made.GetProperty("token").GetString()!), made.GetProperty("id").GetGuid());
        }

        static async Task<HttpStatusCode[]> StatusesAsync(params HttpClient[] clients)
        {
            var statuses = new List<HttpStatusCode>();
            foreach (var client in clients)
            {
                using var answer = await client.GetAsync("/api/v1/members/me");
                statuses.Add(answer.StatusCode);
            }

            return [.. statuses];
        }
    }

    [Test]
    public async Task Lies_in_the_database_only_as_a_hash()
    {
        using var answer = await Maker.PostAsJsonAsync("/api/v1/access-tokens", new { name = "script", days = 7 });
        var token = (await JsonOfAsync(answer)).GetProperty("token").GetString()!;

        var hashes = await Lab.WithDbAsync(db => db.AccessTokens.Select(row => row.Hash).ToListAsync());

        Assert.That(hashes, Has.None.Contains(token[4..]));
        Assert.That(await Maker.GetStringAsync("/api/v1/access-tokens"), Does.Contain("script").And.Not.Contain(token));
    }

    /// <summary>That it was used is written down, but not at the price of the request.</summary>
    [Test]
    public async Task Reads_while_somebody_writes_for_long()
    {
        var (client, id) = await ClientWithTokenAsync();
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = Lab.WithDbAsync(db => LabTransaction.RunAsync(db, [], async () =>
        {
            begun.SetResult();
            await end.Task;
            return 0;
        }, CancellationToken.None));
        await begun.Task;

        using var meanwhile = await client.GetAsync("/api/v1/members/me");
        var wasWriting = !writing.IsCompleted;
        end.SetResult();
        await writing;
        using var later = await client.GetAsync("/api/v1/members/me");

        Assert.That((meanwhile.StatusCode, wasWriting, later.StatusCode), Is.EqualTo((HttpStatusCode.OK, true, HttpStatusCode.OK)));
        Assert.That(await Lab.WithDbAsync(db => db.AccessTokens.Where(row => row.Id == id).Select(row => row.LastUsedAt).SingleAsync()), Is.Not.Null);
    }

    [Test]
    public async Task Is_one_of_fifty_at_most_and_signing_in_ends_the_oldest_of_the_same_name_alone()
    {
        using var member = await Lab.ClientOfAsync(DemoIds.Owner);
        var id = await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == DemoIds.Owner).Select(user => new Fablab.Domain.Members.MemberId(user.Id)).SingleAsync());
        var now = NodaTime.Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());
        await Lab.WithDbAsync(async db =>
        {
            var working = await db.AccessTokens.CountAsync(token => token.Member == id && token.RevokedAt == null && token.ExpiresAt > now);
            for (var number = working; number < MemberTokens.Most; number++)
            {
                db.Add(new AccessTokenRow
                {
                    Id = Guid.CreateVersion7(), Member = id, Name = number % 2 == 0 ? "backup" : "nightly", Hash = AccessTokenSecret.Hash($"{number}"), CreatedAt = now - NodaTime.Duration.FromDays(number),
                    ExpiresAt = now + NodaTime.Duration.FromDays(1), Scopes = Fablab.Domain.Members.ScopeSet.All,
                });
            }

            return await db.SaveChangesAsync();
        });

        using var beyond = await member.PostAsJsonAsync("/api/v1/access-tokens", new { name = "one more" });
        using var other = await Lab.Visitor().PostAsJsonAsync("/api/v1/sign-in", new { email = DemoIds.Owner, password = DemoIds.Password, tokenName = "another" });
        var backups = await Lab.WithDbAsync(db => db.AccessTokens.CountAsync(token => token.Member == id && token.RevokedAt == null && token.ExpiresAt > now && token.Name == "backup"));
        using var signedIn = await Lab.Visitor().PostAsJsonAsync("/api/v1/sign-in", new { email = DemoIds.Owner, password = DemoIds.Password, tokenName = "nightly" });
        var left = await Lab.WithDbAsync(db => db.AccessTokens.Where(token => token.Member == id && token.RevokedAt == null && token.ExpiresAt > now).Select(token => token.Name).ToListAsync());

        Assert.That((beyond.StatusCode, (await JsonOfAsync(beyond)).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "too-many-tokens")));
        Assert.That((other.StatusCode, (await JsonOfAsync(other)).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "too-many-tokens")));
        Assert.That((signedIn.IsSuccessStatusCode, left.Count, left.Count(name => name == "backup")), Is.EqualTo((true, MemberTokens.Most, backups)));
    }

    [Test]
    public async Task Of_somebody_else_cannot_be_taken_back()
    {
        var (_, id) = await ClientWithTokenAsync();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        using var answer = await other.DeleteAsync($"/api/v1/access-tokens/{id}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("Bearer fab_forged")]
    [TestCase("Bearer something")]
    [TestCase("Bearer ")]
    public async Task That_is_none_is_refused(string header)
    {
        using var visitor = Lab.Visitor();
        visitor.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        using var answer = await visitor.GetAsync("/api/v1/members/me");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await JsonOfAsync(answer)).GetProperty("code").GetString(), Is.EqualTo("sign-in-needed"));
    }

    [Test]
    public async Task Ends_by_itself()
    {
        using var lab = new LabApp(StorageProvider.Sqlite);
        using var client = await lab.ClientOfAsync(DemoIds.Maker);
        using var before = await client.GetAsync("/api/v1/members/me");

        lab.Clock.Advance(TimeSpan.FromDays(90));
        using var after = await client.GetAsync("/api/v1/members/me");

        Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    private async Task<(HttpClient Client, Guid Id)> ClientWithTokenAsync()
    {
        using var answer = await Maker.PostAsJsonAsync("/api/v1/access-tokens", new { name = "for a while" });
        var body = await JsonOfAsync(answer);
        var client = Lab.Visitor();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("token").GetString());
        return (client, body.GetProperty("id").GetGuid());
    }
}
