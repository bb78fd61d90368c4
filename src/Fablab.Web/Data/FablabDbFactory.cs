using System.Data.Common;
using Fablab.Web.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Data;

/// <summary>
/// Gives out contexts of the database that the settings name, and takes them back when they are disposed. Requests get theirs injected;
/// background work takes one from here.
/// </summary>
internal sealed class FablabDbFactory : IDbContextFactory<FablabDb>, IDisposable
{
    /// <summary>More contexts than this are not kept for the next one who needs one.</summary>
    private const int MostKept = 64;

    /// <summary>Statements that a connection to PostgreSQL keeps planned; the program has fewer that come again and again.</summary>
    private const int MostPrepared = 200;

    private readonly Func<FablabDb> create;
    private readonly KeptConnections? connections;

    /// <param name="interceptors">What the host wants to see or change of every command; usually none.</param>
    public FablabDbFactory(IOptions<StorageOptions> options, DataFolder folder, ILoggerFactory logs, IEnumerable<IInterceptor> interceptors)
    {
        var storage = options.Value;
        Provider = storage.Provider;
        if (Provider is StorageProvider.Postgres)
        {
            var connection = storage.ConnectionString
                ?? throw new StartRefusedException("Storage:ConnectionString is missing. PostgreSQL needs it, for example \"Host=localhost;Database=fablab;Username=fablab\".");
            var built = new DbContextOptionsBuilder<PostgresFablabDb>().UseNpgsql(Preparing(connection)).UseLoggerFactory(logs).AddInterceptors(interceptors).Options;
            var kept = new PooledDbContextFactory<PostgresFablabDb>(built, MostKept);
            create = kept.CreateDbContext;
        }
        else
        {
            var connection = new SqliteConnectionStringBuilder(storage.ConnectionString ?? $"Data Source={folder.File("fablab.db")}") { ForeignKeys = true };

            // Connections are kept open here; the library's own pool would keep them once more.
            connection.Pooling = false;
            SqliteFile = Path.GetFullPath(connection.DataSource, folder.Root);
            connection.DataSource = SqliteFile;
            connections = new KeptConnections(connection.ConnectionString);
            var built = new DbContextOptionsBuilder<SqliteFablabDb>()
                .UseSqlite(connection.ConnectionString).UseLoggerFactory(logs).AddInterceptors([.. interceptors, connections]).Options;
            var kept = new PooledDbContextFactory<SqliteFablabDb>(built, MostKept);
            create = kept.CreateDbContext;
        }
    }

    /// <summary>Otherwise PostgreSQL reads and plans each statement anew, which takes it longer than to do it. Whoever says something else in the settings is left to it.</summary>
    private static string Preparing(string connection)
    {
        var said = new DbConnectionStringBuilder { ConnectionString = connection };
        return said.ContainsKey("Max Auto Prepare") || said.ContainsKey("MaxAutoPrepare") ? connection : $"{connection.TrimEnd(';')};Max Auto Prepare={MostPrepared}";
    }

    public StorageProvider Provider { get; }

    /// <summary>Path of the database file; <see langword="null"/> on PostgreSQL.</summary>
    public string? SqliteFile { get; }

    public FablabDb CreateDbContext()
    {
        var db = create();

        // A use case that fails takes all of its transaction back; a savepoint at each save would cost two statements for nothing.
        db.Database.AutoSavepointsEnabled = false;
        return db;
    }

    public void Dispose() => connections?.Dispose();
}
