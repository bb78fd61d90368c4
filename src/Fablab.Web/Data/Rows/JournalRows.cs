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

    /// <summary>What the bridge's monotonic clock read at its last hello in this epoch, in milliseconds.</summary>
    public long? ClockMonotonicMilliseconds { get; set; }

    /// <summary>When that hello was taken, by our clock.</summary>
    public Instant? ClockAt { get; set; }

    /// <summary><see langword="null"/> for an epoch that never said hello with a clock.</summary>
    public BridgeClock? Clock => ClockMonotonicMilliseconds is { } monotonic && ClockAt is { } at ? new BridgeClock(monotonic, at) : null;
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
