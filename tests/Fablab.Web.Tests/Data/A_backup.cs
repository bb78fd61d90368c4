using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Audit.Sealing;
using Fablab.Web.Tests.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Data;

/// <summary>Taken while the program runs, as the page on running the lab says.</summary>
public sealed class A_backup
{
    private string folder = "";

    [SetUp]
    public void Make_a_folder() => folder = Directory.CreateTempSubdirectory("fablab-restored-").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Starts_elsewhere_with_all_that_was_there_and_an_audit_that_fits()
    {
        using var lab = new LabApp(StorageProvider.Sqlite);
        using var maker = await lab.ClientOfAsync(DemoIds.Maker);
        using var before = await BookAsync(maker, 9);
        await lab.Services.GetRequiredService<SealAudit>().RunAsync(CancellationToken.None);

        await TakeAsync(Path.Combine(lab.Folder, "fablab.db"), Path.Combine(folder, "fablab.db"));
        using var after = await BookAsync(maker, 11);
        using var restored = new LabApp(StorageProvider.Sqlite, folder: folder);
        using var program = restored.CreateClient();
        program.DefaultRequestHeaders.Authorization = maker.DefaultRequestHeaders.Authorization;
        using var read = await program.GetAsync(before.Headers.Location);
        using var lost = await program.GetAsync(after.Headers.Location);
        await using var scope = restored.Services.CreateAsyncScope();
        var verdict = await scope.ServiceProvider.GetRequiredService<VerifyAudit>().ExecuteAsync([], CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
            Assert.That((read.StatusCode, lost.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)), "tokens work on, and what came later is not there");
            Assert.That((verdict.Problem, verdict.Sealed > 0), Is.EqualTo(((string?)null, true)));
            Assert.That(await restored.WithDbAsync(db => db.Machines.CountAsync()), Is.EqualTo(5));
        }
    }

    private static Task<HttpResponseMessage> BookAsync(HttpClient maker, int hour) =>
        maker.PostAsJsonAsync("/api/v1/reservations", new { machine = "room-1", start = $"2026-03-09T{hour:00}:00:00Z", end = $"2026-03-09T{hour + 1:00}:00:00Z" });

    /// <summary>What <c>.backup</c> of its command line does.</summary>
    private static async Task TakeAsync(string from, string to)
    {
        await using var source = new SqliteConnection($"Data Source={from};Pooling=False");
        await using var target = new SqliteConnection($"Data Source={to};Pooling=False");
        await source.OpenAsync();
        await target.OpenAsync();
        source.BackupDatabase(target);
    }
}
