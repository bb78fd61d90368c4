using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>That a member is to be erased, and what became of it. Of those who were, it holds an id and instants, no words.</summary>
public sealed class ErasureRow
{
    public const int LongestReason = 500;

    public required ErasureId Id { get; init; }

    public required MemberId Member { get; init; }

    public required ErasureOrigin Origin { get; init; }

    /// <summary>Who wanted it; <see langword="null"/> when it was due by itself.</summary>
    public MemberId? By { get; init; }

    /// <summary>In the words of staff; the member reads them. Gone with the member.</summary>
    public string? Reason { get; set; }

    public required Instant AskedAt { get; init; }

    /// <summary>When it was to be done, as the member was told.</summary>
    public required Instant PlannedAt { get; init; }

    /// <summary>When it is tried next; <see langword="null"/> when it is over.</summary>
    public Instant? DueAt { get; set; }

    /// <summary>When the member was told that something is in the way.</summary>
    public Instant? ToldToWaitAt { get; set; }

    public Instant? CancelledAt { get; set; }

    public MemberId? CancelledBy { get; set; }

    public Instant? DoneAt { get; set; }

    /// <summary>When it was written into the list of erasures beside the database, so that a restored backup is erased again.</summary>
    public Instant? ListedAt { get; set; }
}

/// <summary>What a member may allow and need not.</summary>
public enum ConsentPurpose
{
    /// <summary>Other members read their name beside what they booked.</summary>
    NameShown,
}

/// <summary>That a member allowed something, with the version of the words they read. Given again, it is a new row.</summary>
public sealed class ConsentRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required ConsentPurpose Purpose { get; init; }

    /// <summary>Of the words that they read.</summary>
    public required int Version { get; init; }

    public required Instant GivenAt { get; init; }

    /// <summary>No more from here on; <see langword="null"/> while it counts.</summary>
    public Instant? WithdrawnAt { get; set; }
}
