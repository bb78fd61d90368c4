using System.Text.Json;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>Something that became known of a Moonraker, in the order in which its socket told it.</summary>
internal abstract record MoonrakerFact
{
    /// <returns>What a notice tells; null for the many that tell us nothing.</returns>
    public static MoonrakerFact? From(RpcNotice notice) => notice.Method switch
    {
        "notify_status_update" => new StatusSeen(notice.Body, IsWhole: false),
        "notify_klippy_shutdown" => new KlippySeen("shutdown"),
        "notify_klippy_disconnected" => new KlippySeen("disconnected"),
        "notify_history_changed" when HistoryJob.From(notice.Body.Child("job")) is { } job => notice.Body.Text("action") switch
        {
            "added" => new JobAdded(job),
            "finished" => new JobFinished(job),
            _ => null,
        },
        _ => null,
    };

    public sealed record Connected : MoonrakerFact;

    public sealed record ConnectionLost(string Why) : MoonrakerFact;

    /// <summary>What Moonraker says of Klipper: ready, startup, shutdown, error, disconnected.</summary>
    public sealed record KlippySeen(string State) : MoonrakerFact;

    /// <param name="IsWhole">Everything that was asked for, as opposed to what has changed.</param>
    public sealed record StatusSeen(JsonElement Status, bool IsWhole) : MoonrakerFact;

    public sealed record JobAdded(HistoryJob Job) : MoonrakerFact;

    public sealed record JobFinished(HistoryJob Job) : MoonrakerFact;

    /// <summary>The newest few jobs, newest first.</summary>
    public sealed record HistorySeen(IReadOnlyList<HistoryJob> Jobs) : MoonrakerFact;

    /// <summary>This Moonraker keeps no history.</summary>
    public sealed record HistoryMissing : MoonrakerFact;

    public sealed record CancelAsked : MoonrakerFact;

    /// <summary>The cancel we asked for was refused, so a later cancel is not ours.</summary>
    public sealed record CancelRefused : MoonrakerFact;

    /// <summary>Time has passed.</summary>
    public sealed record Ticked : MoonrakerFact;
}
