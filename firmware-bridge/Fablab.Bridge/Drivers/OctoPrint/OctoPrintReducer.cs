namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// (picture, fact, now) → picture. No clock, no wire. OctoPrint tells one thing several times and in changing order
/// (recordings 08, 10, 11), so each rule here must come to the same end whichever of two neighbours arrives first.
/// </summary>
internal static partial class OctoPrintReducer
{
    /// <summary>
    /// Facts closer together than this may have changed places: a snapshot inside it cannot begin or end a run that an event
    /// just ended or began, and a failed end waits this long for what explains it. Push snapshots come up to 0.5 s late.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A run that is over though nothing tells how is given up after this: OctoPrint writes its book-keeping within a second.
    /// </summary>
    public static readonly TimeSpan DoubtLimit = TimeSpan.FromSeconds(10);

    /// <summary>A run whose heaters cannot be read for so long counts as printing. They are asked for each poll interval.</summary>
    public static readonly TimeSpan HeatersLimit = TimeSpan.FromSeconds(5);

    /// <summary>Progress that falls back by more than this is a second run; two neighbours swapped differ by one second.</summary>
    private const long RestartMilliseconds = 2000;

    /// <summary>Below its target by more than this a heater is still heating, in degrees Celsius.</summary>
    private const double ColdBy = 5;

    /// <returns>
    /// One picture, or two when a run ended and the next began in one fact (restart from paused): the first shows the end.
    /// </returns>
    public static IReadOnlyList<OctoPrintPicture> Apply(OctoPrintPicture picture, OctoPrintFact fact, TimeSpan now)
    {
        var before = picture.LinkAt(now) is LinkState.Down ? picture with { MovedAt = now } : picture;
        return fact switch
        {
            SnapshotSeen seen => OnSnapshot(Heard(before, now), seen, now),
            EventSeen seen => OnEvent(Heard(before, now), seen.Event, now),
            FileSeen seen => [OnFile(Heard(before, now), seen, now)],
            PrinterErrorSeen seen => [OnFault(Heard(before, now), seen.Reason, seen.Error, now)],
            NotOperationalSeen => [Heard(before, now) with { Temperatures = new Dictionary<string, Temperature>() }],
            ConnectionSeen seen => [OnConnection(Heard(before, now), seen.StateText)],
            AskingFailed failed => [picture with { FailedAt = now, FailedWhy = failed.Why }],
            StartAsked asked => [picture with { Start = asked, StartAskedAt = now }],
            CancelAsked => [picture with { CancelAskedAt = now }],
            CancelRefused => [picture with { CancelAskedAt = null }],
            _ => [picture],
        };
    }

    public static bool IsCold(Temperature heater) => heater.Target is > 0 and var target && heater.Actual < target - ColdBy;

    private static OctoPrintPicture Heard(OctoPrintPicture picture, TimeSpan now) => picture with { HeardAt = now };

    private static OctoPrintPicture OnConnection(OctoPrintPicture picture, string? text) => picture with
    {
        IsConnecting = StateWords.IsConnecting(text),

        // Good for a first impression; that a job runs is for the job's own answer to say.
        State = picture.State is ControllerState.Unknown && StateWords.OfText(text) is { } told && !StateWords.IsBusy(told)
            ? told
            : picture.State,
    };

    private static OctoPrintPicture[] OnSnapshot(OctoPrintPicture picture, SnapshotSeen seen, TimeSpan now)
    {
        // Asked before an event changed the state and answered after it: what it says is already over.
        if (seen.AskedAt < picture.StateAt)
        {
            return [picture];
        }

        var snapshot = seen.Snapshot;
        var state = StateWords.Of(snapshot);
        if (state is { } told && ContradictsFreshEvent(picture, told, now))
        {
            return [picture];
        }

        var closing = HasFallenBack(picture, snapshot, now) ? End(picture, RestartedOutcome(picture), null, "restarted", now) : null;
        var merged = Merge(closing ?? picture, snapshot, now);
        var next = WithState(merged, state, snapshot, now);
        return closing is null ? [next] : [closing, next];
    }

