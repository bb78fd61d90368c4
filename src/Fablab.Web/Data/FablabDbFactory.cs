using Fablab.Web.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Data;

/// <summary>Makes the context of the database that the settings name. Requests get theirs injected; background work takes one from here.</summary>
internal sealed class FablabDbFactory : IDbContextFactory<FablabDb>
{
    private readonly Func<FablabDb> create;

    /// <param name="interceptors">What the host wants to see or change of every command; usually none.</param>
    public FablabDbFactory(IOptions<StorageOptions> options, DataFolder folder, ILoggerFactory logs, IEnumerable<IInterceptor> interceptors)
    {
        var storage = options.Value;
        Provider = storage.Provider;
        if (Provider is StorageProvider.Postgres)
        {
            var connection = storage.ConnectionString
                ?? throw new StartRefusedException("Storage:ConnectionString is missing. PostgreSQL needs it, for example \"Host=localhost;Database=fablab;Username=fablab\".");
            var built = new DbContextOptionsBuilder<PostgresFablabDb>().UseNpgsql(connection).UseLoggerFactory(logs).AddInterceptors(interceptors).Options;
            create = () => new PostgresFablabDb(built);
        }
        else
        {
            var connection = new SqliteConnectionStringBuilder(storage.ConnectionString ?? $"Data Source={folder.File("fablab.db")}") { ForeignKeys = true };
            SqliteFile = Path.GetFullPath(connection.DataSource, folder.Root);
            connection.DataSource = SqliteFile;
            var built = new DbContextOptionsBuilder<SqliteFablabDb>().UseSqlite(connection.ConnectionString).UseLoggerFactory(logs).AddInterceptors(interceptors).Options;
            create = () => new SqliteFablabDb(built);
        }
    }

    public StorageProvider Provider { get; }

    /// <summary>Path of the database file; <see langword="null"/> on PostgreSQL.</summary>
    public string? SqliteFile { get; }

    public FablabDb CreateDbContext() => create();
}
