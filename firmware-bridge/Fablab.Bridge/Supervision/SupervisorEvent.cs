using System.Collections.Immutable;
using Fablab.Bridge.Drivers;
using Fablab.Contracts;

namespace Fablab.Bridge.Supervision;

/// <summary>Something that happened to a machine, its devices, its files or its messages.</summary>
internal abstract record SupervisorEvent
{
    private SupervisorEvent()
    {
    }

    /// <summary>The first event of a boot: what the disk remembers and the epoch that was written before it.</summary>
    public sealed record Booted(MachineMemory Memory, ImmutableArray<JobRun> Runs, long Epoch) : SupervisorEvent;

    public sealed record DesiredReceived(DesiredTwin Twin) : SupervisorEvent;

    /// <summary>An answer whose signature was found right.</summary>
    public sealed record LeaseAnswered(LeaseAnswer Answer) : SupervisorEvent;

    public sealed record ControllerSeen(ControllerObservation Observation) : SupervisorEvent;

    public sealed record InterlockSeen(InterlockObservation Observation) : SupervisorEvent;

    /// <param name="Wanted">What was asked for.</param>
    /// <param name="Seen">What was read back; <see langword="null"/> when the device could not be reached.</param>
    public sealed record InterlockAnswered(InterlockState Wanted, InterlockState? Seen) : SupervisorEvent;

    public sealed record JobFetched(Guid Job, string Path) : SupervisorEvent;

    public sealed record JobFetchFailed(Guid Job, string Reason, bool IsWorthAnotherTry) : SupervisorEvent;

    public sealed record JobUploaded(Guid Job) : SupervisorEvent;

    public sealed record JobUploadFailed(Guid Job, string Reason, bool IsWorthAnotherTry) : SupervisorEvent;

    public sealed record StartAnswered(Guid Job, WishAnswer Answer, string? Reason) : SupervisorEvent;

    /// <summary>The controller's answer to a pause, a resume, a cancel or a removal. It means "heard", never "done".</summary>
    /// <param name="FileName">The file that should be removed; <see langword="null"/> with the other wishes.</param>
    public sealed record WishAnswered(ControllerWish Wish, WishAnswer Answer, string? FileName) : SupervisorEvent;

    /// <summary>A second went by.</summary>
    public sealed record Tick : SupervisorEvent;

    /// <summary>A person on site looked at the machine and cleared its fault.</summary>
    public sealed record FaultCleared : SupervisorEvent;

    /// <summary>The two clocks disagree: we slept, or somebody set the time. No lease can be trusted.</summary>
    public sealed record ClockJumped : SupervisorEvent;

    /// <summary>Nothing can be written any more.</summary>
    public sealed record SpoolFull : SupervisorEvent;

    /// <summary>Space runs out, yet what is written still arrives: nothing new begins, what runs is metered as before.</summary>
    public sealed record SpoolLow : SupervisorEvent;

    public sealed record SpoolOk : SupervisorEvent;
}

internal enum ControllerWish
{
    Pause,
    Resume,
    Cancel,
    Remove,
}

internal enum WishAnswer
{
    Accepted,

    /// <summary>No, and asking again would not help.</summary>
    Refused,

    /// <summary>
    /// No, because of the state the controller is in. To a start that may be the state of our own job at work: of printers it is
    /// told that they answer 409 and print. Only what is seen decides.
    /// </summary>
    RefusedByState,

    Unreachable,
}
