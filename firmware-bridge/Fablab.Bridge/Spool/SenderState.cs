using System.Collections.Immutable;
using Fablab.Contracts;

namespace Fablab.Bridge.Spool;

/// <summary>How far the journal has been sent and acknowledged. Nothing here is durable: after a boot it is rebuilt from the spool.</summary>
internal sealed record SenderState
{
    public required Guid SpoolId { get; init; }

    /// <summary>What the spool holds, oldest epoch first.</summary>
    public required ImmutableArray<HeldRecords> Held { get; init; }

    public bool IsConnected { get; init; }

    /// <summary>Batches that left and are not acknowledged, oldest first; all of <see cref="SendingEpoch"/>.</summary>
    public ImmutableArray<SentBatch> Window { get; init; } = [];

    /// <summary>A batch was asked for and has not left yet.</summary>
    public bool IsReading { get; init; }

    public long SendingEpoch { get; init; }

    /// <summary>Highest sequence number of the epoch that left since the last rewind.</summary>
    public long SentUpTo { get; init; }

    public long RetryMilliseconds { get; init; } = JournalSender.FirstRetryMilliseconds;

    /// <summary>When we last went back because the web asked; it is not done again before the retry pause is over.</summary>
    public long? ReplayedAt { get; init; }

    public static SenderState Start(Guid spoolId, IEnumerable<HeldRecords> held) => new() { SpoolId = spoolId, Held = [.. held.OrderBy(epoch => epoch.Epoch)] };

    /// <summary>Every record was acknowledged.</summary>
    public bool IsDrained => Held.All(epoch => epoch.AcknowledgedUpTo >= epoch.LastSequence);
}

internal sealed record SentBatch(long First, long Last, long LeftAt);
