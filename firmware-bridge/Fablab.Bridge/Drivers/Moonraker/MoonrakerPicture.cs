namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>
/// All that is known of one printer behind Moonraker, as a value. A run that began is shown as busy until its end is decided,
/// so no observation ever shows a free machine with a run whose end is still open.
/// </summary>
internal sealed record MoonrakerPicture
{
    /// <summary>Klipper needs a few seconds to begin; one that needs longer has a fault.</summary>
    public static readonly TimeSpan StartupLimit = TimeSpan.FromSeconds(60);

    /// <summary>Stale when the numbers of a print have not moved for so long.</summary>
    public required TimeSpan SilenceLimit { get; init; }

    public bool IsConnected { get; init; }

    /// <summary>Why there is no connection; null before the first one failed.</summary>
    public string? LostWhy { get; init; }

    /// <summary>Klipper's state as it was told last, by whichever message. It goes before everything else.</summary>
    public string? Klippy { get; init; }

    public TimeSpan KlippySince { get; init; }

    public PrinterStatus Status { get; init; } = new();

    /// <summary>When a number of the print, or a state, last moved.</summary>
    public TimeSpan MovedAt { get; init; }

    public MoonrakerRun? Run { get; init; }

    public MoonrakerEnd? Ended { get; init; }

    /// <summary>The newest ended job of the history: a run without an id of its own is not this one.</summary>
    public string? NewestEndedId { get; init; }

    public bool HasHistory { get; init; } = true;

    public bool IsCancelAsked { get; init; }

    /// <summary>The busy state that was shown last.</summary>
    public ControllerState BusyState { get; init; } = ControllerState.Preparing;

    /// <summary>Klipper takes wishes.</summary>
    public bool IsReady => IsConnected && Klippy is "ready" && Status.JobState is not null;

    /// <summary>A print is under way. After a shutdown Klipper says "paused" for good, which is none.</summary>
    public bool IsAtWork => IsReady && Status.JobState is "printing" or "paused";

    /// <summary>How a run ended can only be told by the history now.</summary>
    public bool WantsHistory(TimeSpan now) => IsConnected && HasHistory && Run is { IsUntold: false } && now - Run.DoubtSince >= MoonrakerReducer.Settling;

    public ControllerObservation Observe(TimeSpan now)
    {
        var link = LinkAt(now);
        var numbers = Run is null ? Ended : null;
        var printed = numbers?.End.JobMilliseconds ?? Status.PrintMilliseconds;
        // A run that only the history has told of yet: the numbers are those of the print before.
        var isUnknown = !IsConnected || Status.JobState is null || Run is { WasAtWork: false };
        return new ControllerObservation
        {
            Link = link,
            State = link is LinkState.Down ? ControllerState.Unknown : ShownState(now),
            FileName = Run?.FileName ?? (Status.FileName is { Length: > 0 } name ? name : null),
            Progress = numbers?.End.Outcome is RunOutcome.Completed ? 1 : isUnknown ? null : Status.Progress,
            JobMilliseconds = isUnknown && numbers is null ? null : printed,
            MillisecondsLeft = !isUnknown && Run?.EstimatedMilliseconds is { } estimate && printed is { } done ? Math.Max(0, estimate - done) : null,
            FilamentMillimetres = numbers?.FilamentMillimetres ?? (isUnknown ? null : Status.FilamentMillimetres),
            FilamentIsEstimate = false,
            Temperatures = Status.Temperatures,
            LastEnd = Run is null ? Ended?.End : null,
            Message = MessageAt(link, now),
        };
    }

    private LinkState LinkAt(TimeSpan now)
    {
        if (!IsConnected)
        {
            return LostWhy is null ? LinkState.Connecting : LinkState.Down;
        }

        if (Klippy is null || (Klippy is "startup" && now - KlippySince < StartupLimit) || (Klippy is "ready" && Status.JobState is null))
        {
            return LinkState.Connecting;
        }

        // A paused print may rest for hours; only work that does not move is suspicious.
        return IsAtWork && Status.JobState is "printing" && now - MovedAt > SilenceLimit ? LinkState.Stale : LinkState.Up;
    }

    private ControllerState ShownState(TimeSpan now) => Run is not null && !IsAtWork ? BusyState : PlainState(now);

    /// <summary>The state before runs are considered. Klipper's own state goes first.</summary>
    public ControllerState PlainState(TimeSpan now) => (Klippy, Status.JobState) switch
    {
        ("shutdown" or "error", _) => ControllerState.Error,
        ("startup", _) => now - KlippySince < StartupLimit ? ControllerState.Off : ControllerState.Error,
        ("disconnected", _) => ControllerState.Off,
        ("ready", "printing") => Status.PrintMilliseconds is > 0 ? ControllerState.Running : ControllerState.Preparing,
        ("ready", "paused") => ControllerState.Paused,

        // A job that failed leaves a printer that takes the next one.
        ("ready", "standby" or "complete" or "cancelled" or "error") => ControllerState.Idle,
        _ => ControllerState.Unknown,
    };

    private string? MessageAt(LinkState link, TimeSpan now) => link switch
    {
        LinkState.Down => LostWhy,
        LinkState.Stale => $"The print has not moved for {(int)(now - MovedAt).TotalSeconds} s",
        _ when Klippy is "shutdown" or "error" => Status.KlippyMessage is { Length: > 0 } why ? RpcError.Shorten(why) : $"Klipper: {Klippy}",
        _ when Klippy is "startup" && now - KlippySince >= StartupLimit => "Klipper does not get ready",
        _ when IsReady && Status.JobState is "error" && Status.JobMessage is { Length: > 0 } why => RpcError.Shorten(why),
        _ => null,
    };
}

/// <summary>One run of a file, from its first sign until its end is decided.</summary>
internal sealed record MoonrakerRun(string? FileName)
{
    /// <summary>Moonraker's id of it; null when its history did not tell.</summary>
    public string? JobId { get; init; }

    /// <summary>Klipper said that it works on it.</summary>
    public bool WasAtWork { get; init; }

    /// <summary>Since when nothing is at work though no end was told.</summary>
    public TimeSpan? DoubtSince { get; init; }

    /// <summary>Moonraker closed its book on it while it went on; only Klipper's state will tell its end.</summary>
    public bool IsUntold { get; init; }

    /// <summary>The slicer's estimate of the whole print.</summary>
    public long? EstimatedMilliseconds { get; init; }
}

/// <param name="JobId">Moonraker's id of the run; whatever else is told of it is a detail.</param>
internal sealed record MoonrakerEnd(RunEnd End, string? JobId, TimeSpan At, double? FilamentMillimetres);
