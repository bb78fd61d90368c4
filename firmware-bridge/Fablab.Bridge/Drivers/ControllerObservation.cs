namespace Fablab.Bridge.Drivers;

/// <summary>
/// A whole picture of one controller at one moment, in words that fit every kind of controller. Numbers are the
/// controller's own and advisory; the bridge meters by its own monotonic clock.
/// </summary>
public sealed record ControllerObservation
{
    public required LinkState Link { get; init; }

    public required ControllerState State { get; init; }

    /// <summary>Name of the file that is selected or running on the controller; <see langword="null"/> when none is known.</summary>
    public string? FileName { get; init; }

    /// <summary>Share of the job that is done, 0 to 1.</summary>
    public double? Progress { get; init; }

    /// <summary>How long the present job has run by the controller's own count, in milliseconds.</summary>
    public long? JobMilliseconds { get; init; }

    /// <summary>The controller's own guess of what is left, in milliseconds.</summary>
    public long? MillisecondsLeft { get; init; }

    /// <summary>Filament extruded so far in millimetres, measured or estimated; see <see cref="FilamentIsEstimate"/>.</summary>
    public double? FilamentMillimetres { get; init; }

    public bool FilamentIsEstimate { get; init; }

    /// <summary>Heater name (<c>tool0</c>, <c>bed</c>) to actual and target degrees Celsius.</summary>
    public IReadOnlyDictionary<string, Temperature> Temperatures { get; init; } = new Dictionary<string, Temperature>();

    /// <summary>How the latest job that ended on this controller ended. It stays until the next job starts.</summary>
    public RunEnd? LastEnd { get; init; }

    /// <summary>What the controller said about an error or a wait, for people to read. Data, never parsed further.</summary>
    public string? Message { get; init; }

    /// <summary>Nothing is to be seen in the one that is not in the other. Records compare a dictionary by reference.</summary>
    public bool IsSameAs(ControllerObservation other) => this with { Temperatures = other.Temperatures } == other && AreSame(Temperatures, other.Temperatures);

    public static bool AreSame(IReadOnlyDictionary<string, Temperature> one, IReadOnlyDictionary<string, Temperature> other) =>
        ReferenceEquals(one, other) || (one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var reading) && reading == pair.Value));
}

/// <summary>Actual and target, in degrees Celsius.</summary>
public readonly record struct Temperature(double Actual, double? Target);

/// <summary>How one run of a file ended, as far as the controller tells.</summary>
/// <param name="FileName">The file that ran; <see langword="null"/> when the controller did not say.</param>
/// <param name="Outcome">First terminal fact wins; later ones of the same run are details.</param>
/// <param name="JobMilliseconds">Run time by the controller's own count.</param>
/// <param name="Reason">The controller's words, for people.</param>
public sealed record RunEnd(string? FileName, RunOutcome Outcome, long? JobMilliseconds, string? Reason);

/// <summary>How well we hear the controller.</summary>
public enum LinkState
{
    Down,
    Connecting,
    Up,

    /// <summary>The link is there, yet nothing has moved for longer than the driver's silence limit.</summary>
    Stale,
}

/// <summary>What a controller does, in words common to all kinds. See the table in <c>docs/protocol.md</c>.</summary>
public enum ControllerState
{
    Unknown,
    Off,
    Idle,
    Preparing,
    Running,
    Paused,
    Finishing,
    NeedsAttention,
    Error,
}

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    Completed,
    CancelledByUs,
    CancelledAtMachine,
    FailedMachine,
    FailedLink,
}
