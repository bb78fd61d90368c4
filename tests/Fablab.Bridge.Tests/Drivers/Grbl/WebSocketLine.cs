using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>
/// A WebSocket as boards have it: what the controller says comes in pieces that know nothing of lines, as binary and as text, and between them what the board
/// tells its own web page. It speaks only with who asks for the subprotocol <c>arduino</c>, and hears one message at a time.
/// </summary>
internal sealed class WebSocketLine : IGrblLine
{
    /// <summary>So that lines are split and joined everywhere.</summary>
    private static readonly int[] PieceLengths = [1, 7, 64, 3];

    private readonly GrblPeer _peer;
    private readonly WebApplication _app;

    private WebSocketLine(GrblPeer peer, WebApplication app) => (_peer, _app) = (peer, app);

    public string Address { get; private set; } = "";

    public static async Task<WebSocketLine> OpenAsync(GrblPeer peer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var line = new WebSocketLine(peer, builder.Build());
        line._app.UseWebSockets();
        line._app.Map("/ws", line.AcceptAsync);
        await line._app.StartAsync();
        line.Address = line._app.Urls.Single().Replace("http://", "ws://", StringComparison.Ordinal) + "/ws";
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AcceptAsync(HttpContext http)
    {
        if (!http.WebSockets.WebSocketRequestedProtocols.Contains("arduino"))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync("arduino");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _app.Lifetime.ApplicationStopping);
        try
        {
            await using var controller = await GrblLineKinds.ConnectAsync(_peer, ended.Token);
            await TellAsync(socket, "currentID:1", ended.Token);
            await await Task.WhenAny(SayAsync(controller, socket, ended.Token), HearAsync(socket, controller, ended.Token));
        }
        catch (Exception e) when (e is WebSocketException or IOException or SocketException or OperationCanceledException)
        {
            // Somebody pulled the cable.
        }

        await ended.CancelAsync();
        socket.Abort();
    }

    private static Task TellAsync(WebSocket socket, string words, CancellationToken ct) =>
        socket.SendAsync(Encoding.ASCII.GetBytes(words), WebSocketMessageType.Text, endOfMessage: true, ct);

    private static async Task SayAsync(NetworkStream controller, WebSocket socket, CancellationToken ct)
    {
        var buffer = new byte[1024];
        var pieces = 0;
        while (await controller.ReadAsync(buffer, ct) is > 0 and var count)
        {
            for (var at = 0; at < count;)
            {
                var length = Math.Min(count - at, PieceLengths[pieces % PieceLengths.Length]);
                var kind = pieces % 2 == 0 ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
                await socket.SendAsync(buffer.AsMemory(at, length), kind, endOfMessage: true, ct);
                at += length;
                if (++pieces % 5 == 0)
                {
                    await TellAsync(socket, "PING:60000:60000", ct);
                }
            }
        }
    }

    private static async Task HearAsync(WebSocket socket, NetworkStream controller, CancellationToken ct)
    {
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), ct) is { MessageType: not WebSocketMessageType.Close } part)
        {
            await controller.WriteAsync(buffer.AsMemory(0, part.Count), ct);
        }
    }
}
