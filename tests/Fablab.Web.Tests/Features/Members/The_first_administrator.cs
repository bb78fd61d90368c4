using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Members;

public sealed class The_first_administrator
{
    private LabApp lab = null!;

    [SetUp]
    public void Open_an_empty_lab() => lab = new LabApp(StorageProvider.Sqlite, new() { ["Demo:Enabled"] = "false" });

    [TearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Is_made_once_by_whoever_reads_the_log()
    {
        using var visitor = lab.Visitor();
        var code = lab.Services.GetRequiredService<FirstAdministratorCode>().Code!;

        using var wrong = await CreateAsync(visitor, "0123456789abcdef", "a long enough password");
        using var weak = await CreateAsync(visitor, code, "short");
        using var made = await CreateAsync(visitor, code, "a long enough password");
        using var again = await CreateAsync(visitor, code, "a long enough password");
        using var signedIn = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = "first@lab.example", password = "a long enough password" });
        var token = (await signedIn.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("token").GetString();
        visitor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var before = await visitor.GetStringAsync("/api/v1/members/me");
        var key = await TurnOnSecondFactorAsync();
        var still = await visitor.GetStringAsync("/api/v1/members/me");
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        using var strong = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = "first@lab.example", password = "a long enough password", code = CodeOf(key) });
        visitor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await strong.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("token").GetString());
        var me = await visitor.GetStringAsync("/api/v1/members/me");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(weak.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(before, Does.Contain("\"isAdministrator\":false").And.Contain("\"waitsForSecondFactor\":true"));
            Assert.That(still, Does.Contain("\"isAdministrator\":false"), "what was opened by the password alone stays weak");
            Assert.That(me, Does.Contain("\"isAdministrator\":true").And.Contain("\"waitsForSecondFactor\":false"));
        }
    }

    [Test]
    public async Task Is_not_forestalled_by_somebody_who_has_an_account_before()
    {
        using var visitor = lab.Visitor();
        await lab.WithDbAsync(db =>
        {
            db.Add(new Fablab.Web.Data.Rows.Account { Id = Guid.CreateVersion7(), UserName = "early@lab.example", NormalizedUserName = "EARLY@LAB.EXAMPLE", Email = "early@lab.example", NormalizedEmail = "EARLY@LAB.EXAMPLE", DisplayName = "Early" });
            return db.SaveChangesAsync();
        });

        using var made = await CreateAsync(visitor, lab.Services.GetRequiredService<FirstAdministratorCode>().Code!, "a long enough password");

        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), await made.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task Is_not_asked_for_where_there_are_accounts()
    {
        using var demo = new LabApp(StorageProvider.Sqlite);
        using var visitor = demo.Visitor();

        using var answer = await CreateAsync(visitor, "", "a long enough password");

        Assert.That(demo.Services.GetRequiredService<FirstAdministratorCode>().Code, Is.Null);
        Assert.That(answer.IsSuccessStatusCode, Is.False);
    }

    private async Task<string> TurnOnSecondFactorAsync()
    {
        await using var scope = lab.Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<FablabDb>().Users.SingleAsync();
        var (factor, key) = (scope.ServiceProvider.GetRequiredService<SecondFactor>(), SecondFactor.NewKey());
        Assert.That(await factor.TurnOnAsync(account.Id, key, CodeOf(key), CancellationToken.None), Is.Not.Null);
        return key;
    }

    private string CodeOf(string key) => new OtpNet.Totp(OtpNet.Base32Encoding.ToBytes(key)).ComputeTotp(lab.Clock.GetUtcNow().UtcDateTime);

    private static Task<HttpResponseMessage> CreateAsync(HttpClient client, string code, string password) =>
        client.PostAsJsonAsync("/api/v1/first-administrator", new { code, email = "first@lab.example", displayName = "First", password });
}
