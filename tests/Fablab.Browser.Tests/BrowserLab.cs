using System.Collections.Concurrent;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Fablab.Browser.Tests;

/// <summary>The real program on a port of its own, and Debian's Chromium in front of it. One for the whole run.</summary>
[SetUpFixture]
public class BrowserLab
{
    public const string Chromium = "/usr/bin/chromium";

    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>What a page should show is waited for this long; far above what an idle computer needs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Signing in is a journey of its own; here each person does it once.
    private static readonly ConcurrentDictionary<(string Address, string Email), string> SignedIn = new();

    private static LabOnKestrel? lab;
    private static IPlaywright? playwright;
    private static IBrowser? browser;

    internal static IServiceProvider Services => lab!.Services;

    private static string Address => lab!.ClientOptions.BaseAddress.ToString().TrimEnd('/');

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        if (!File.Exists(Chromium))
        {
            const string Missing = "Chromium is not installed; these tests need /usr/bin/chromium. On Debian: apt-get install chromium";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Missing);
            }

            Assert.Ignore(Missing);
        }

        lab = new LabOnKestrel();
        lab.UseKestrel(0);
        lab.StartServer();
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Flags });
    }

    [OneTimeTearDown]
    public async Task Close_the_lab()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        if (lab is not null)
        {
            await lab.DisposeAsync();
        }
    }

    /// <param name="language"><c>fr</c> or <c>en</c>, as the browser asks for it.</param>
    /// <param name="email">Who signs in; <see langword="null"/> for a visitor.</param>
    /// <param name="address">Of another lab than the common one.</param>
    /// <param name="at">The page that is opened; without one a member stands on their first page, and a visitor on none.</param>
    internal static async Task<IPage> OpenAsync(
        string language = "en", string? email = DemoIds.Maker, bool isPhone = false, bool isDark = false, bool hasScript = true, string? address = null, string? at = null)
    {
        address ??= Address;
        var known = email is null ? null : SignedIn.GetValueOrDefault((address, email));
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address,
            Locale = language == "fr" ? "fr-FR" : "en-GB",
            ViewportSize = isPhone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            JavaScriptEnabled = hasScript,
            StorageState = known,
        });
        var page = await context.NewPageAsync();
        if (email is not null && known is null)
        {
            await page.GotoAsync("/sign-in");
            await page.FillAsync("#email", email);
            await page.FillAsync("#password", DemoIds.Password);
            await page.ClickAsync("main button.primary");

            // That the page has come is enough: its load event is not told reliably where there is no script.
            await page.WaitForURLAsync("**/", new() { WaitUntil = WaitUntilState.Commit });
            SignedIn[(address, email)] = await context.StorageStateAsync();
        }
        else if (email is not null)
        {
            at ??= "/";
        }

        if (at is not null)
        {
            await page.GotoAsync(at);
        }

        return page;
    }
}

/// <param name="publicAddress">As people type it, when that matters.</param>
internal sealed class LabOnKestrel(string? publicAddress = null) : WebApplicationFactory<FablabDb>
{
    private readonly string folder = Directory.CreateTempSubdirectory("fablab-browser-").FullName;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("Storage:DataFolder", folder);
        builder.UseSetting("SignIn:AttemptsPerMinute", "1000");
        builder.UseSetting("Broker:Port", "0");
        builder.UseSetting("Web:PublicAddress", publicAddress ?? "http://localhost:5080");
        builder.UseSetting("Demo:HostsMachines", "false");
        builder.UseSetting("Demo:HostsBridges", "false");
        builder.ConfigureLogging(logs => logs.ClearProviders());
        builder.ConfigureTestServices(services => services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (disposing && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
