using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// One connection to the push socket, in its plain form without SockJS framing (<c>/sockjs/websocket</c>): one JSON object per
/// text message, both ways. It has no replay: what happens while it is closed must be asked for.
/// </summary>
internal sealed class OctoPrintSocket(OctoPrintOptions options, OctoPrintClient client, TimeProvider clock)
{
    /// <summary>A longer message ends the connection, in bytes. The greeting with all permissions is about 30 KiB.</summary>
    private const int LongestMessage = 1024 * 1024;

    /// <summary>A dead line is noticed by unanswered pings after about this long; the plain socket has no heartbeat of its own.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    /// <summary>Connects, says who we are, then hands over each message until the connection ends.</summary>
    /// <param name="onOpen">Called when we are logged in: from here on no event is missed.</param>
    /// <exception cref="MachineUnreachableException">The connection could not be made, or ended.</exception>
    /// <exception cref="ControllerRefusedException">Our key may not log in.</exception>
    public async Task RunAsync(Action onOpen, Action<PushMessage> onMessage, CancellationToken ct)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = PingInterval;
        socket.Options.KeepAliveTimeout = PingInterval;
        try
        {
            await ConnectAsync(socket, ct);
            await IntroduceAsync(socket, ct);
            onOpen();
            await ReadAsync(socket, onMessage, ct);
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or HttpRequestException
            || (broken is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new MachineUnreachableException($"The push socket broke: {broken.Message}", broken);
        }
    }

    internal static Uri AddressOf(Uri baseAddress)
    {
        var address = new UriBuilder(baseAddress) { Scheme = baseAddress.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
        address.Path = $"{address.Path.TrimEnd('/')}/sockjs/websocket";
        return address.Uri;
    }

    private async Task ConnectAsync(ClientWebSocket socket, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.AnswerTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        await socket.ConnectAsync(AddressOf(options.Address!), both.Token);
    }

    /// <summary>The subscription goes first: without one, the whole history of logs would come with the login.</summary>
    private async Task IntroduceAsync(ClientWebSocket socket, CancellationToken ct)
    {
        await SendAsync(
            socket,
            new { subscribe = new { state = new { logs = false, messages = false }, events = OctoPrintEvent.Watched, plugins = false } },
            ct);
        await SendAsync(socket, new { throttle = options.SocketThrottle }, ct);
        await AuthenticateAsync(socket, ct);
    }

    private async Task AuthenticateAsync(ClientWebSocket socket, CancellationToken ct)
    {
        var login = await client.LogInAsync(ct);
        await SendAsync(socket, new { auth = $"{login.Name}:{login.Session}" }, ct);
    }

    private async Task ReadAsync(ClientWebSocket socket, Action<PushMessage> onMessage, CancellationToken ct)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        while (await ReadFrameAsync(socket, buffer, ct))
        {
            foreach (var message in PushMessage.ParseFrame(buffer.WrittenMemory))
            {
                onMessage(message);
                if (message is ReauthMessage)
                {
                    await AuthenticateAsync(socket, ct);
                }
            }
        }

        throw new MachineUnreachableException("OctoPrint closed the push socket");
    }

    /// <returns>False when the other side closed.</returns>
    private static async Task<bool> ReadFrameAsync(ClientWebSocket socket, ArrayBufferWriter<byte> buffer, CancellationToken ct)
    {
        buffer.ResetWrittenCount();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.GetMemory(16 * 1024), ct);
            if (part.MessageType is WebSocketMessageType.Close)
            {
                return false;
            }

            buffer.Advance(part.Count);
            if (buffer.WrittenCount > LongestMessage)
            {
                throw new MachineUnreachableException("OctoPrint pushed more than we read");
            }

            if (part.EndOfMessage)
            {
                return true;
            }
        }
    }

    private async Task SendAsync(ClientWebSocket socket, object message, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(options.AnswerTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, both.Token);
    }
}
