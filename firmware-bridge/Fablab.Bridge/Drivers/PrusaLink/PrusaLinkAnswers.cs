using System.Text.Json;

namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>What <c>/api/v1/status</c> tells. Everything but the printer's state may be missing.</summary>
/// <param name="State">IDLE, BUSY, PRINTING, PAUSED, FINISHED, STOPPED, ERROR, ATTENTION, READY; null when it was not said.</param>
/// <param name="JobId">The job under way, or the one whose end is still shown; null without one. Each print has another.</param>
internal sealed record StatusAnswer(string? State, long? JobId)
{
    /// <summary>0 to 1.</summary>
    public double? Progress { get; private init; }

    public long? PrintedMilliseconds { get; private init; }

    public long? LeftMilliseconds { get; private init; }

    public Temperature? Nozzle { get; private init; }

    public Temperature? Bed { get; private init; }

    public static StatusAnswer From(JsonElement body)
    {
        var (printer, job) = (body.Child("printer"), body.Child("job"));
        return new StatusAnswer(printer.Words("state"), Id(job))
        {
            Progress = job.Number("progress") is { } percent ? Math.Clamp(percent / 100, 0, 1) : null,
            PrintedMilliseconds = job.Milliseconds("time_printing"),
            LeftMilliseconds = job.Milliseconds("time_remaining"),
            Nozzle = Heater(printer, "nozzle"),
            Bed = Heater(printer, "bed"),
        };
    }

    internal static long? Id(JsonElement job) =>
        job.Child("id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var id) && id >= 0 ? id : null;

    private static Temperature? Heater(JsonElement printer, string name) =>
        printer.Number($"temp_{name}") is { } actual ? new Temperature(actual, printer.Number($"target_{name}")) : null;
}

/// <summary>
/// What <c>/api/v1/job</c> tells. Its own state is not used: it says ERROR for whatever it has no word for, such as finishing moves.
/// </summary>
/// <param name="FileName">The long name; the short one of the card where there is no other.</param>
internal sealed record JobAnswer(long Id, string? FileName)
{
    public static JobAnswer? From(JsonElement body) => StatusAnswer.Id(body) is { } id
        ? new JobAnswer(id, body.Child("file").Words("display_name") ?? body.Child("file").Words("name"))
        : null;
}
