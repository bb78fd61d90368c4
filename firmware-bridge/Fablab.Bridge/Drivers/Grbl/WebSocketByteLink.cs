using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>
/// A serial line behind a WebSocket: FluidNC, ESP3D, grblHAL. Messages are pieces of one stream of bytes and not lines: a piece may hold half a
/// line or several. Each write leaves as a message of its own, so a realtime byte never waits behind anything.
/// </summary>
internal sealed class WebSocketByteLink : IByteLink
{
    /// <summary>A longer message ends the link, in bytes. Boards have less memory than this.</summary>
    public const int LongestMessage = 64 * 1024;

    /// <summary>What a board tells its own web page, as a text message without a line end: it would stick to the line that comes next.</summary>
    private static readonly string[] WordsForWebPages = ["currentID:", "CURRENT_ID:", "activeID:", "ACTIVE_ID:", "PING", "ERROR:", "DHT:"];

    private readonly ClientWebSocket _socket;
    private readonly ArrayBufferWriter<byte> _message = new(4 * 1024);
    private int _taken;

    private WebSocketByteLink(ClientWebSocket socket) => _socket = socket;

    /// <param name="protocol">The subprotocol that is asked for; empty for none.</param>
    /// <exception cref="ArgumentException">There is no host, or more than host, port and path.</exception>
    public static OpenByteLink To(Uri address, string protocol)
    {
        if (address.Host.Length == 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            throw new ArgumentException($"Address: '{address}' is not of the form ws://host:port/path.");
        }

        return ct => OpenAsync(address, protocol, ct);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (_taken == _message.WrittenCount)
        {
            if (!await ReceiveAsync(ct))
            {
                return 0;
            }
        }

        var count = Math.Min(buffer.Length, _message.WrittenCount - _taken);
        _message.WrittenMemory.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            // Text, as these boards' own pages send; all we ever send is ASCII.
            await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            throw new IOException(broken.Message, broken);
        }
    }

    public ValueTask DisposeAsync()
    {
        // Without a farewell: the board may have no power any more.
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<IByteLink> OpenAsync(Uri address, string protocol, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        try
        {
            // The questions for the status show whether the line is alive; some boards answer no ping.
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            socket.Options.Proxy = null;
            if (protocol.Length > 0)
            {
                socket.Options.AddSubProtocol(protocol);
            }

            await socket.ConnectAsync(address, ct);
            return new WebSocketByteLink(socket);
        }
        catch (Exception failed)
        {
            socket.Dispose();
            if (IsBroken(failed))
            {
                throw new IOException(failed.InnerException is { } inner ? $"{failed.Message} {inner.Message}" : failed.Message, failed);
            }

            throw;
        }
    }

    private static bool IsBroken(Exception e) => e is WebSocketException or InvalidOperationException;

    private static bool IsForWebPages(ReadOnlySpan<byte> text)
    {
        foreach (var words in WordsForWebPages)
        {
            if (text.StartsWith(Encoding.ASCII.GetBytes(words)))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>False when the board closed.</returns>
    private async ValueTask<bool> ReceiveAsync(CancellationToken ct)
    {
        _message.ResetWrittenCount();
        _taken = 0;
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(_message.GetMemory(4 * 1024), ct);
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    return false;
                }

                _message.Advance(part.Count);
                if (_message.WrittenCount > LongestMessage)
                {
                    throw new IOException($"The controller sent a message of more than {LongestMessage / 1024} KiB.");
                }

                if (part.EndOfMessage)
                {
                    if (part.MessageType is WebSocketMessageType.Text && IsForWebPages(_message.WrittenSpan))
                    {
                        _message.ResetWrittenCount();
                    }

                    return true;
                }
            }
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            throw new IOException(broken.Message, broken);
        }
    }
}
