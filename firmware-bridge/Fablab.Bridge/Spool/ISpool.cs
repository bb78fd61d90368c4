using System.Collections.Immutable;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Spool;

/// <summary>
/// The bridge's durable store: what its machines must remember, and the journal until the web has it. A call that came back
/// is on disk. One caller at a time.
/// </summary>
internal interface ISpool : IDisposable
{
    /// <summary>Random, made with the file.</summary>
    Guid SpoolId { get; }

    /// <summary>Of this boot; on disk before its first record.</summary>
    long Epoch { get; }

    /// <summary>Random at every boot.</summary>
    Guid BootId { get; }

    MachineMemory Memory(string machine);

    ImmutableArray<JobRun> Runs(string machine);

    /// <summary>Writes all of it or nothing.</summary>
    /// <returns>The last sequence number of this epoch afterwards; 0 when it has no record yet.</returns>
    /// <exception cref="SpoolFullException">Nothing was written.</exception>
    long Save(string machine, SupervisorEffect.Save save, DateTimeOffset at);

    /// <returns>What is held of each epoch, oldest first.</returns>
    IReadOnlyList<HeldRecords> Held();

    /// <returns>Consecutive records of the epoch; at least one if there is any, then as many as fit.</returns>
    IReadOnlyList<JournalRecord> Read(long epoch, long first, int mostRecords, int mostBytes);

    /// <exception cref="SpoolFullException">Nothing was written.</exception>
    void NoteAcknowledged(long epoch, long upTo, DateTimeOffset at);

    /// <summary>Forgets records that were acknowledged before this.</summary>
    void Forget(DateTimeOffset acknowledgedBefore);
}

/// <summary>The disk is full or read-only. Nothing was written; try again later.</summary>
public sealed class SpoolFullException : IOException
{
    public SpoolFullException()
    {
    }

    public SpoolFullException(string message)
        : base(message)
    {
    }

    public SpoolFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The spool's file contradicts itself. A person must look; nothing is repaired by guessing.</summary>
public sealed class SpoolDamagedException : IOException
{
    public SpoolDamagedException()
    {
    }

    public SpoolDamagedException(string message)
        : base(message)
    {
    }

    public SpoolDamagedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
