using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>
/// The push socket: bare JSON at <c>/sockjs/websocket</c>, SockJS frames (<c>o</c>, <c>h</c>, <c>a[…]</c>) at
/// <c>/sockjs/{3 digits}/{session}/websocket</c>. Nothing is replayed to who comes late.
/// </summary>
internal sealed class PushSocket
{
    private const int FrameLimitBytes = 64 * 1024;

    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(25);

    private readonly PrinterHost _printer;
    private readonly OctoPrintAccess _access;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly List<PushClient> _clients = [];

    public PushSocket(PrinterHost printer, OctoPrintAccess access, TimeProvider clock)
    {
        (_printer, _access, _clock) = (printer, access, clock);
        printer.Happened += Publish;
    }

    public void Map(IEndpointRouteBuilder app)
    {
        app.Map("/sockjs/websocket", http => AcceptAsync(http, isSockJs: false));
        app.Map("/sockjs/{server:regex(^[0-9]{{3}}$)}/{session}/websocket", http => AcceptAsync(http, isSockJs: true));
    }

    /// <summary>Sends the state to everyone whose interval has passed.</summary>
    public void Tick() => _printer.Do(machine =>
    {
        foreach (var client in Clients().Where(client => client.WantsState && client.NextCurrent <= machine.Now))
        {
            client.SendCurrent(machine);
        }
    });

    public void CloseAll()
    {
        foreach (var client in Clients())
        {
            client.Close();
        }
    }

    private void Publish(PrinterEvent happened)
    {
        foreach (var client in Clients().Where(client => client.Wants(happened)))
        {
            client.Send("event", new JsonObject { ["type"] = happened.Type, ["payload"] = happened.Payload?.DeepClone() });
        }
    }

    private List<PushClient> Clients()
    {
        lock (_gate)
        {
            return [.. _clients];
        }
    }

    private async Task AcceptAsync(HttpContext http, bool isSockJs)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            await http.AnswerAsync(Refused.BadRequest);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var client = new PushClient(isSockJs);
        Greet(client, isSockJs);
        lock (_gate)
        {
            _clients.Add(client);
        }

        try
        {
            await using var heartbeat = _clock.CreateTimer(_ => Beat(client, isSockJs), null, HeartbeatInterval, HeartbeatInterval);
            await await Task.WhenAny(ReceiveAsync(socket, client, ended.Token), SendAsync(socket, client, ended.Token));
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The listener went away; that is its right.
        }
        finally
        {
            lock (_gate)
            {
                _clients.Remove(client);
            }

            client.Close();
            await ended.CancelAsync();
        }
    }

    private static void Greet(PushClient client, bool isSockJs)
    {
        if (isSockJs)
        {
            client.SendFrame("o");
        }

        client.Send("connected", new JsonObject
        {
            ["version"] = OctoPrintAnswers.ServerVersion,
            ["display_version"] = OctoPrintAnswers.ServerVersion,
            ["branch"] = "main",
            ["python_version"] = "3.11.2",
            ["plugin_hash"] = "17bcc2ef419df05fb88b80f0cc6a5610",
            ["config_hash"] = "0ef73e0f952b57fb14ad54e4d445fa94",
            ["debug"] = false,
            ["safe_mode"] = null,
            ["online"] = true,
            ["permissions"] = new JsonArray(),
        });
    }

    private static void Beat(PushClient client, bool isSockJs)
    {
        if (isSockJs)
        {
            client.SendFrame("h");
        }
    }

    private static async Task SendAsync(WebSocket socket, PushClient client, CancellationToken ct)
    {
        await foreach (var frame in client.Waiting.ReadAllAsync(ct))
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, ct);
        }

        await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "Go away!", ct);
    }

    private async Task ReceiveAsync(WebSocket socket, PushClient client, CancellationToken ct)
    {
        var buffer = new byte[FrameLimitBytes];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), ct);
            length += received.Count;
            if (received.MessageType is WebSocketMessageType.Close || length == buffer.Length)
            {
                return;
            }

            if (!received.EndOfMessage)
            {
                continue;
            }

            foreach (var message in client.Read(Encoding.UTF8.GetString(buffer, 0, length)))
            {
                Handle(client, message);
            }

            length = 0;
        }
    }

    private void Handle(PushClient client, JsonObject message)
    {
        if (message["subscribe"] is JsonObject subscription)
        {
            client.Subscribe(subscription);
        }

        if (message["throttle"] is JsonValue throttle && throttle.TryGetValue<int>(out var factor))
        {
            client.Throttle(factor);
        }

        if (message.Text("auth") is { } auth)
        {
            Authenticate(client, auth);
        }
    }

    private void Authenticate(PushClient client, string auth)
    {
        if (!_access.IsValidAuth(auth))
        {
            client.Send("reauthRequired", new JsonObject { ["reason"] = "stale" });
            return;
        }

        _printer.Do(machine =>
        {
            client.IsAuthenticated = true;
            client.SendHistory(machine);
        });
    }
}
