using System.Text.Json;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>One message of Moonraker's socket: JSON-RPC 2.0, an answer to a call of ours or a notice.</summary>
internal abstract record RpcFrame
{
    /// <summary>Whatever is no answer and no notice is an <see cref="RpcUnknown"/>; nothing here throws.</summary>
    public static RpcFrame Parse(ReadOnlyMemory<byte> frame)
    {
        if (LooseJson.Parse(frame) is not { } message || !message.IsObject())
        {
            return new RpcUnknown("not a JSON object");
        }

        if (message.Words("method") is { } method)
        {
            return new RpcNotice(method, First(message.Child("params")));
        }

        return message.Child("id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var id)
            ? new RpcAnswer(id, message.Child("result"), RpcError.From(message.Child("error")))
            : new RpcUnknown("neither answer nor notice");
    }

    private static JsonElement First(JsonElement parameters) =>
        parameters.ValueKind is JsonValueKind.Array && parameters.GetArrayLength() > 0 ? parameters[0] : default;
}

/// <param name="Error">Null when the call was carried out.</param>
internal sealed record RpcAnswer(long Id, JsonElement Result, RpcError? Error) : RpcFrame;

/// <param name="Body">The first of its parameters, which is all there ever is for us.</param>
internal sealed record RpcNotice(string Method, JsonElement Body) : RpcFrame;

internal sealed record RpcUnknown(string Why) : RpcFrame;

/// <summary>A no. The words are for people and never parsed.</summary>
internal sealed record RpcError(int Code, string Words)
{
    /// <summary>Klipper's words can be a page long; the beginning says what happened.</summary>
    private const int LongestWords = 200;

    private const int MethodNotFound = -32601;

    public static RpcError? From(JsonElement error) => error.IsObject()
        ? new RpcError((int)Math.Clamp(error.Number("code") ?? 0, int.MinValue, int.MaxValue), Shorten(error.Text("message") ?? "no reason given"))
        : null;

    /// <summary>Klipper says 400 to whatever it cannot do now: a print is under way, no such file, shut down.</summary>
    public ControllerRefusedException ToRefusal(string method) => new($"Moonraker answered {Code} to {method}: {Words}", Code switch
    {
        401 => RefusalKind.NotAllowed,
        404 or MethodNotFound => RefusalKind.NotFound,
        400 or 403 or 409 or 503 => RefusalKind.WrongState,
        _ => RefusalKind.Other,
    });

    /// <returns>The first line, not too long.</returns>
    public static string Shorten(string words)
    {
        var line = words.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line.Length <= LongestWords ? line.ToString() : $"{line[..LongestWords]}…";
    }
}
