using System.Collections.Immutable;
using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>
/// What the supervisor wants done, strictly in order. <see cref="Save"/> always comes first and is on disk before the next
/// effect begins: nothing leaves that a crash could make us forget. A crash may happen between any two.
/// </summary>
internal abstract record SupervisorEffect
{
    private SupervisorEffect()
    {
    }

    /// <summary>One transaction: all of it or nothing.</summary>
    /// <param name="Memory">The machine's memory as a whole; <see langword="null"/> when it did not change.</param>
    /// <param name="Runs">Job runs that are new or changed.</param>
    /// <param name="Records">Journal records, in order.</param>
    public sealed record Save(MachineMemory? Memory, ImmutableArray<JobRun> Runs, ImmutableArray<JournalContent> Records) : SupervisorEffect;

    public sealed record AskLease(LeaseRequest Request) : SupervisorEffect;

    public sealed record SetInterlock(InterlockState Wanted) : SupervisorEffect;

    public sealed record FetchJob(DesiredJob Job) : SupervisorEffect;

    public sealed record UploadJob(Guid Job, JobFile File) : SupervisorEffect;

    public sealed record StartJob(Guid Job, string FileName) : SupervisorEffect;

    public sealed record PauseJob : SupervisorEffect;

    public sealed record ResumeJob : SupervisorEffect;

    public sealed record CancelJob : SupervisorEffect;

    /// <summary>Takes our file off the controller and off the bridge.</summary>
    public sealed record RemoveFile(Guid Job, string FileName) : SupervisorEffect;

    /// <summary>Stops the download of a job's file, and removes what there is of it from the bridge.</summary>
    public sealed record DropFile(Guid Job) : SupervisorEffect;

    public sealed record Report(ReportedTwin Twin) : SupervisorEffect;
}
