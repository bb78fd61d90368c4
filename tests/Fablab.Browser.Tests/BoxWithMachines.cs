using System.Globalization;
using Fablab.Scenarios.Tests.Lab;
using Fablab.Web.Data;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Fablab.Browser.Tests;

/// <summary>One box as a new user starts it: web, broker, bridges and simulated machines, only on ports of its own and in a hurry.</summary>
internal sealed class BoxWithMachines : WebApplicationFactory<FablabDb>
{
    /// <summary>How many times faster than in life: a print of twenty minutes leaves half a minute to watch it.</summary>
    private const int MachineSpeed = 40;

    private readonly string folder = Directory.CreateTempSubdirectory("fablab-box-").FullName;
    private readonly int port = FreePorts.Take(1);
    private readonly int brokerPort = FreePorts.Take(1);
    private readonly int firstMachinePort = FreePorts.Take(3);

    // The bridge fetches the job files there, so it is known before the start.
    public string Address => $"http://localhost:{port}";

    public static BoxWithMachines Start()
    {
        var box = new BoxWithMachines();
        box.UseKestrel(box.port);
        box.StartServer();
        box.NeedNoCleanUp();
        return box;
    }

    /// <summary>Opens a page of this box for somebody.</summary>
    public Task<IPage> OpenAsync(string email, string language, bool isPhone = false, bool isDark = false, bool hasScript = true) =>
        BrowserLab.OpenAsync(language, email, isPhone, isDark, hasScript, Address);

    /// <summary>The demo keeps a printer for minutes after each use; here the machine is to be seen free while we look.</summary>
    private void NeedNoCleanUp()
    {
        using var scope = Services.CreateScope();
        scope.ServiceProvider.GetRequiredService<FablabDb>().Database.ExecuteSql($"UPDATE Machines SET Policy = json_set(Policy, '$.cleanUp', '0:00:00')");
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("Storage:DataFolder", folder);
        builder.UseSetting("Web:PublicAddress", Address);
        builder.UseSetting("SignIn:AttemptsPerMinute", "1000");
        builder.UseSetting("Broker:Port", Text(brokerPort));
        builder.UseSetting("Messaging:Port", Text(brokerPort));
        builder.UseSetting("Demo:HostsMachines", "true");
        builder.UseSetting("Demo:HostsBridges", "true");
        builder.UseSetting("Demo:FirstMachinePort", Text(firstMachinePort));
        builder.UseSetting("Demo:MachineSpeed", Text(MachineSpeed));
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

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
