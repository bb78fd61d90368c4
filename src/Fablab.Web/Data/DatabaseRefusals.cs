using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Fablab.Web.Data;

/// <summary>Tells what a database's error means to us.</summary>
internal static class DatabaseRefusals
{
    /// <summary>The guard against overlapping reservations spoke: somebody else has the time.</summary>
    public static bool IsOverlap(Exception error) => InnerOf(error) switch
    {
        SqliteException sqlite => sqlite.Message.Contains(SchemaGuards.OverlapMessage, StringComparison.Ordinal),
        PostgresException postgres => postgres.ConstraintName == SchemaGuards.OverlapConstraint,
        _ => false,
    };

    /// <summary>Something with this key is there already.</summary>
    public static bool IsDuplicate(Exception error) => InnerOf(error) switch
    {
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode is raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation,
        _ => false,
    };

    /// <summary>The transaction was broken off through no fault of its own and may well succeed when repeated.</summary>
    public static bool IsPassing(Exception error) => InnerOf(error) switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED,
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
        _ => false,
    };

    private static Exception? InnerOf(Exception? error)
    {
        while (error is not null and not SqliteException and not PostgresException)
        {
            error = error.InnerException;
        }

        return error;
    }
}