    private static bool ContradictsFreshEvent(OctoPrintPicture picture, ControllerState told, TimeSpan now) =>
        StateWords.IsBusy(told)
            ? picture.Run is null && now - picture.Ended?.At < Settling
            : picture.Run is { IsAnnounced: true, BegunAt: var begun } && now - begun < Settling;

    // Without the socket a restart shows only in the numbers.
    private static bool HasFallenBack(OctoPrintPicture picture, Snapshot snapshot, TimeSpan now) =>
        picture.Run is { DoubtSince: null } run && now - run.BegunAt > Settling
        && snapshot.Progress?.PrintMilliseconds < picture.Progress.PrintMilliseconds - RestartMilliseconds;

    private static OctoPrintPicture WithState(OctoPrintPicture picture, ControllerState? told, Snapshot snapshot, TimeSpan now)
    {
        if (told is not { } state)
        {
            return picture;
        }

        var isConnecting = StateWords.IsConnecting(snapshot.StateText);
        var next = picture with
        {
            State = state,
            IsConnecting = isConnecting,
            ErrorText = state is ControllerState.Error ? snapshot.Error ?? picture.ErrorText : null,
        };
        return StateWords.IsBusy(state)
            ? Busy(next, state, snapshot.File?.Path ?? picture.SelectedPath, !StateWords.IsTransfer(snapshot.StateText), snapshot.Progress, now)
            : Doubted(next, now);
    }

    /// <summary>The printer is at work: the run goes on, or one is found that began before we looked.</summary>
    /// <param name="told">The progress that came with the news, if any did.</param>
    private static OctoPrintPicture Busy(OctoPrintPicture picture, ControllerState state, string? path, bool isRun, JobProgress? told, TimeSpan now)
    {
        if (picture.Run is { } run)
        {
            return picture with { BusyState = state, Run = run with { DoubtSince = null, Path = run.Path ?? path } };
        }

        // A printer that is only winding up has nothing left to begin.
        var begins = isRun && state is not ControllerState.Finishing;
        return begins ? Begin(picture, path, isAnnounced: false, told, now) with { BusyState = state } : picture;
    }

    private static OctoPrintPicture Doubted(OctoPrintPicture picture, TimeSpan now)
    {
        if (picture.Run is not { } run)
        {
            return picture;
        }

        var doubted = picture with { Run = run with { DoubtSince = run.DoubtSince ?? now } };

        // Twice the limit: the book-keeping itself could not be read either.
        return now - doubted.Run.DoubtSince >= 2 * DoubtLimit ? GiveUp(doubted, now) : doubted;
    }

    private static OctoPrintPicture Merge(OctoPrintPicture picture, Snapshot snapshot, TimeSpan now)
    {
        // On a cancel or an error OctoPrint forgets the progress at once; the numbers of that run are still worth showing.
        var keepsNumbers = (picture.Run is not null || picture.Ended is not null) && snapshot.Progress?.Share is null;
        var progress = keepsNumbers ? picture.Progress : snapshot.Progress ?? picture.Progress;
        var temperatures = snapshot.Temperatures ?? picture.Temperatures;
        var hasMoved = snapshot.HasFreshReadings || progress != picture.Progress || !ControllerObservation.AreSame(temperatures, picture.Temperatures);
        return picture with
        {
            Progress = progress,
            SelectedPath = snapshot.File is { } file ? file.Path : picture.SelectedPath,
            FilamentOfFile = snapshot.File?.FilamentMillimetres ?? (snapshot.File is { Path: { } path } && path != picture.SelectedPath
                ? null
                : picture.FilamentOfFile),
            Temperatures = temperatures,
            MovedAt = hasMoved ? now : picture.MovedAt,
            Run = snapshot.Temperatures is { } read && picture.Run is { } run
                ? run with { AreHeatersRead = true, IsWarm = run.IsWarm || IsWarm(read) }
                : picture.Run,
        };
    }

    private static bool IsWarm(IReadOnlyDictionary<string, Temperature> heaters) =>
        heaters.Values.Any(heater => heater.Target > 0) && !heaters.Values.Any(IsCold);
}
