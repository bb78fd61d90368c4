using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Members;

public sealed class The_scopes_of_a_token(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Say_that_it_reads_unless_more_was_asked_for()
    {
        using var made = await Maker.PostAsJsonAsync("/api/v1/access-tokens", new { name = "script" });
        using var script = await ClientOfAsync(made);

        using var read = await script.GetAsync("/api/v1/reservations");
        using var booked = await BookAsync(script, FreshSlot());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await MissingAsync(booked), Is.EqualTo("book"));
        }
    }

    [TestCase(Scope.Book, "POST", "/api/v1/reservations")]
    [TestCase(Scope.Account, "GET", "/api/v1/members/me/profile")]
    [TestCase(Scope.Account, "GET", "/api/v1/access-tokens")]
    [TestCase(Scope.Organisation, "POST", "/api/v1/organisations")]
    [TestCase(Scope.Staff, "GET", "/api/v1/members")]
    [TestCase(Scope.Staff, "PUT", "/api/v1/rules")]
    public async Task Are_needed_one_for_each_operation_and_refused_before_anything_is_read(Scope needed, string verb, string address)
    {
        using var without = await Lab.ClientOfAsync(DemoIds.Administrator, [.. Enum.GetValues<Scope>().Where(scope => scope != needed)]);
        using var with = await Lab.ClientOfAsync(DemoIds.Administrator, needed);

        using var refused = await without.SendAsync(new HttpRequestMessage(new HttpMethod(verb), address) { Content = Broken });
        using var answered = await with.SendAsync(new HttpRequestMessage(new HttpMethod(verb), address) { Content = Broken });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await MissingAsync(refused), Is.EqualTo(ScopeSet.WordOf(needed)));
            Assert.That(answered.StatusCode, Is.EqualTo(verb is "GET" ? HttpStatusCode.OK : HttpStatusCode.BadRequest));
        }
    }

    [Test]
    public async Task Count_for_tokens_and_not_for_browsers()
    {
        using var browser = await Lab.ReaderOfAsync(DemoIds.AtelierManager);

        using var staff = await browser.GetAsync("/api/v1/members");
        using var account = await browser.GetAsync("/api/v1/members/me/profile");

        Assert.That((staff.StatusCode, account.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Leave_a_manager_without_staff_a_member_like_others()
    {
        using var booked = await BookAsync(Maker, FreshSlot());
        var address = $"/api/v1/reservations/{(await JsonOfAsync(booked)).GetProperty("id").GetGuid()}";
        using var member = await Lab.ClientOfAsync(DemoIds.AtelierManager, Scope.Read, Scope.Book);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager, Scope.Read, Scope.Staff);

        using var unseen = await member.GetAsync(address);
        using var uncancelled = await member.PostAsync(new Uri($"{address}/cancel", UriKind.Relative), null);
        using var seen = await manager.GetAsync(address);
        var me = await member.GetFromJsonAsync<JsonElement>("/api/v1/members/me");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((unseen.StatusCode, uncancelled.StatusCode, seen.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.OK)));
            Assert.That(me.GetProperty("managedSites").GetArrayLength(), Is.Zero);
            Assert.That(me.GetProperty("waitsForSecondFactor").GetBoolean(), Is.False);
        }
    }

    [Test]
    public async Task Are_never_more_than_those_of_the_token_that_makes_it()
    {
        using var keeper = await Lab.ClientOfAsync(DemoIds.Maker, Scope.Account);

        using var more = await keeper.PostAsJsonAsync("/api/v1/access-tokens", new { name = "more", scopes = new[] { "account", "book" } });
        using var reading = await keeper.PostAsJsonAsync("/api/v1/access-tokens", new { name = "reading" });
        using var same = await keeper.PostAsJsonAsync("/api/v1/access-tokens", new { name = "same", scopes = new[] { "account" }, days = 366 });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await MissingAsync(more), Is.EqualTo("book"));
            Assert.That(await MissingAsync(reading), Is.EqualTo("read"), "by default it would read");
            Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That((await JsonOfAsync(same)).GetProperty("expiresAt").GetDateTimeOffset(), Is.LessThanOrEqualTo(Lab.Clock.GetUtcNow().AddDays(90)), "nor does it live longer");
        }
    }

    [Test]
    public async Task Are_all_of_them_after_signing_in_unless_the_request_says_which()
    {
        using var visitor = Lab.Visitor();

        using var all = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = DemoIds.Maker, password = DemoIds.Password });
        using var some = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = DemoIds.Maker, password = DemoIds.Password, scopes = new[] { "book", "read" } });

        Assert.That(ScopesIn(await JsonOfAsync(all)), Is.EqualTo("read book account organisation staff"));
        Assert.That(ScopesIn(await JsonOfAsync(some)), Is.EqualTo("read book"));
    }

    [TestCase("""{ "name": "none", "scopes": [] }""")]
    [TestCase("""{ "name": "made up", "scopes": ["everything"] }""")]
    public async Task Are_among_those_that_there_are(string body)
    {
        using var answer = await Maker.PostAsync(new Uri("/api/v1/access-tokens", UriKind.Relative), new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Are_checked_by_the_database_too()
    {
        var write = Lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync("UPDATE \"AccessTokens\" SET \"Scopes\" = 'everything'"));

        Assert.That(async () => await write, Throws.InstanceOf<System.Data.Common.DbException>());
        Assert.That(await Lab.WithDbAsync(db => db.AccessTokens.AnyAsync()), Is.True);
    }

    [Test]
    public async Task Stand_in_the_list_with_when_it_was_made_and_used_to_the_hour()
    {
        using var lab = new LabApp(StorageProvider.Sqlite);
        using var keeper = await lab.ClientOfAsync(DemoIds.Maker);
        using var made = await keeper.PostAsJsonAsync("/api/v1/access-tokens", new { name = "door sign", scopes = new[] { "read", "book" } });
        using var sign = lab.ClientWith((await JsonOfAsync(made)).GetProperty("token").GetString()!);
        var unused = await TokenAsync(keeper);

        lab.Clock.Advance(TimeSpan.FromMinutes(5));
        await sign.GetStringAsync("/api/v1/machines");
        lab.Clock.Advance(TimeSpan.FromMinutes(59));
        await sign.GetStringAsync("/api/v1/machines");
        var once = await TokenAsync(keeper);
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await sign.GetStringAsync("/api/v1/machines");
        var again = await TokenAsync(keeper);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unused.TryGetProperty("lastUsedAt", out _), Is.False);
            Assert.That(ScopesIn(once), Is.EqualTo("read book"));
            Assert.That(once.GetProperty("createdAt").GetString(), Is.EqualTo("2026-03-02T08:00:00Z"));
            Assert.That(once.GetProperty("lastUsedAt").GetString(), Is.EqualTo("2026-03-02T08:05:00Z"));
            Assert.That(again.GetProperty("lastUsedAt").GetString(), Is.EqualTo("2026-03-02T09:05:00Z"));
        }

        static async Task<JsonElement> TokenAsync(HttpClient keeper) =>
            (await keeper.GetFromJsonAsync<JsonElement>("/api/v1/access-tokens")).EnumerateArray().Single(token => token.GetProperty("name").GetString() == "door sign");
    }

    [Test]
    public async Task Open_no_page_to_a_token()
    {
        using var everything = Lab.Visitor();
        everything.DefaultRequestHeaders.Authorization = Maker.DefaultRequestHeaders.Authorization;

        using var page = await everything.GetAsync("/account");
        using var description = await everything.GetAsync("/openapi/v1.json");

        Assert.That((page.StatusCode, page.Headers.Location?.OriginalString), Is.EqualTo((HttpStatusCode.Redirect, "http://localhost/sign-in?returnUrl=%2Faccount")));
        Assert.That(description.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Give_nobody_a_copy_or_an_erasure_without_being_there()
    {
        using var account = await Lab.ClientOfAsync(DemoIds.Maker, Scope.Account);

        using var copy = await account.GetAsync("/api/v1/me/export");
        using var erasure = await account.PostAsync(new Uri("/api/v1/me/erasure", UriKind.Relative), null);

        Assert.That((await CodeOfAsync(copy), await CodeOfAsync(erasure)), Is.EqualTo(("confirmation-needed", "confirmation-needed")));
    }

    private static StringContent Broken => new("{", System.Text.Encoding.UTF8, "application/json");

    private async Task<HttpClient> ClientOfAsync(HttpResponseMessage made) => Lab.ClientWith((await JsonOfAsync(made)).GetProperty("token").GetString()!);

    private static string ScopesIn(JsonElement token) => string.Join(' ', token.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));

    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer) => (await JsonOfAsync(answer)).GetProperty("code").GetString();

    private static async Task<string?> MissingAsync(HttpResponseMessage answer)
    {
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        var refusal = await JsonOfAsync(answer);
        Assert.That(refusal.GetProperty("code").GetString(), Is.EqualTo("scope-missing"));
        return refusal.GetProperty("facts").GetProperty("scope").GetString();
    }
}
