using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Fablab.Web.Tests.Testing;

/// <summary>One throw-away PostgreSQL cluster a test run, started at the first need and removed at the end.</summary>
internal static class Postgres
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly Lock Gate = new();
    private const string Migrated = "migrated";
    private static Cluster? running;
    private static bool isMigrated;

    /// <returns>The connection string of a new, empty database.</returns>
    public static string CreateEmptyDatabase()
    {
        lock (Gate)
        {
            return Running().Create($"lab_{Guid.NewGuid():N}");
        }
    }

    /// <returns>The connection string of a new database with the schema and nothing in it. Copied from one that was migrated, which is much faster than to migrate each.</returns>
    public static string CreateDatabase()
    {
        // One copy at a time: nobody may be connected to what is copied.
        lock (Gate)
        {
            var cluster = Running();
            if (!isMigrated)
            {
                Migrate(cluster.Create(Migrated));
                isMigrated = true;
            }

            return cluster.Create($"lab_{Guid.NewGuid():N}", Migrated);
        }
    }

    public static void Stop()
    {
        running?.Dispose();
        running = null;
        isMigrated = false;
    }

    private static Cluster Running() => running ??= Cluster.Start();

    private static void Migrate(string connection)
    {
        var options = new DbContextOptionsBuilder<PostgresFablabDb>().UseNpgsql(connection + ";Pooling=false").Options;
        using var db = new PostgresFablabDb(options);
        db.Database.Migrate();
    }

    private sealed class Cluster(string binaries, string folder, int port) : IDisposable
    {
        private readonly int port = port;

        public string ConnectionTo(string database) =>
            $"Host=127.0.0.1;Port={port};Username=lab;Database={database};Maximum Pool Size=80;Connection Idle Lifetime=10;Connection Pruning Interval=2;Include Error Detail=true";

        /// <returns>The connection string of a new database, empty or the copy of another.</returns>
        public string Create(string name, string template = "template1")
        {
            using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
            connection.Open();
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // only names of this file come here
            command.CommandText = $"CREATE DATABASE {name} TEMPLATE {template}";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
            return ConnectionTo(name);
        }

        public static Cluster Start()
        {
            var binaries = Binaries();
            if (binaries is null)
            {
                const string Missing = "PostgreSQL is not installed; these tests need its programs initdb and pg_ctl. On Debian: apt-get install postgresql";
                if (Environment.GetEnvironmentVariable("CI") == "true")
                {
                    Assert.Fail(Missing);
                }

                Assert.Ignore(Missing);
            }

            var folder = Directory.CreateTempSubdirectory("fablab-postgres-").FullName;
            var cluster = new Cluster(binaries!, folder, FreePort());
            if (Environment.UserName == "root")
            {
                Run("chown", $"postgres {folder}");
            }

            cluster.RunAsUser("initdb", $"-D {folder}/data -U lab -A trust -E UTF8 --no-sync --locale=C.UTF-8");
            cluster.RunAsUser("pg_ctl", $"-D {folder}/data -w -l {folder}/log -o \"-p {cluster.port} -h 127.0.0.1 -k {folder} -F -c max_connections=600\" start");
            return cluster;
        }

        public void Dispose()
        {
            NpgsqlConnection.ClearAllPools();
            RunAsUser("pg_ctl", $"-D {folder}/data -m immediate stop");
            Directory.Delete(folder, recursive: true);
        }

        private static string? Binaries()
        {
            var debian = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
            var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            return debian.OrderDescending().Select(version => Path.Combine(version, "bin")).Concat(paths)
                .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")) && File.Exists(Path.Combine(path, "pg_ctl")));
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        // PostgreSQL refuses to run as root.
        private void RunAsUser(string program, string arguments)
        {
            var path = Path.Combine(binaries, program);
            if (Environment.UserName == "root")
            {
                Run("runuser", $"-u postgres -- {path} {arguments}");
            }
            else
            {
                Run(path, arguments);
            }
        }

        // The server inherits the streams of pg_ctl, so reading them would last as long as it runs.
        private static void Run(string program, string arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"cd / && {program} {arguments} > /dev/null 2>&1"]))!;
            if (!process.WaitForExit(StartLimit) || process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{program} {arguments} did not succeed.");
            }
        }
    }
}
