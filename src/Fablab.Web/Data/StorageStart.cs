using Fablab.Web.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace Fablab.Web.Data;

/// <summary>
/// Makes the database ready before anything else starts: holds the data folder, checks the file, brings the schema up to
/// date. Every step may be cut short by a kill and is then done again at the next start.
/// </summary>
internal sealed partial class StorageStart(
    FablabDbFactory databases, DataFolder folder, IOptions<StorageOptions> options, ILogger<StorageStart> log) : IHostedLifecycleService, IDisposable
{
    private FolderLock? folderLock;

    /// <summary>Runs once, before any service starts.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        folderLock = FolderLock.Take(folder.Root);
        await using var db = databases.CreateDbContext();
        if (databases.SqliteFile is { } file)
        {
            await PrepareSqliteAsync(db, file, cancellationToken);
        }

        await MigrateAsync(db, cancellationToken);
        if (databases.SqliteFile is not null)
        {
            await CheckSqliteSettingsAsync(db, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => folderLock?.Dispose();

    private static async Task PrepareSqliteAsync(FablabDb db, string file, CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            await db.Database.OpenConnectionAsync(ct);
            var health = await ScalarAsync(db, "PRAGMA quick_check(1)", ct);
            if (health != "ok")
            {
                throw Damaged(file, health, null);
            }

            // A kill during a migration leaves EF's lock row behind, and the next start would wait for it for ever. We hold the folder: nobody migrates.
            if (await ScalarAsync(db, "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'", ct) != "0")
            {
                await db.Database.ExecuteSqlRawAsync("DELETE FROM \"__EFMigrationsLock\"", ct);
            }
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw Damaged(file, error.Message, error);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task MigrateAsync(FablabDb db, CancellationToken ct)
    {
        var limit = TimeSpan.FromSeconds(options.Value.MigrationTimeoutSeconds);
        using var timeout = new CancellationTokenSource(limit, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            var applied = (await db.Database.GetAppliedMigrationsAsync(both.Token)).ToList();
            var unknown = applied.Except(db.Database.GetMigrations()).ToList();
            if (unknown.Count > 0)
            {
                throw new StartRefusedException(
                    $"The database is newer than this program (it has {string.Join(", ", unknown)}). Start the version that made it, or a later one.");
            }

            await db.Database.MigrateAsync(both.Token);
            LogReady(databases.Provider, folder.Root);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested)
        {
            throw new StartRefusedException(
                $"The database was not ready within {limit.TotalSeconds} s (Storage:MigrationTimeoutSeconds). Does another program hold it?", error);
        }
        catch (Npgsql.NpgsqlException error)
        {
            throw new StartRefusedException($"The database named by Storage:ConnectionString does not answer as it should: {error.Message}", error);
        }
    }

    private static async Task CheckSqliteSettingsAsync(FablabDb db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            var journal = await ScalarAsync(db, "PRAGMA journal_mode = WAL", ct);
            var synchronous = await ScalarAsync(db, "PRAGMA synchronous", ct);
            var foreignKeys = await ScalarAsync(db, "PRAGMA foreign_keys", ct);

            // Full (2): an acknowledged booking survives power loss, not only the end of the process.
            if (journal != "wal" || synchronous != "2" || foreignKeys != "1")
            {
                throw new StartRefusedException(
                    $"SQLite runs with journal_mode {journal}, synchronous {synchronous}, foreign_keys {foreignKeys}; it must be wal, 2 and 1. "
                    + "Is Storage:DataFolder on a network drive?");
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static async Task<string> ScalarAsync(FablabDb db, string sql, CancellationToken ct)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // only literals of this file come here
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToString(await command.ExecuteScalarAsync(ct), System.Globalization.CultureInfo.InvariantCulture) ?? "";
    }

    private static StartRefusedException Damaged(string file, string finding, Exception? error) => new(
        $"The database {file} is damaged ({finding}). Nothing was changed. Put back the last backup, or move the file away to start anew.", error!);

    [LoggerMessage(Level = LogLevel.Information, Message = "Storage ready: {Provider}, data folder {Folder}")]
    private partial void LogReady(StorageProvider provider, string folder);
}
