using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Fablab.Web.Data;

/// <summary>Tells what a database's error means to us.</summary>
internal static class DatabaseRefusals
{
    /// <summary>ENOSPC, as .NET passes it on.</summary>
    private const int NoSpaceLeft = 28;

    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    // Classes of SQLSTATE.
    private const string PostgresDataException = "22";
    private const string PostgresIntegrityViolation = "23";

    /// <summary>The guard against overlapping reservations spoke: somebody else has the time.</summary>
    public static bool IsOverlap(Exception error) => InnerOf(error) switch
    {
        SqliteException sqlite => sqlite.Message.Contains(SchemaGuards.OverlapMessage, StringComparison.Ordinal),
        PostgresException postgres => postgres.ConstraintName == SchemaGuards.OverlapConstraint,
        _ => false,
    };

    /// <summary>The guard spoke that keeps an administrator.</summary>
    public static bool IsLastAdministrator(Exception error) =>
        InnerOf(error) is { } inner and (SqliteException or PostgresException) && inner.Message.Contains(SchemaGuards.LastAdministratorMessage, StringComparison.Ordinal);

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
        SharedCommitLostException => true,
        PostgresException postgres => postgres.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure,
        _ => false,
    };

    /// <summary>Somebody held the machine for longer than one waits.</summary>
    public static bool IsBusy(Exception error) =>
        IsPassing(error) || InnerOf(error) is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    /// <summary>No space is left, in the database or for files. Nothing was changed.</summary>
    public static bool IsStorageFull(Exception error) =>
        InnerOf(error) switch
        {
            SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_FULL,
            PostgresException postgres => postgres.SqlState is PostgresErrorCodes.DiskFull,
            _ => error is IOException { HResult: NoSpaceLeft or DiskFullOnWindows },
        };

    /// <summary>What was to be written is at fault, not the moment: the same again will fail again.</summary>
    public static bool IsOfContent(DbException error) => error switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH,
        PostgresException postgres => postgres.SqlState.StartsWith(PostgresDataException, StringComparison.Ordinal)
            || postgres.SqlState.StartsWith(PostgresIntegrityViolation, StringComparison.Ordinal),
        _ => false,
    };

    private static Exception? InnerOf(Exception? error)
    {
        while (error is not null and not SqliteException and not PostgresException and not SharedCommitLostException)
        {
            error = error.InnerException;
        }

        return error;
    }
}
