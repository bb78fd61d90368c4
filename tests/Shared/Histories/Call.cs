namespace Fablab.Testing.Histories;

/// <summary>What a client asked of one arena: a machine on one day, which shares nothing with any other.</summary>
public enum CallKind
{
    /// <summary>Book <see cref="Call.Start"/>.</summary>
    Book,

    /// <summary>Give the time of <see cref="Call.Of"/> another <see cref="Call.Start"/> and <see cref="Call.Length"/>.</summary>
    Move,
    Cancel,
}

public enum CallOutcome
{
    Accepted,

    /// <summary>The present state does not allow it: the time is taken, or the reservation is gone.</summary>
    Refused,

    /// <summary>No answer came, so it may have happened, at any moment after it was asked, or not at all.</summary>
    Unknown,
}

/// <summary>One call as its client saw it. Times are ticks of one clock; starts and lengths are cells of the arena.</summary>
public sealed record Call
{
    /// <summary>0, 1, 2… in the arena.</summary>
    public required int Number { get; init; }

    public required CallKind Kind { get; init; }

    /// <summary>First cell that is wanted; means nothing for <see cref="CallKind.Cancel"/>.</summary>
    public int Start { get; init; }

    public int Length { get; init; } = 1;

    /// <summary>The number of the accepted booking that is moved or cancelled.</summary>
    public int? Of { get; init; }

    public required long AskedAt { get; init; }

    /// <summary><see cref="long.MaxValue"/> when no answer came.</summary>
    public required long AnsweredAt { get; init; }

    public required CallOutcome Outcome { get; init; }

    public override string ToString() => $"#{Number} {Kind} {(Of is { } of ? $"of #{of} " : "")}[{Start},{Start + Length}) {Outcome} {AskedAt}..{AnsweredAt}";
}
