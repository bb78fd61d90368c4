using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>
/// What one listener of the push socket wants and may have. Before <c>auth</c> it gets <c>connected</c> only; a
/// <c>subscribe</c> drops everything it does not name; <c>throttle</c> n means one <c>current</c> per n × 500 ms.
/// </summary>
internal sealed class PushClient(bool isSockJs)
{
    /// <summary>
    /// Messages waiting for a slow listener; one more and it is dropped. Room for all layers of a print, for tests
    /// whose clock jumps over a whole one.
    /// </summary>
    private const int WaitingLimit = 8192;

    private static readonly TimeSpan CurrentInterval = TimeSpan.FromMilliseconds(500);

    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(WaitingLimit) { SingleReader = true });
    private HashSet<string>? _wantedEvents;
    private bool _wantsEvents = true;
    private bool _wantsState = true;
    private int _throttle = 1;

    public ChannelReader<string> Waiting => _waiting.Reader;

    public bool IsAuthenticated { get; set; }

    public DateTimeOffset NextCurrent { get; private set; }

    public DateTimeOffset? LatestTemperature { get; private set; }

    public bool WantsState => IsAuthenticated && _wantsState;

    public bool Wants(PrinterEvent happened) =>
        IsAuthenticated && _wantsEvents && (_wantedEvents is null || _wantedEvents.Contains(happened.Type));

    public void Send(string kind, JsonNode? body)
    {
        var message = new JsonObject { [kind] = body }.ToJsonString();
        // SockJS carries an array; its elements are objects here, not strings with JSON inside.
        SendFrame(isSockJs ? $"a[{message}]" : message);
    }

    public void SendFrame(string frame)
    {
        if (!_waiting.Writer.TryWrite(frame))
        {
            Close();
        }
    }

    public void Close() => _waiting.Writer.TryComplete();

    public void SendCurrent(PrinterMachine machine)
    {
        NextCurrent = machine.Now + (CurrentInterval * _throttle);
        Send("current", OctoPrintAnswers.Current(machine, LatestTemperature, isHistory: false));
        LatestTemperature = machine.Now;
    }

    public void SendHistory(PrinterMachine machine)
    {
        Send("history", OctoPrintAnswers.Current(machine, null, isHistory: true));
        Send("timelapse", null);
        LatestTemperature = machine.Now;
        NextCurrent = machine.Now;
    }

    public void Subscribe(JsonObject subscription)
    {
        _wantsState = subscription["state"] is JsonObject || subscription.Flag("state");
        _wantedEvents = subscription["events"] is JsonArray names
            ? [.. names.Select(name => name?.ToString() ?? "")]
            : null;
        _wantsEvents = _wantedEvents is not null || subscription.Flag("events");
    }

    public void Throttle(int factor) => _throttle = Math.Clamp(factor, 1, 1000);

    /// <summary>The messages in one frame from the listener. What is no JSON is ignored, as the real one does.</summary>
    public IEnumerable<JsonObject> Read(string frame)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(frame);
        }
        catch (JsonException)
        {
            yield break;
        }

        if (!isSockJs)
        {
            if (node is JsonObject message)
            {
                yield return message;
            }

            yield break;
        }

        foreach (var element in node as JsonArray ?? [])
        {
            foreach (var inner in Unwrap(element))
            {
                yield return inner;
            }
        }
    }

    private static JsonObject[] Unwrap(JsonNode? element)
    {
        try
        {
            return element is JsonValue text && text.TryGetValue<string>(out var json) && JsonNode.Parse(json) is JsonObject message
                ? [message]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
