using System.Collections.Immutable;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>All a <see cref="GrblSession"/> knows. Instants are offsets on the caller's monotonic clock.</summary>
internal sealed record GrblState
{
    /// <summary>GRBL 1.1 on small boards has 128 bytes; one stays free.</summary>
    public const int DefaultWindow = 127;

    public required GrblOptions Options { get; init; }

    public LinkState Link { get; init; } = LinkState.Down;

    /// <summary>Latest report on this link since the last reset.</summary>
    public GrblStatus? Status { get; init; }

    /// <summary>Since when an answer is owed: the last status, or the opening of the link.</summary>
    public TimeSpan QuietSince { get; init; }

    public TimeSpan NextPoll { get; init; }

    /// <summary>Bytes that may be unacknowledged.</summary>
    public int Window { get; init; } = DefaultWindow;

    public bool HasAskedBuild { get; init; }

    public TimeSpan BuildAskedAt { get; init; }

    /// <summary>Sent and not yet answered, oldest first. Answers come strictly in this order.</summary>
    public ImmutableQueue<GrblInFlight> InFlight { get; init; } = [];

    public int BytesInFlight { get; init; }

    /// <summary>Largest free counts seen: what empty buffers look like on this controller.</summary>
    public (int Planner, int Rx) EmptyBuffers { get; init; }

    public GrblAlarm? Alarm { get; init; }

    public GrblRun? Run { get; init; }

    public GrblStop? Stop { get; init; }

    /// <summary>The hold the controller is in, or goes into, was our wish.</summary>
    public bool HasAskedHold { get; init; }

    /// <summary>Resume as soon as it stands still: GRBL ignores a cycle start while it still slows down.</summary>
    public TimeSpan? ResumeUntil { get; init; }

    public RunEnd? LastEnd { get; init; }

    /// <summary>Something a person must look at, which no status tells.</summary>
    public string? Attention { get; init; }

    public ControllerObservation? Published { get; init; }

    public TimeSpan PublishedAt { get; init; }

    public bool IsConnected => Link is LinkState.Up or LinkState.Stale;

    public static GrblState Initial(GrblOptions options) => new() { Options = options };
}

/// <summary>A line whose answer is owed.</summary>
internal sealed record GrblInFlight(GrblLineRole Role, GrblProgramLine Line);

internal enum GrblLineRole
{
    Program,

    /// <summary>A short dwell of ours at the end: its answer says that all motion before it is done.</summary>
    Closing,

    /// <summary>A question of ours outside any job.</summary>
    Query,
}

/// <summary>One run of a program.</summary>
internal sealed record GrblRun
{
    public required long Id { get; init; }

    public required string FileName { get; init; }

    public required long TotalBytes { get; init; }

    public required ImmutableQueue<GrblProgramLine> Ready { get; init; }

    public required int ReadyCount { get; init; }

    public required bool IsAllRead { get; init; }

    public bool HasAskedMore { get; init; }

    public GrblProgramLine? LastSent { get; init; }

    public bool HasSentClosing { get; init; }

    public bool HasClosed { get; init; }

    public bool HasProgramEnd { get; init; }

    public long AcknowledgedBytes { get; init; }

    public bool HasAnswer { get; init; }

    /// <summary>Time under way without holds.</summary>
    public TimeSpan RunTime { get; init; }

    public required TimeSpan CountedTo { get; init; }

    /// <summary>When the job last showed life: an answer, or a status other than idle.</summary>
    public required TimeSpan ProgressAt { get; init; }

    public bool IsAllSent => IsAllRead && ReadyCount == 0;
}

/// <summary>A stop under way. What it ends with is settled when it begins: the first fact wins.</summary>
internal sealed record GrblStop(GrblStopPhase Phase, TimeSpan BeganAt, TimeSpan Deadline, int Attempts, RunOutcome Outcome, string Reason);

internal enum GrblStopPhase
{
    /// <summary>Feed hold sent; waiting for the machine to stand still, so that the reset loses no position.</summary>
    Holding,

    /// <summary>Reset sent; waiting for the greeting.</summary>
    Resetting,

    /// <summary>Greeted; waiting for a status that says idle, spindle off.</summary>
    Verifying,
}
