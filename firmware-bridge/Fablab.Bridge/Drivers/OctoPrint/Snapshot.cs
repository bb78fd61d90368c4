using System.Text.Json;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// What OctoPrint says of itself at one moment. <c>/api/job</c> fills state text, file and progress, <c>/api/printer</c>
/// flags and temperatures, the push messages <c>current</c> and <c>history</c> all of it. What was not said is null.
/// </summary>
internal sealed record Snapshot
{
    public string? StateText { get; init; }

    public StateFlags? Flags { get; init; }

    /// <summary>The words of an error; null when OctoPrint tells of none.</summary>
    public string? Error { get; init; }

    public SelectedFile? File { get; init; }

    public JobProgress? Progress { get; init; }

    public IReadOnlyDictionary<string, Temperature>? Temperatures { get; init; }

    /// <summary>A push message carried fresh readings: the printer answered since the last one.</summary>
    public bool HasFreshReadings { get; init; }

    /// <summary>Body of <c>GET /api/job</c>: the state is a bare text there.</summary>
    public static Snapshot FromJob(JsonElement body) => new()
    {
        StateText = body.Text("state"),
        Error = body.Words("error"),
        File = SelectedFile.From(body.Child("job")),
        Progress = JobProgress.From(body.Child("progress")),
    };

    /// <summary>Body of <c>GET /api/printer</c>, whatever was excluded.</summary>
    public static Snapshot FromPrinter(JsonElement body) => FromState(body.Child("state")) with
    {
        Temperatures = body.Child("temperature").IsObject() ? Heaters.From(body.Child("temperature")) : null,
    };

    /// <summary>Payload of the push messages <c>current</c> and <c>history</c>.</summary>
    public static Snapshot FromPush(JsonElement body)
    {
        var readings = Heaters.Latest(body.Child("temps"));
        return FromState(body.Child("state")) with
        {
            File = SelectedFile.From(body.Child("job")),
            Progress = JobProgress.From(body.Child("progress")),
            Temperatures = readings,
            HasFreshReadings = readings is not null,
        };
    }

    private static Snapshot FromState(JsonElement state) => new()
    {
        StateText = state.Text("text"),
        Error = state.Words("error"),
        Flags = state.Child("flags").IsObject() ? StateFlags.From(state.Child("flags")) : null,
    };
}

/// <summary>OctoPrint's own flags; several are true at once (a pausing printer is printing too).</summary>
internal sealed record StateFlags
{
    public bool Operational { get; init; }

    public bool Ready { get; init; }

    public bool Printing { get; init; }

    public bool Pausing { get; init; }

    public bool Paused { get; init; }

    public bool Resuming { get; init; }

    public bool Cancelling { get; init; }

    public bool Finishing { get; init; }

    public bool ClosedOrError { get; init; }

    public bool Error { get; init; }

    public static StateFlags From(JsonElement flags) => new()
    {
        Operational = flags.Flag("operational"),
        Ready = flags.Flag("ready"),
        Printing = flags.Flag("printing"),
        Pausing = flags.Flag("pausing"),
        Paused = flags.Flag("paused"),
        Resuming = flags.Flag("resuming"),
        Cancelling = flags.Flag("cancelling"),
        Finishing = flags.Flag("finishing"),
        ClosedOrError = flags.Flag("closedOrError"),
        Error = flags.Flag("error"),
    };
}

/// <summary>The file that is selected; <see cref="Path"/> is null when none is.</summary>
/// <param name="FilamentMillimetres">Length of all tools together; null until OctoPrint has analysed the file.</param>
internal sealed record SelectedFile(string? Path, double? FilamentMillimetres)
{
    public static SelectedFile? From(JsonElement job) => job.IsObject()
        ? new SelectedFile(job.Child("file").Words("path") ?? job.Child("file").Words("name"), Filament(job.Child("filament")))
        : null;

    // Three forms are on the wire: null before analysis, {length:null,volume:null} with nothing selected, and one
    // {length,volume} per tool after analysis.
    private static double? Filament(JsonElement filament)
    {
        if (!filament.IsObject())
        {
            return null;
        }

        var lengths = filament.Members().Select(tool => tool.Value.Number("length")).OfType<double>().ToList();
        return lengths.Count > 0 ? lengths.Sum() : filament.Number("length");
    }
}

/// <summary>How far the job is; all null outside of one.</summary>
/// <param name="Share">0 to 1, by position in the file.</param>
internal sealed record JobProgress(double? Share, double? FilePosition, long? PrintMilliseconds, long? LeftMilliseconds)
{
    public static readonly JobProgress None = new(null, null, null, null);

    public static JobProgress? From(JsonElement progress) => progress.IsObject()
        ? new JobProgress(
            progress.Number("completion") is { } percent ? Math.Clamp(percent / 100, 0, 1) : null,
            progress.Number("filepos"),
            progress.Milliseconds("printTime"),
            progress.Milliseconds("printTimeLeft"))
        : null;
}

internal static class Heaters
{
    public static Dictionary<string, Temperature> From(JsonElement readings)
    {
        var heaters = new Dictionary<string, Temperature>(StringComparer.Ordinal);

        // A heater that is not there reads {actual:null,target:null}; "time" is a bare number beside them.
        foreach (var (name, heater) in readings.Members())
        {
            if (heater.Number("actual") is { } actual)
            {
                heaters[name] = new Temperature(actual, heater.Number("target"));
            }
        }

        return heaters;
    }

    /// <summary>The last reading of a push message, or null when the printer has not answered since the message before.</summary>
    public static Dictionary<string, Temperature>? Latest(JsonElement readings)
    {
        if (readings.ValueKind is not JsonValueKind.Array || readings.GetArrayLength() == 0)
        {
            return null;
        }

        var latest = From(readings[readings.GetArrayLength() - 1]);
        return latest.Count > 0 ? latest : null;
    }
}
