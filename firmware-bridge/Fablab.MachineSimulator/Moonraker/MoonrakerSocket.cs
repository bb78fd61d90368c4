using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Fablab.MachineSimulator.Moonraker;

/// <summary>The socket <c>/websocket</c>: JSON-RPC 2.0, calls and notices. Nothing is repeated to who comes late.</summary>
internal sealed class MoonrakerSocket(Func<Func<KlipperMachine, JsonObject>, JsonObject> ask, TimeProvider clock)
{
    private const int FrameLimitBytes = 64 * 1024;
    private const int MethodNotFound = -32601;
    private const int InvalidRequest = -32600;

    private readonly Lock _gate = new();
    private readonly List<RpcClient> _clients = [];

    /// <summary>How long a macro behind a start, pause, resume, cancel or script runs before it has an effect and its call is answered.</summary>
    public TimeSpan MacroTime { get; set; }

    public bool HasHistory { get; set; } = true;

    /// <summary>What clients asked for, such as <c>printer.print.start</c>, oldest first.</summary>
    public List<string> Calls { get; } = [];

    public IReadOnlyList<RpcClient> Clients
    {
        get
        {
            lock (_gate)
            {
                return [.. _clients];
            }
        }
    }

    public void CloseAll()
    {
        foreach (var client in Clients)
        {
            client.Close();
        }
    }

    public async Task AcceptAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var client = new RpcClient();
        lock (_gate)
        {
            _clients.Add(client);
        }

        try
        {
            await await Task.WhenAny(ReceiveAsync(socket, client, ended.Token), SendAsync(socket, client, ended.Token));
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client went away; that is its right.
        }
        finally
        {
            lock (_gate)
            {
                _clients.Remove(client);
            }

            client.Close();
            await ended.CancelAsync();
            socket.Abort();
        }
    }

    private static async Task SendAsync(WebSocket socket, RpcClient client, CancellationToken ct)
    {
        await foreach (var message in client.Waiting.ReadAllAsync(ct))
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, ct);
        }
    }

    private async Task ReceiveAsync(WebSocket socket, RpcClient client, CancellationToken ct)
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

            if (received.EndOfMessage)
            {
                Handle(client, buffer.AsSpan(0, length), ct);
                length = 0;
            }
        }
    }

    private void Handle(RpcClient client, ReadOnlySpan<byte> message, CancellationToken ct)
    {
        JsonObject? call;
        try
        {
            call = JsonNode.Parse(message) as JsonObject;
        }
        catch (JsonException)
        {
            call = null;
        }

        var method = call?["method"]?.GetValueKind() is JsonValueKind.String ? (string?)call["method"] : null;
        var id = call?["id"]?.DeepClone();
        if (method is null)
        {
            client.Send(Answer(id, No(InvalidRequest, "Invalid Request")));
            return;
        }

        lock (_gate)
        {
            Calls.Add(method);
        }

        if (MacroTime > TimeSpan.Zero && (method is "printer.gcode.script" || method.StartsWith("printer.print.", StringComparison.Ordinal)))
        {
            _ = CarryLaterAsync(ct);
        }
        else
        {
            CarryNow();
        }

        void CarryNow() => client.Send(Answer(id, ask(machine => Carry(machine, client, method, call!["params"] as JsonObject ?? []))));

        async Task CarryLaterAsync(CancellationToken gone)
        {
            await Task.Delay(MacroTime, clock, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!gone.IsCancellationRequested)
            {
                CarryNow();
            }
        }
    }

    private JsonObject Carry(KlipperMachine machine, RpcClient client, string method, JsonObject parameters) => method switch
    {
        "server.connection.identify" => parameters["client_name"] is null ? No(400, "No data for argument: client_name") : Yes(new JsonObject { ["connection_id"] = 140565762152720 }),
        "server.info" => Yes(Info(machine)),
        "printer.objects.subscribe" when machine.Klippy is "disconnected" => No(503, machine.KlippyMessage),
        "printer.objects.query" when machine.Klippy is "disconnected" => No(503, machine.KlippyMessage),
        "printer.objects.subscribe" => Yes(Objects(machine, client.Subscribe((JsonObject)parameters["objects"]!.DeepClone(), machine.Status()))),
        "printer.objects.query" => Yes(Objects(machine, RpcClient.Chosen((JsonObject)parameters["objects"]!, machine.Status()))),
        "server.history.list" when HasHistory => Yes(List(machine, (int?)parameters["limit"] ?? 50)),
        "printer.print.start" => Done(machine.Start((string?)parameters["filename"] ?? "")),
        "printer.print.pause" => Done(machine.Pause()),
        "printer.print.resume" => Done(machine.Resume()),
        "printer.print.cancel" => Done(machine.Cancel()),
        "printer.gcode.script" => Done(machine.RunScript((string?)parameters["script"] ?? "")),
        _ => No(MethodNotFound, "Method not found"),
    };

    private static JsonObject Info(KlipperMachine machine) => new()
    {
        ["klippy_connected"] = machine.Klippy is not "disconnected",
        ["klippy_state"] = machine.Klippy,
        ["components"] = new JsonArray("file_manager", "history"),
        ["api_version"] = new JsonArray(1, 5, 0),
        ["api_version_string"] = "1.5.0",
    };

    private static JsonObject Objects(KlipperMachine machine, JsonObject status) =>
        new() { ["eventtime"] = machine.Now.ToUnixTimeMilliseconds() / 1000.0, ["status"] = status };

    private static JsonObject List(KlipperMachine machine, int limit)
    {
        var newest = machine.History.AsEnumerable().Reverse().Take(limit).Select(job => job.DeepClone()).ToArray();
        return new JsonObject { ["count"] = newest.Length, ["jobs"] = new JsonArray(newest) };
    }

    private static JsonObject Done(string? refusal) => refusal is null ? Yes("ok") : No(400, refusal);

    private static JsonObject Yes(JsonNode result) => new() { ["result"] = result };

    private static JsonObject No(int code, string message) => new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };

    private static JsonObject Answer(JsonNode? id, JsonObject outcome)
    {
        outcome["jsonrpc"] = "2.0";
        outcome["id"] = id;
        return outcome;
    }
}
