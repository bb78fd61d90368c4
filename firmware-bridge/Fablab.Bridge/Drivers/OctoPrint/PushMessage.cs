using System.Collections.Frozen;
using System.Text.Json;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>One message of the push socket: one JSON object per frame, its only member names its kind.</summary>
internal abstract record PushMessage
{
    /// <summary>Everything one frame says. A frame that is no JSON object says one <see cref="UnknownMessage"/>.</summary>
    public static IReadOnlyList<PushMessage> ParseFrame(ReadOnlyMemory<byte> frame) =>
        LooseJson.Parse(frame) is { } message ? Parse(message) : [new UnknownMessage("not JSON")];

    public static IReadOnlyList<PushMessage> Parse(JsonElement frame) => frame.IsObject()
        ? [.. frame.Members().Select(member => Parse(member.Name, member.Value))]
        : [new UnknownMessage("not an object")];

    private static PushMessage Parse(string kind, JsonElement body) => kind switch
    {
        "connected" => new GreetingMessage(body.Text("version")),
        "current" => new SnapshotMessage(Snapshot.FromPush(body), IsHistory: false),
        "history" => new SnapshotMessage(Snapshot.FromPush(body), IsHistory: true),
        "event" => new EventMessage(OctoPrintEvent.From(body.Text("type"), body.Child("payload"))),
        "reauthRequired" => new ReauthMessage(body.Text("reason")),
        "timelapse" or "plugin" or "slicingProgress" or "renderProgress" => new OtherMessage(kind),
        _ => new UnknownMessage(kind),
    };
}

/// <summary><c>connected</c>: comes before we have said who we are.</summary>
internal sealed record GreetingMessage(string? Version) : PushMessage;

internal sealed record SnapshotMessage(Snapshot Snapshot, bool IsHistory) : PushMessage;

internal sealed record EventMessage(OctoPrintEvent Event) : PushMessage;

/// <summary>Our session ended; messages stop until we log in again.</summary>
internal sealed record ReauthMessage(string? Reason) : PushMessage;

/// <summary>A kind we know and do not need.</summary>
internal sealed record OtherMessage(string Kind) : PushMessage;

internal sealed record UnknownMessage(string Kind) : PushMessage;

/// <summary>An event with those of its facts that we use.</summary>
internal sealed record OctoPrintEvent(string Type)
{
    /// <summary>Events that change what we think; the subscription names these and no others.</summary>
    public static readonly IReadOnlyList<string> Watched =
    [
        "Connected", "Disconnecting", "Disconnected", "Error", "EStop", "FileSelected", "FileDeselected", "PrinterReset",
        "PrinterStateChanged", "PrintStarted", "PrintPaused", "PrintResumed", "PrintCancelling", "PrintCancelled",
        "PrintFailed", "PrintDone",
    ];

    private static readonly FrozenSet<string> Ignored = FrozenSet.ToFrozenSet(
        [
            "ChartMarked", "ClientAuthed", "ClientClosed", "ClientDeauthed", "ClientOpened", "Dwelling", "FileAdded",
            "FileMoved", "FileRemoved", "FirmwareData", "Home", "MetadataAnalysisFinished", "MetadataAnalysisStarted",
            "MetadataStatisticsUpdated", "PositionUpdate", "UpdatedFiles", "Upload", "UserLoggedIn", "UserLoggedOut", "ZChange",
        ],
        StringComparer.Ordinal);

    /// <summary>Language-free state of <c>PrinterStateChanged</c>.</summary>
    public string? StateId { get; init; }

    public string? Path { get; init; }

    /// <summary><c>cancelled</c> or <c>error</c> on an end, <c>firmware</c>, <c>timeout</c>… on <c>Error</c>.</summary>
    public string? Reason { get; init; }

    public string? Error { get; init; }

    /// <summary>Run time of the print that ended.</summary>
    public long? PrintMilliseconds { get; init; }

    /// <summary>Known by name, used or not. Scripts run by OctoPrint announce themselves with names made of theirs.</summary>
    public bool IsKnown => Watched.Contains(Type, StringComparer.Ordinal) || Ignored.Contains(Type)
        || Type.StartsWith("GcodeScript", StringComparison.Ordinal);

    public static OctoPrintEvent From(string? type, JsonElement payload) => new(type ?? "")
    {
        StateId = payload.Text("state_id"),
        Path = payload.Words("path") ?? payload.Words("name"),
        Reason = payload.Words("reason"),
        Error = payload.Words("error"),
        PrintMilliseconds = payload.Milliseconds("time"),
    };
}
