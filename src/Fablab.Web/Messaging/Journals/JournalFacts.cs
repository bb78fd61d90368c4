using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.UsageSessions;
using NodaTime;

namespace Fablab.Web.Messaging.Journals;

/// <summary>The bridge's words in the domain's.</summary>
internal static class JournalFacts
{
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
            new DeskEvent.SessionClosed(new(closed.Session), at, Milliseconds(closed.TotalMilliseconds), closed.Reason ?? "ended"),
        { Job: { } job } => new DeskEvent.JobMoved(new(job.Job), at, State(job.State), job.Reason),
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

    private static Duration Milliseconds(long value) => Duration.FromMilliseconds(value);
}
