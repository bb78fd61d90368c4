using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Demo;

[NonParallelizable]
public sealed class The_demo_lab
{
    private string folder = "";

    [SetUp]
    public void Make_a_folder() => folder = Directory.CreateTempSubdirectory("fablab-demo-").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Is_made_once_and_found_again()
    {
        using (var first = new LabApp(StorageProvider.Sqlite, folder: folder))
        {
            Assert.That(await first.WithDbAsync(db => db.Machines.Select(machine => machine.Code).Order().ToListAsync()), Is.EqualTo(["cnc-1", "laser-1", "printer-1", "printer-2", "room-1"]));
        }

        using var second = new LabApp(StorageProvider.Sqlite, folder: folder);

        Assert.That(await second.WithDbAsync(db => db.Users.CountAsync()), Is.EqualTo(7));
    }

    [Test]
    public void Gives_each_bridge_its_settings_for_its_user_only()
    {
        using var lab = new LabApp(StorageProvider.Sqlite, folder: folder);
        _ = lab.Services;

        var file = Path.Combine(folder, "bridges", "atelier-bridge.json");

        Assert.That(File.ReadAllText(file), Does.Contain("\"Site\": \"atelier\"").And.Contain("\"Key\""));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public async Task Never_serves_in_production_since_everybody_knows_its_password()
    {
        using (var first = new LabApp(StorageProvider.Sqlite, folder: folder))
        {
            _ = first.Services;
        }

        var (exitCode, error) = await ProgramRun.UntilItEndsAsync($"--Storage:DataFolder={folder}", "--environment=Production");

        Assert.That(exitCode, Is.EqualTo(78));
        Assert.That(error, Does.Contain("demo accounts"));
    }
}
