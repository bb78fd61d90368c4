using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Fablab.Bridge.Tests.Simulator;

/// <summary>A client of the push socket. It waits for frames, never for time; the limit only ends a test that hangs.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _limit = new(HangLimit);

    public static async Task<Listener> ConnectAsync(PrinterFixture fixture, string path)
    {
        var listener = new Listener();
        await listener._socket.ConnectAsync(new Uri(fixture.Printer.Address.Replace("http", "ws", StringComparison.Ordinal) + path), listener._limit.Token);
        return listener;
    }

    public async Task<string> FrameAsync()
    {
        var buffer = new byte[256 * 1024];
        var length = 0;
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), _limit.Token);
            length += received.Count;
        }
        while (!received.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    public async Task<JsonObject> MessageAsync() => JsonNode.Parse(await FrameAsync())!.AsObject();

    /// <summary>The next message of that kind; others are passed over.</summary>
    public async Task<JsonObject> MessageAsync(string kind)
    {
        while (true)
        {
            var message = await MessageAsync();
            if (message.ContainsKey(kind))
            {
                return message;
            }
        }
    }

    public Task SendAsync(string frame) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);

    /// <summary>Logs in passively and sends the session, as a client with a key does.</summary>
    public async Task AuthenticateAsync(PrinterFixture fixture)
    {
        var login = (await fixture.SendAsync(HttpMethod.Post, "/api/login", new JsonObject { ["passive"] = true })).Body!;
        await SendAsync(new JsonObject { ["auth"] = $"{login["name"]}:{login["session"]}" }.ToJsonString());
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _limit.Dispose();
        return ValueTask.CompletedTask;
    }
}
