using Fablab.Domain.Journals;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>A bridge's record as it came, for ever.</summary>
public sealed class JournalEntryRow
{
    public required Guid SpoolId { get; init; }

    public required long Epoch { get; init; }

    public required long Sequence { get; init; }

    public required Guid Bridge { get; init; }

    public required string Content { get; init; }

    public required string Hash { get; init; }

    public required Instant ReceivedAt { get; init; }
}

/// <summary>How far an epoch of a spool is committed.</summary>
public sealed class SpoolMarkRow
{
    public required Guid SpoolId { get; init; }

    public required long Epoch { get; init; }

    public required Guid Bridge { get; init; }

    public required long UpTo { get; set; }

    public string? LastHash { get; set; }

    /// <summary>The boot that wrote the epoch; another one with the same epoch is a cloned spool.</summary>
    public Guid? BootId { get; set; }

    /// <summary>The best reading of the bridge's monotonic clock in this epoch, in milliseconds.</summary>
    public long? ClockMonotonicMilliseconds { get; set; }

    /// <summary>When it was that, by our clock.</summary>
    public Instant? ClockAt { get; set; }

    /// <summary>The row in the words of the rules.</summary>
    public SpoolEpoch Known => new(
        new SpoolMark(SpoolId, Epoch, UpTo, LastHash),
        Bridge,
        BootId,
        ClockMonotonicMilliseconds is { } monotonic && ClockAt is { } at ? new BridgeClock(monotonic, at) : null);

    public static SpoolMarkRow Of(SpoolEpoch epoch)
    {
        var row = new SpoolMarkRow { SpoolId = epoch.Mark.SpoolId, Epoch = epoch.Mark.Epoch, Bridge = epoch.Bridge, UpTo = 0 };
        row.Take(epoch);
        return row;
    }

    public void Take(SpoolEpoch epoch)
    {
        (UpTo, LastHash, BootId) = (epoch.Mark.UpTo, epoch.Mark.LastHash, epoch.BootId);
        (ClockMonotonicMilliseconds, ClockAt) = (epoch.Clock?.MonotonicMilliseconds, epoch.Clock?.At);
    }
}

/// <summary>A record or message that contradicts what is known; a person decides.</summary>
public sealed class QuarantinedRow
{
    public required Guid Id { get; init; }

    public required Guid Bridge { get; init; }

    public required string Reason { get; init; }

    public required string Content { get; init; }

    public required Instant ReceivedAt { get; init; }
}
