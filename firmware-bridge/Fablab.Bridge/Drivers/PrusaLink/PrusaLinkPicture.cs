namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>Something that became known of a printer.</summary>
internal abstract record PrusaLinkFact
{
    /// <param name="Job">Read with it when the status names a job whose file is not known; null when there is none (204). A busy printer without a name would be taken for ours.</param>
    public sealed record StatusSeen(StatusAnswer Status, JobAnswer? Job = null) : PrusaLinkFact;

    /// <summary>A question got no usable answer.</summary>
    public sealed record AskingFailed(string Why) : PrusaLinkFact;

    public sealed record CancelAsked : PrusaLinkFact;

    /// <summary>The cancel we asked for was refused, so a later cancel is not ours.</summary>
    public sealed record CancelRefused : PrusaLinkFact;
}

/// <summary>
/// All that is known of one printer with PrusaLink, as a value. A run that began is shown as busy until its end is decided.
/// </summary>
internal sealed record PrusaLinkPicture
{
    /// <summary>Stale when nothing has moved for this long while it prints.</summary>
    public required TimeSpan SilenceLimit { get; init; }

    public StatusAnswer? Status { get; init; }

    /// <summary>Why the latest question failed; null when it was answered.</summary>
    public string? FailedWhy { get; init; }

    public TimeSpan MovedAt { get; init; }

    public PrusaLinkRun? Run { get; init; }

    public PrusaLinkEnd? Ended { get; init; }

    public bool IsCancelAsked { get; init; }

    /// <summary>The busy state that was shown last.</summary>
    public ControllerState BusyState { get; init; } = ControllerState.Preparing;

    /// <summary>The file of this job is not known yet, and only <c>/api/v1/job</c> tells it.</summary>
    public bool WantsJob(StatusAnswer status) => status.JobId is { } id && !(Run?.JobId == id && Run.FileName is not null) && !(Ended?.JobId == id && Ended.End.FileName is not null);

    public ControllerObservation Observe(TimeSpan now)
    {
        var link = LinkAt(now);
        var isOver = Run is null && Ended is not null;
        return new ControllerObservation
        {
            Link = link,
            State = link is LinkState.Down ? ControllerState.Unknown : Run is not null && !IsAtWork(Status) ? BusyState : Plain(Status),
            FileName = Run is not null ? Run.FileName : Plain(Status) is ControllerState.Idle or ControllerState.Error ? Ended?.End.FileName : null,
            Progress = isOver ? Ended!.Progress : Run?.Progress,
            JobMilliseconds = isOver ? Ended!.End.JobMilliseconds : Run?.PrintedMilliseconds,
            MillisecondsLeft = Run is not null ? Status?.LeftMilliseconds : null,
            Temperatures = Heaters(),
            LastEnd = Run is null ? Ended?.End : null,
            Message = link switch
            {
                LinkState.Down => FailedWhy,
                LinkState.Stale => $"The print has not moved for {(int)(now - MovedAt).TotalSeconds} s",
                _ when Status?.State is "ATTENTION" => "The printer asks something; look at its screen",
                _ when Status?.State is "ERROR" => "The printer shows an error on its screen",
                _ => null,
            },
        };
    }

    /// <summary>A job is under way: not one whose end is still shown.</summary>
    public static bool IsAtWork(StatusAnswer? status) => status is { JobId: not null, State: "PRINTING" or "PAUSED" or "ATTENTION" or "BUSY" };

    private LinkState LinkAt(TimeSpan now) => FailedWhy is not null ? LinkState.Down
        : Status is null ? LinkState.Connecting
        : Status.State is "PRINTING" && Run is not null && now - MovedAt > SilenceLimit ? LinkState.Stale
        : LinkState.Up;

    /// <summary>The state before runs are considered. Words we do not know are unknown.</summary>
    public ControllerState Plain(StatusAnswer? status) => status?.State switch
    {
        "IDLE" or "READY" or "FINISHED" or "STOPPED" => ControllerState.Idle,
        "PRINTING" => IsHeatingUp(status) ? ControllerState.Preparing : ControllerState.Running,
        "PAUSED" => ControllerState.Paused,
        "ATTENTION" => ControllerState.NeedsAttention,

        // One word for loading, homing, pausing, and winding up.
        "BUSY" => IsCancelAsked ? ControllerState.Finishing : Run is { HasPrinted: true } ? BusyState : ControllerState.Preparing,
        "ERROR" => ControllerState.Error,
        _ => ControllerState.Unknown,
    };

    private bool IsHeatingUp(StatusAnswer status) => Run is not { HasPrinted: true } && status.Progress is null or 0
        && (IsCold(status.Nozzle) || IsCold(status.Bed));

    private static bool IsCold(Temperature? heater) => heater is { Target: > 0 and var target, Actual: var actual } && actual < target - PrusaLinkReducer.ColdBy;

    private Dictionary<string, Temperature> Heaters()
    {
        var heaters = new Dictionary<string, Temperature>(StringComparer.Ordinal);
        if (Status?.Nozzle is { } nozzle)
        {
            heaters["tool0"] = nozzle;
        }

        if (Status?.Bed is { } bed)
        {
            heaters["bed"] = bed;
        }

        return heaters;
    }
}

/// <summary>One run of a file, from its first sign until its end is decided.</summary>
internal sealed record PrusaLinkRun(long JobId)
{
    public string? FileName { get; init; }

    public double? Progress { get; init; }

    public long? PrintedMilliseconds { get; init; }

    /// <summary>It was seen printing, warm.</summary>
    public bool HasPrinted { get; init; }

    /// <summary>Since when the printer is free though no end was seen.</summary>
    public TimeSpan? DoubtSince { get; init; }
}

/// <param name="JobId">The printer's number of the run; whatever else is told of it is a detail.</param>
internal sealed record PrusaLinkEnd(RunEnd End, long JobId, double? Progress);
