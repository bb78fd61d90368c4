using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Members.AccessTokens;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Fablab.Web.Tests.Testing;

/// <summary>The real program with the demo lab, a database of its own, and a clock that stands at a Monday morning.</summary>
internal sealed class LabApp : WebApplicationFactory<FablabDb>
{
    private readonly string? connection;
    private readonly Dictionary<string, string> settings;
    private readonly string? keptFolder;
    private readonly Action<IServiceCollection>? change;

    /// <param name="change">Services that stand in for the program's own.</param>
    public LabApp(StorageProvider provider, Dictionary<string, string>? settings = null, string? folder = null, Action<IServiceCollection>? change = null)
    {
        connection = provider is StorageProvider.Postgres ? Postgres.CreateDatabase() : null;
        this.settings = settings ?? [];
        keptFolder = folder;
        this.change = change;
        Folder = folder ?? Directory.CreateTempSubdirectory("fablab-web-").FullName;
    }

    public string Folder { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

    public AnswersWatch Answers { get; } = new();

    public StatementsWatch Statements { get; } = new();

    /// <summary>A client that acts as the member with this address.</summary>
    /// <param name="scopes">What its token may be used for; everything when left out.</param>
    public async Task<HttpClient> ClientOfAsync(string email, params Scope[] scopes)
    {
        await using var scope = Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email);
        var (secret, now) = (AccessTokenSecret.Create(), Instant.FromDateTimeOffset(Clock.GetUtcNow()));
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();

        // Not by signing in: many tests share one member, and a member has few tokens.
        db.Add(new AccessTokenRow
        {
            Id = Guid.CreateVersion7(), Member = new MemberId(account!.Id), Name = "test", Hash = AccessTokenSecret.Hash(secret), CreatedAt = now, ExpiresAt = now + MemberTokens.DefaultLife,
            Scopes = scopes.Length == 0 ? ScopeSet.All : ScopeSet.Of(scopes),
        });
        await db.SaveChangesAsync();
        await db.Users.Where(user => user.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(user => user.LastSeenAt, now));
        return ClientWith(secret);
    }

    /// <summary>A client that shows this access token.</summary>
    public HttpClient ClientWith(string secret)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    /// <summary>A client that reads pages as this member of the demo. Its cookies are kept by hand: a browser's would live by the clock of this computer.</summary>
    public async Task<HttpClient> ReaderOfAsync(string email)
    {
        var client = CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = false, AllowAutoRedirect = false });
        using var asked = await client.GetAsync("/sign-in");
        var token = Regex.Match(await asked.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        client.DefaultRequestHeaders.Add("Cookie", CookiesIn(asked));
        using var signedIn = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("email", email), new("password", DemoIds.Password)]));
        client.DefaultRequestHeaders.Remove("Cookie");
        client.DefaultRequestHeaders.Add("Cookie", CookiesIn(signedIn));
        return client;

        static string CookiesIn(HttpResponseMessage answer) => string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
    }

    public HttpClient Visitor() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>Work on the database as one request would do it.</summary>
    public async Task<T> WithDbAsync<T>(Func<FablabDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<FablabDb>());
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("Storage:DataFolder", Folder);
        builder.UseSetting("SignIn:AttemptsPerMinute", "1000");
        builder.UseSetting("Broker:Port", "0");
        builder.UseSetting("Demo:HostsMachines", "false");
        builder.UseSetting("Demo:HostsBridges", "false");
        if (connection is not null)
        {
            builder.UseSetting("Storage:Provider", "postgres");
            builder.UseSetting("Storage:ConnectionString", connection);
        }

        foreach (var (name, value) in settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logs => logs.ClearProviders());
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton<IStartupFilter>(Answers);
            services.AddSingleton<IInterceptor>(Statements);

            // Slow hashes are for attackers; here they would only be slow.
            services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
            change?.Invoke(services);
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (disposing && keptFolder is null && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
