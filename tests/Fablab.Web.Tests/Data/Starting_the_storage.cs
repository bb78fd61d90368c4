using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Data;

[NonParallelizable]
public sealed class Starting_the_storage
{
    private string folder = "";

    [SetUp]
    public void Make_a_folder() => folder = Directory.CreateTempSubdirectory("fablab-start-").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Survives_a_kill_in_the_middle_of_a_migration()
    {
        // What a kill leaves: EF's lock row is committed, the migration itself was rolled back.
        Execute("""
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
            CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
            """);

        using var lab = Start();

        Assert.That(lab.Services, Is.Not.Null);
        Assert.That(Scalar("SELECT count(*) FROM \"Machines\""), Is.EqualTo(5));
    }

    [Test]
    public void Makes_the_schema_of_an_empty_PostgreSQL_database()
    {
        using var lab = new LabApp(StorageProvider.Sqlite, new()
        {
            ["Storage:Provider"] = "postgres",
            ["Storage:ConnectionString"] = Postgres.CreateEmptyDatabase(),
        });

        Assert.That(async () => await lab.WithDbAsync(db => db.Machines.CountAsync()), Is.EqualTo(5));
    }

    [Test]
    public void Continues_with_the_same_data()
    {
        using (var first = Start())
        {
            _ = first.Services;
        }

        Execute("UPDATE \"Machines\" SET \"Name\" = 'renamed' WHERE \"Code\" = 'printer-1'");

        using var second = Start();

        Assert.That(second.Services, Is.Not.Null);
        Assert.That(Scalar("SELECT count(*) FROM \"Machines\" WHERE \"Name\" = 'renamed'"), Is.EqualTo(1));
    }

    [Test]
    public async Task Refuses_a_folder_that_another_process_uses()
    {
        using var other = FolderLock.Take(folder);

        var refused = await RefusalOfStartAsync();

        Assert.That(refused, Does.Contain(folder).And.Contain("Storage:DataFolder"));
    }

    [Test]
    public async Task Refuses_a_database_that_is_damaged_and_leaves_it_as_it_is()
    {
        var file = Path.Combine(folder, "fablab.db");
        File.WriteAllText(file, new string('x', 8192));

        var refused = await RefusalOfStartAsync();

        Assert.That(refused, Does.Contain("damaged"));
        Assert.That(File.ReadAllText(file), Is.EqualTo(new string('x', 8192)));
    }

    [Test]
    public async Task Refuses_a_database_of_a_newer_program()
    {
        using (var first = Start())
        {
            _ = first.Services;
        }

        Execute("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_FromTheFuture', '99')");

        Assert.That(await RefusalOfStartAsync(), Does.Contain("newer").And.Contain("FromTheFuture"));
    }

    [Test]
    public async Task Keeps_what_was_acknowledged_through_power_loss()
    {
        using var lab = Start();

        var settings = await lab.WithDbAsync(async db => (
            Journal: (await db.Database.SqlQueryRaw<string>("SELECT journal_mode AS \"Value\" FROM pragma_journal_mode").ToListAsync()).Single(),
            Synchronous: (await db.Database.SqlQueryRaw<int>("SELECT synchronous AS \"Value\" FROM pragma_synchronous").ToListAsync()).Single()));

        Assert.That(settings, Is.EqualTo(("wal", 2)), "write-ahead log, flushed at every commit");
    }

    private LabApp Start() => new(StorageProvider.Sqlite, folder: folder);

    private async Task<string> RefusalOfStartAsync()
    {
        var (exitCode, error) = await ProgramRun.UntilItEndsAsync($"--Storage:DataFolder={folder}");

        Assert.That(exitCode, Is.EqualTo(78));
        return error;
    }

    private void Execute(string sql) => Use(command =>
    {
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    });

    private long Scalar(string sql) => Use(command =>
    {
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    });

    private T Use<T>(Func<SqliteCommand, T> work)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "fablab.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        return work(command);
    }
}
