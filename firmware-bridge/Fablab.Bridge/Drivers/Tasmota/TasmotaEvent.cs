namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>What can happen to a plug's picture.</summary>
internal abstract record TasmotaEvent
{
    public sealed record Started : TasmotaEvent;

    public sealed record Heard(TasmotaNews News) : TasmotaEvent;

    /// <summary>Time has passed.</summary>
    public sealed record Ticked : TasmotaEvent;

    /// <summary>The relay shall be like this.</summary>
    public sealed record Wished(InterlockState Wanted) : TasmotaEvent;

    /// <summary>The latest wish was followed by no reading of the relay in time.</summary>
    public sealed record NotReadBack : TasmotaEvent;
}

/// <summary>One command to the plug; never retained, since a retained one would switch the relay again at every reconnect.</summary>
/// <param name="Name">The last level of <c>cmnd/{topic}/…</c>.</param>
/// <param name="Payload">Empty asks for the present value.</param>
internal readonly record struct TasmotaCommand(string Name, string Payload);

/// <param name="Notice">Something people should read in the log.</param>
internal sealed record TasmotaStep(TasmotaState State, IReadOnlyList<TasmotaCommand> Commands, string? Notice = null);
