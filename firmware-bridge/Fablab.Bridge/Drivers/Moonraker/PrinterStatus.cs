using System.Text.Json;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>
/// What Klipper's objects say. Notices carry only what has changed, so each is merged into what was known; null is what was
/// never told.
/// </summary>
internal sealed record PrinterStatus
{
    /// <summary>The objects that are asked for; Klipper passes over those that a printer does not have. Null asks for all fields.</summary>
    public static readonly IReadOnlyDictionary<string, string[]?> Objects = new Dictionary<string, string[]?>
    {
        ["webhooks"] = null,
        ["print_stats"] = null,
        ["virtual_sdcard"] = ["progress", "is_active"],
        ["pause_resume"] = ["is_paused"],
        ["extruder"] = ["temperature", "target"],
        ["extruder1"] = ["temperature", "target"],
        ["heater_bed"] = ["temperature", "target"],
    };

    /// <summary>The one question before a start. A printer without <c>[pause_resume]</c> answers with nothing, and latches nothing.</summary>
    public static readonly IReadOnlyDictionary<string, string[]?> PauseLatch = new Dictionary<string, string[]?> { ["pause_resume"] = ["is_paused"] };

    private static readonly (string Object, string Name)[] Heaters = [("extruder", "tool0"), ("extruder1", "tool1"), ("heater_bed", "bed")];

    /// <summary><c>webhooks.state</c>: ready, startup, shutdown, error.</summary>
    public string? Klippy { get; init; }

    public string? KlippyMessage { get; init; }

    /// <summary><c>print_stats.state</c>: standby, printing, paused, complete, cancelled, error. Says "paused" after a shutdown, too.</summary>
    public string? JobState { get; init; }

    /// <summary>Empty when none was printed since Klipper began.</summary>
    public string? FileName { get; init; }

    public string? JobMessage { get; init; }

    /// <summary>Without pauses, and without what came before the first extrusion.</summary>
    public long? PrintMilliseconds { get; init; }

    /// <summary>With pauses and heating.</summary>
    public long? TotalMilliseconds { get; init; }

    public double? FilamentMillimetres { get; init; }

    /// <summary>0 to 1, by position in the file.</summary>
    public double? Progress { get; init; }

    /// <summary>A pause is latched: while it is, a further pause is answered with "ok" and ignored.</summary>
    public bool IsPauseLatched { get; init; }

    public IReadOnlyDictionary<string, Temperature> Temperatures { get; init; } = new Dictionary<string, Temperature>();

    public PrinterStatus Merge(JsonElement told)
    {
        var (webhooks, stats, card) = (told.Child("webhooks"), told.Child("print_stats"), told.Child("virtual_sdcard"));
        return this with
        {
            Klippy = webhooks.Words("state") ?? Klippy,
            KlippyMessage = webhooks.Text("state_message") ?? KlippyMessage,
            JobState = stats.Words("state") ?? JobState,
            FileName = stats.Text("filename") ?? FileName,
            JobMessage = stats.Text("message") ?? JobMessage,
            PrintMilliseconds = stats.Milliseconds("print_duration") ?? PrintMilliseconds,
            TotalMilliseconds = stats.Milliseconds("total_duration") ?? TotalMilliseconds,
            FilamentMillimetres = stats.Number("filament_used") is { } used ? Math.Max(0, used) : FilamentMillimetres,
            Progress = card.Number("progress") is { } share ? Math.Clamp(share, 0, 1) : Progress,
            IsPauseLatched = told.Child("pause_resume").Child("is_paused").ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => IsPauseLatched,
            },
            Temperatures = MergeHeaters(told),
        };
    }

    private IReadOnlyDictionary<string, Temperature> MergeHeaters(JsonElement told)
    {
        Dictionary<string, Temperature>? merged = null;
        foreach (var (from, name) in Heaters)
        {
            var heater = told.Child(from);
            var before = Temperatures.TryGetValue(name, out var known) ? known : (Temperature?)null;
            if ((heater.Number("temperature") ?? before?.Actual) is { } actual && heater.IsObject())
            {
                merged ??= new Dictionary<string, Temperature>(Temperatures, StringComparer.Ordinal);
                merged[name] = new Temperature(actual, heater.Number("target") ?? before?.Target);
            }
        }

        return merged ?? Temperatures;
    }
}
