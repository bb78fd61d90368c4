using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Fablab.MachineSimulator.Moonraker;

/// <summary>One connection to the socket: what waits to be sent to it, and what it has been told of Klipper's objects.</summary>
internal sealed class RpcClient
{
    /// <summary>A listener that does not read is dropped with so many messages waiting.</summary>
    private const int WaitingLimit = 2_000;

    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(WaitingLimit) { SingleReader = true });

    public ChannelReader<string> Waiting => _waiting.Reader;

    /// <summary>The objects it subscribed to, each with its fields, or null for all of them; null before a subscription.</summary>
    public JsonObject? Wanted { get; set; }

    private JsonObject? Told { get; set; }

    public void Send(JsonObject message)
    {
        if (!_waiting.Writer.TryWrite(message.ToJsonString()))
        {
            Close();
        }
    }

    public void Close() => _waiting.Writer.TryComplete();

    public void Notify(string method, JsonNode? body)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method };
        if (body is not null)
        {
            message["params"] = new JsonArray(body.DeepClone());
        }

        Send(message);
    }

    /// <summary>Klipper has begun anew and knows of no subscription.</summary>
    public void Forget() => (Wanted, Told) = (null, null);

    /// <returns>Everything that is wanted; from here on only changes are told.</returns>
    public JsonObject Subscribe(JsonObject wanted, JsonObject status)
    {
        Wanted = wanted;
        Told = Chosen(wanted, status);
        return (JsonObject)Told.DeepClone();
    }

    public void TellChanges(JsonObject status, double eventTime)
    {
        if (Wanted is null)
        {
            return;
        }

        var now = Chosen(Wanted, status);
        var changes = new JsonObject();
        foreach (var (name, fields) in now)
        {
            foreach (var (field, value) in (JsonObject)fields!)
            {
                if (!JsonNode.DeepEquals(value, Told?[name]?[field]))
                {
                    changes[name] ??= new JsonObject();
                    changes[name]![field] = value?.DeepClone();
                }
            }
        }

        Told = now;
        if (changes.Count > 0)
        {
            Send(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "notify_status_update", ["params"] = new JsonArray(changes, eventTime) });
        }
    }

    /// <summary>Objects that the printer does not have are passed over, as Klipper does.</summary>
    public static JsonObject Chosen(JsonObject wanted, JsonObject status)
    {
        var chosen = new JsonObject();
        foreach (var (name, fields) in wanted)
        {
            if (status[name] is JsonObject known)
            {
                chosen[name] = fields is JsonArray names
                    ? new JsonObject(names.Select(field => KeyValuePair.Create((string)field!, known[(string)field!]?.DeepClone())))
                    : known.DeepClone();
            }
        }

        return chosen;
    }
}
