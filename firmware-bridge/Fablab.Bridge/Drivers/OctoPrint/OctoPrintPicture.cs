namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// All that is known of one OctoPrint, as a value. <see cref="OctoPrintReducer"/> makes the next one from a fact;
/// <see cref="Observe"/> says it in the words of every driver. A run that began is shown as busy until its end is decided,
/// so no observation ever shows a free machine with a run whose end is still open.
/// </summary>
internal sealed record OctoPrintPicture
{
    /// <summary>Stale when nothing has moved for this long while busy.</summary>
    public required TimeSpan SilenceLimit { get; init; }

    /// <summary>How long an accepted start may show no run before people are told.</summary>
    public required TimeSpan StartDeadline { get; init; }

    /// <summary>Last word on the state, before runs are considered.</summary>
    public ControllerState State { get; init; } = ControllerState.Unknown;

    /// <summary>When an event last changed the state. An answer to a question asked before it is old news.</summary>
    public TimeSpan StateAt { get; init; } = TimeSpan.MinValue;

    /// <summary>The busy state that was shown last.</summary>
    public ControllerState BusyState { get; init; } = ControllerState.Preparing;

    /// <summary>OctoPrint is opening the serial line.</summary>
    public bool IsConnecting { get; init; }

    public string? ErrorText { get; init; }

    public string? SelectedPath { get; init; }

    public JobProgress Progress { get; init; } = JobProgress.None;

    /// <summary>Filament of the whole file in millimetres, by OctoPrint's analysis.</summary>
    public double? FilamentOfFile { get; init; }

    public IReadOnlyDictionary<string, Temperature> Temperatures { get; init; } = new Dictionary<string, Temperature>();

    /// <summary>When progress, temperature or state last moved.</summary>
    public TimeSpan MovedAt { get; init; }

    public TimeSpan? HeardAt { get; init; }

    public TimeSpan? FailedAt { get; init; }

    public string? FailedWhy { get; init; }

    public Run? Run { get; init; }

    public Ended? Ended { get; init; }

    /// <summary>Book-keeping of a file, valid until the next end.</summary>
    public FileSeen? File { get; init; }

    public Fault? Fault { get; init; }

    public TimeSpan? CancelAskedAt { get; init; }

    public StartAsked? Start { get; init; }

    public TimeSpan StartAskedAt { get; init; }

    /// <summary>A run is open: under way, or over with an end that is not settled yet.</summary>
    public bool HasOpenRun(TimeSpan now) => Run is not null || now < Ended?.ShownFrom;

    /// <summary>
    /// The file whose book-keeping would help now: to know its last print before this run ends, to learn how a run ended
    /// while no event told, or to find out what ran before we came. Null when nothing is open.
    /// </summary>
    public string? FileToAskAbout(TimeSpan now)
    {
        if (Run is { Path: { } running } run)
        {
            return run.DoubtSince is { } since ? now - since >= OctoPrintReducer.Settling ? running : null
                : run.IsBaselineKnown ? null : running;
        }

        var known = SelectedPath ?? Start?.Path;
        return Run is null && Ended is null && known is not null && File?.Path != known ? known : null;
    }

    /// <summary>The text of the last printer error would help to judge a failed run.</summary>
    public bool WantsPrinterError(TimeSpan now) => State is ControllerState.Error && Fault is null && HasOpenRun(now);

    public LinkState LinkAt(TimeSpan now)
    {
        if (HeardAt is null || FailedAt > HeardAt)
        {
            return FailedAt is null ? LinkState.Connecting : LinkState.Down;
        }

        if (IsConnecting)
        {
            return LinkState.Connecting;
        }

        // A paused printer may rest for hours with steady temperatures; only work that does not move is suspicious.
        var isWorking = HasOpenRun(now) && StateWords.IsBusy(State) && State is not ControllerState.Paused;
        return isWorking && now - MovedAt > SilenceLimit ? LinkState.Stale : LinkState.Up;
    }

    public ControllerObservation Observe(TimeSpan now)
    {
        var link = LinkAt(now);
        return new ControllerObservation
        {
            Link = link,
            State = link is LinkState.Down ? ControllerState.Unknown : ShownState(now),
            FileName = Run?.Path ?? SelectedPath,
            Progress = Progress.Share,
            JobMilliseconds = Progress.PrintMilliseconds,
            MillisecondsLeft = Progress.LeftMilliseconds,
            FilamentMillimetres = FilamentOfFile * Progress.Share,
            FilamentIsEstimate = true,
            Temperatures = Temperatures,
            LastEnd = Run is null && now >= Ended?.ShownFrom ? Ended.End : null,
            Message = MessageAt(link, now),
        };
    }

    private ControllerState ShownState(TimeSpan now)
    {
        if (!HasOpenRun(now) || (Run is not null && StateWords.IsBusy(State)))
        {
            return State is ControllerState.Running && IsHeatingUp(now) ? ControllerState.Preparing : State;
        }

        return BusyState;
    }

    // People want to know heating from printing; after the first warm moment a sag is part of the print. OctoPrint says "printing"
    // before it says what the file made the heaters aim for, so until they were read nobody knows whether it heats or prints.
    private bool IsHeatingUp(TimeSpan now) => Run is { IsWarm: false } run
        && (Temperatures.Values.Any(OctoPrintReducer.IsCold) || (!run.AreHeatersRead && now - run.BegunAt < OctoPrintReducer.HeatersLimit));

    private string? MessageAt(LinkState link, TimeSpan now) => link switch
    {
        LinkState.Down => FailedWhy,
        LinkState.Stale => $"The printer has not moved or answered for {(int)(now - MovedAt).TotalSeconds} s",
        _ when State is ControllerState.Error => ErrorText ?? Fault?.Text,
        _ when Start is not null && Run is null && now - StartAskedAt > StartDeadline =>
            $"The start was accepted, yet nothing runs after {(int)StartDeadline.TotalSeconds} s",
        _ => null,
    };
}

/// <summary>One run of a file, from its first sign until its end is decided.</summary>
/// <param name="IsAnnounced">An event announced it; a run first seen in a snapshot may still be.</param>
internal sealed record Run(string? Path, TimeSpan BegunAt, bool IsAnnounced)
{
    /// <summary>The heaters were read since it began.</summary>
    public bool AreHeatersRead { get; init; }

    /// <summary>All heaters were at their targets once.</summary>
    public bool IsWarm { get; init; }

    /// <summary>Since when the printer is no longer busy though no end was told.</summary>
    public TimeSpan? DoubtSince { get; init; }

    public bool IsBaselineKnown { get; init; }

    /// <summary>The end of the file's print before this one, by OctoPrint's clock; null when it never ran.</summary>
    public double? BaselineEndedAt { get; init; }
}

/// <param name="ShownFrom">A failure is shown a moment later, since what tells machine from link may arrive after it.</param>
internal sealed record Ended(RunEnd End, TimeSpan At, TimeSpan ShownFrom);

/// <param name="IsMachine">The printer itself gave up, as opposed to the line to it.</param>
internal sealed record Fault(bool IsMachine, string? Text, TimeSpan At);
