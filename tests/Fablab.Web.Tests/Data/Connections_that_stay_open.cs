using System.Data;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Data;

public sealed class Connections_that_stay_open
{
    private LabApp lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new LabApp(StorageProvider.Sqlite);

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Are_found_open_by_whoever_comes_next() =>
        Assert.That(await lab.WithDbAsync(async db =>
        {
            await db.Sites.CountAsync();
            return db.Database.GetDbConnection().State;
        }), Is.EqualTo(ConnectionState.Open));

    [Test]
    public async Task Let_one_read_again_what_one_is_reading()
    {
        var pairs = await lab.WithDbAsync(async db =>
        {
            var read = 0;
            await foreach (var _ in db.Sites.AsNoTracking().OrderBy(site => site.Code).AsAsyncEnumerable())
            {
                await foreach (var __ in db.Sites.AsNoTracking().OrderBy(site => site.Code).AsAsyncEnumerable())
                {
                    read++;
                }
            }

            return read;
        });

        Assert.That(pairs, Is.EqualTo(4), "two sites, twice");
    }

    [Test]
    public async Task Give_new_answers_to_old_statements()
    {
        var counts = new List<int>();
        foreach (var added in new[] { "CREATE TABLE \"added_1\" (\"x\")", "CREATE TABLE \"added_2\" (\"x\")", "CREATE TABLE \"added_3\" (\"x\")" })
        {
            counts.Add(await lab.WithDbAsync(db => db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS \"Value\" FROM \"sqlite_master\" WHERE \"name\" LIKE 'added_%'").SingleAsync()));
            await lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync(added));
        }

        Assert.That(counts, Is.EqualTo([0, 1, 2]), "also when the tables change under them");
    }

    [Test]
    public async Task Hold_nothing_that_keeps_the_log_from_being_folded_in()
    {
        await lab.WithDbAsync(db => db.Machines.AsNoTracking().FirstAsync());

        await using var other = new SqliteConnection($"Data Source={Path.Combine(lab.Folder, "fablab.db")};Pooling=False");
        await other.OpenAsync();
        await using var fold = other.CreateCommand();
        fold.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await using var told = await fold.ExecuteReaderAsync();
        await told.ReadAsync();

        Assert.That(told.GetInt64(0), Is.Zero, "nobody was in the way");
    }

    [Test]
    public async Task Carry_no_value_of_one_question_into_the_next()
    {
        var found = new List<string?>();
        foreach (var code in new[] { "printer-1", "laser-1", "none", "printer-1" })
        {
            found.Add(await lab.WithDbAsync(db => db.Machines.Where(machine => machine.Code == code).Select(machine => machine.Code).SingleOrDefaultAsync()));
        }

        Assert.That(found, Is.EqualTo(["printer-1", "laser-1", null, "printer-1"]));
    }

    [Test]
    public async Task Roll_back_what_somebody_left_open()
    {
        await lab.WithDbAsync(async db =>
        {
            await db.Database.ExecuteSqlRawAsync("BEGIN");
            return await db.Sites.ExecuteUpdateAsync(set => set.SetProperty(site => site.Name, "Forgotten"));
        });

        var names = await lab.WithDbAsync(db => LabTransaction.RunAsync(db, (Fablab.Domain.Machines.MachineId?)null, () => db.Sites.Select(site => site.Name).ToListAsync(), CancellationToken.None));

        Assert.That(names, Does.Not.Contain("Forgotten"));
    }

    [Test]
    public void End_with_who_keeps_them()
    {
        var kept = new KeptConnections($"Data Source={Path.Combine(lab.Folder, "other.db")}");
        var (used, givenBack) = (kept.ConnectionCreating(null!, default).Result, kept.ConnectionCreating(null!, default).Result);
        used.Open();
        givenBack.Open();
        givenBack.Dispose();
        var before = (used.State, givenBack.State);

        kept.Dispose();

        Assert.That(before, Is.EqualTo((ConnectionState.Open, ConnectionState.Open)));
        Assert.That((used.State, givenBack.State), Is.EqualTo((ConnectionState.Closed, ConnectionState.Closed)));
    }
}
