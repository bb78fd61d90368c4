using System.Net.Sockets;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>A serial line behind TCP: a network bridge on the board, ser2net, or a simulator.</summary>
internal sealed class TcpByteLink : IByteLink
{
    private readonly Socket _socket;

    private TcpByteLink(Socket socket) => _socket = socket;

    /// <exception cref="ArgumentException">Not a <c>tcp://host:port</c> address.</exception>
    public static OpenByteLink To(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme != "tcp" || uri.Port <= 0 || uri.Host.Length == 0)
        {
            throw new ArgumentException($"'{address}' is not an address of the form tcp://host:port.", nameof(address));
        }

        return ct => OpenAsync(uri.DnsSafeHost, uri.Port, ct);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, ct);
        }
        catch (SocketException broken)
        {
            throw new IOException(broken.Message, broken);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, ct)..];
            }
        }
        catch (SocketException broken)
        {
            throw new IOException(broken.Message, broken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<IByteLink> OpenAsync(string host, int port, CancellationToken ct)
    {
        // A feed hold must not wait for a packet to fill.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, ct);
            return new TcpByteLink(socket);
        }
        catch (Exception failed)
        {
            socket.Dispose();
            if (failed is SocketException)
            {
                throw new IOException(failed.Message, failed);
            }

            throw;
        }
    }
}
