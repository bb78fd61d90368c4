using System.Collections.Frozen;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// OctoPrint's three vocabularies for one state (text, flags, event id) in the words of <see cref="ControllerState"/>.
/// Flags go first: the text may be translated, the flags are not.
/// </summary>
internal static class StateWords
{
    private static readonly FrozenDictionary<string, ControllerState> Texts = new Dictionary<string, ControllerState>
    {
        ["Offline"] = ControllerState.Off,
        ["Closed"] = ControllerState.Off,
        ["Opening serial connection"] = ControllerState.Off,
        ["Detecting serial connection"] = ControllerState.Off,
        ["Connecting"] = ControllerState.Off,
        ["Operational"] = ControllerState.Idle,
        ["Starting"] = ControllerState.Preparing,
        ["Starting print from SD"] = ControllerState.Preparing,
        ["Sending file to SD"] = ControllerState.Preparing,
        ["Transferring file to SD"] = ControllerState.Preparing,
        ["Printing"] = ControllerState.Running,
        ["Printing from SD"] = ControllerState.Running,
        ["Pausing"] = ControllerState.Paused,
        ["Paused"] = ControllerState.Paused,
        ["Resuming"] = ControllerState.Running,
        ["Finishing"] = ControllerState.Finishing,
        ["Cancelling"] = ControllerState.Finishing,
        ["Error"] = ControllerState.Error,
        ["Offline after error"] = ControllerState.Error,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ControllerState> Ids = new Dictionary<string, ControllerState>
    {
        ["OFFLINE"] = ControllerState.Off,
        ["CLOSED"] = ControllerState.Off,
        ["OPEN_SERIAL"] = ControllerState.Off,
        ["DETECT_SERIAL"] = ControllerState.Off,
        ["CONNECTING"] = ControllerState.Off,
        ["OPERATIONAL"] = ControllerState.Idle,
        ["STARTING"] = ControllerState.Preparing,
        ["TRANSFERING_FILE"] = ControllerState.Preparing,
        ["PRINTING"] = ControllerState.Running,
        ["PAUSING"] = ControllerState.Paused,
        ["PAUSED"] = ControllerState.Paused,
        ["RESUMING"] = ControllerState.Running,
        ["FINISHING"] = ControllerState.Finishing,
        ["CANCELLING"] = ControllerState.Finishing,
        ["ERROR"] = ControllerState.Error,
        ["CLOSED_WITH_ERROR"] = ControllerState.Error,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> ConnectingTexts = FrozenSet.ToFrozenSet(
        ["Opening serial connection", "Detecting serial connection", "Connecting"], StringComparer.Ordinal);

    /// <summary>Texts of a file on its way to the printer's card: busy, and no run of a job.</summary>
    private static readonly FrozenSet<string> TransferTexts = FrozenSet.ToFrozenSet(
        ["Sending file to SD", "Transferring file to SD"], StringComparer.Ordinal);

    /// <returns>Null when neither flags nor text say anything we know.</returns>
    public static ControllerState? Of(Snapshot snapshot) =>
        (snapshot.Flags is { } flags ? OfFlags(flags, snapshot) : null) ?? OfText(snapshot.StateText, snapshot.Error);

    /// <returns>Null for an id we do not know.</returns>
    public static ControllerState? OfId(string? stateId) =>
        stateId is not null && Ids.TryGetValue(stateId, out var state) ? state : null;

    public static ControllerState? OfText(string? text, string? error = null) =>
        text is not null && Texts.TryGetValue(text, out var state)
            ? state is ControllerState.Off && error is not null ? ControllerState.Error : state
            : null;

    public static bool IsConnecting(string? text) => text is not null && ConnectingTexts.Contains(text);

    public static bool IsTransfer(string? text) => text is not null && TransferTexts.Contains(text);

    /// <summary>A run of a job is under way in these.</summary>
    public static bool IsBusy(ControllerState state) => state is ControllerState.Preparing or ControllerState.Running
        or ControllerState.Paused or ControllerState.Finishing or ControllerState.NeedsAttention;

    private static ControllerState? OfFlags(StateFlags flags, Snapshot snapshot) => flags switch
    {
        { ClosedOrError: true } or { Error: true } => ClosedOrError(flags, snapshot),
        { Cancelling: true } or { Finishing: true } => ControllerState.Finishing,
        { Pausing: true } or { Paused: true } => ControllerState.Paused,
        { Resuming: true } => ControllerState.Running,
        { Printing: true } => OfText(snapshot.StateText) is ControllerState.Preparing
            ? ControllerState.Preparing
            : ControllerState.Running,
        { Ready: true } => ControllerState.Idle,
        _ => null,
    };

    // After every kind of lost link the event says OFFLINE; only text and error words tell whether it was an error.
    private static ControllerState ClosedOrError(StateFlags flags, Snapshot snapshot) =>
        flags.Error || snapshot.Error is not null || OfText(snapshot.StateText) is ControllerState.Error
            ? ControllerState.Error
            : ControllerState.Off;
}
