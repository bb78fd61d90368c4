using System.Text.Json;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>One print in Moonraker's own book-keeping.</summary>
/// <param name="Id">Moonraker's id of this run; a second print of the same file has another one.</param>
/// <param name="Status">in_progress, completed, cancelled, error, klippy_shutdown, klippy_disconnect, server_exit, interrupted.</param>
internal sealed record HistoryJob(string Id, string? FileName, string Status)
{
    /// <summary>Without pauses and heating. After a cancel from paused this is right where <c>print_stats</c> is not (recording 06).</summary>
    public long? PrintMilliseconds { get; init; }

    public double? FilamentMillimetres { get; init; }

    /// <summary>The slicer's own estimate of the whole print.</summary>
    public long? EstimatedMilliseconds { get; init; }

    public bool IsEnded => Status is not "in_progress";

    /// <summary>Moonraker left, not the printer: Klipper may have gone on printing.</summary>
    public bool IsVague => Status is "server_exit" or "interrupted";

    public static HistoryJob? From(JsonElement job) => job.Words("job_id") is { } id && job.Words("status") is { } status
        ? new HistoryJob(id, job.Words("filename"), status)
        {
            PrintMilliseconds = job.Milliseconds("print_duration"),
            FilamentMillimetres = job.Number("filament_used") is { } used ? Math.Max(0, used) : null,
            EstimatedMilliseconds = job.Child("metadata").Milliseconds("estimated_time"),
        }
        : null;

    /// <returns>Newest first, as asked for. What is no job is left out.</returns>
    public static IReadOnlyList<HistoryJob> ListFrom(JsonElement result)
    {
        var jobs = result.Child("jobs");
        return jobs.ValueKind is JsonValueKind.Array ? [.. jobs.EnumerateArray().Select(From).OfType<HistoryJob>()] : [];
    }
}
