using System.Diagnostics.CodeAnalysis;
using System.Text;
using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.Journals;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.UsageSessions;

namespace Fablab.ServerProtocol;

/// <summary>A journal record's words in the domain's.</summary>
public static class JournalFacts
{
    /// <summary>No machine of ours runs for a century; beyond it a number is damage, and reckoning with it would overflow.</summary>
    private const long MostMilliseconds = 100L * 366 * 24 * 60 * 60 * 1000;

    /// <summary>A megawatt for a century.</summary>
    private const long MostWattSeconds = MostMilliseconds / 1000 * 1_000_000;

    private const double MostMillimetres = 1e12;

    private const int LongestReason = 200;

    public static ArrivedRecord Arrived(JournalRecord record, JournalBatch batch) => new(
        record.Sequence, record.Content, record.PreviousHash, record.Hash, JournalHash.IsRight(record, batch.SpoolId, batch.Epoch));

    /// <returns>Whether the content is understood and its numbers can be those of a machine.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out JournalContent? content) =>
        ContractsJson.TryRead(text, out content, out _) && IsPlausible(content);

    /// <summary>Whether its numbers can be those of a machine.</summary>
    public static bool IsPlausible(JournalContent content) =>
        IsTime(content.MonotonicMilliseconds)
        && (content.Session is not { } session || IsTime(session.TotalMilliseconds))
        && (content.Meter is not { } meter || (IsTime(meter.DeltaMilliseconds) && IsTime(meter.TotalMilliseconds) && IsTime(meter.ActiveMilliseconds)
            && meter.WattSeconds is null or (>= 0 and <= MostWattSeconds) && meter.FilamentMillimetres is null or (>= 0 and <= MostMillimetres)));

    /// <returns>The session whose record this is; <see langword="null"/> for a record of something else.</returns>
    public static UsageSessionId? SessionOf(JournalContent content) =>
        (content.Meter?.Session ?? content.Session?.Session) is { } id ? new UsageSessionId(id) : null;

    /// <param name="state">Of the session of <see cref="SessionOf"/>; <see langword="null"/> when the machine never had it.</param>
    public static NamedSession? Named(JournalContent content, UsageSessionState? state) =>
        SessionOf(content) is null ? null : new NamedSession(state, content.Session is { TotalMilliseconds: 0 });

    /// <param name="at">When it happened by the server's clock.</param>
    /// <returns>What the record means at the machine's desk; <see langword="null"/> for records that are only kept.</returns>
    public static DeskEvent? ToDeskEvent(JournalContent content, Instant at) => content switch
    {
        { Meter: { } meter } => new DeskEvent.SessionMetered(new(meter.Session), new MeterRead(
            at,
            Milliseconds(meter.DeltaMilliseconds),
            Milliseconds(meter.TotalMilliseconds),
            Milliseconds(meter.ActiveMilliseconds),
            meter.State is MeterState.Active,
            meter.Source is MeterSource.Recovered,
            meter.WattSeconds,
            meter.FilamentMillimetres)),
        { Session: { Turn: SessionTurn.Armed } armed } => new DeskEvent.SessionArmed(new(armed.Session), at),
        { Session: { Turn: SessionTurn.Closed } closed } =>
            new DeskEvent.SessionClosed(new(closed.Session), at, Milliseconds(closed.TotalMilliseconds), Word(closed.Reason) ?? "ended"),
        { Job: { } job } => new DeskEvent.JobMoved(new(job.Job), at, State(job.State), Word(job.Reason)),
        _ => null,
    };

    public static MachineJobState State(JobState state) => state switch
    {
        JobState.Accepted => MachineJobState.Accepted,
        JobState.Starting => MachineJobState.Starting,
        JobState.Running => MachineJobState.Running,
        JobState.Paused => MachineJobState.Paused,
        JobState.Succeeded => MachineJobState.Succeeded,
        JobState.Failed => MachineJobState.Failed,
        JobState.Cancelled => MachineJobState.Cancelled,
        JobState.Rejected => MachineJobState.Rejected,
        _ => MachineJobState.Unknown,
    };

    /// <summary>A controller's words as they may be shown and kept: no control characters, and no half of a surrogate pair.</summary>
    private static string? Word(string? reason) =>
        reason is null ? null : string.Concat(reason.EnumerateRunes().Where(rune => !Rune.IsControl(rune)).Take(LongestReason));

    private static bool IsTime(long milliseconds) => milliseconds is >= 0 and <= MostMilliseconds;

    private static Duration Milliseconds(long value) => Duration.FromMilliseconds(value);
}
