using System.Net.Sockets;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>A peer's line as a driver may find it: its own TCP port, a WebSocket before it, or a serial device.</summary>
internal static class GrblLineKinds
{
    public static async Task<IGrblLine> OpenAsync(string scheme, GrblPeer peer) => scheme switch
    {
        "tcp" => new PlainLine(peer.Address),
        "ws" => await WebSocketLine.OpenAsync(peer),
        "serial" when OperatingSystem.IsLinux() => SerialLine.Open(peer),
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, null),
    };

    public static async Task<NetworkStream> ConnectAsync(GrblPeer peer, CancellationToken ct)
    {
        var address = new Uri(peer.Address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private sealed class PlainLine(string address) : IGrblLine
    {
        public string Address => address;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Pulled out when it is disposed.</summary>
internal interface IGrblLine : IAsyncDisposable
{
    string Address { get; }
}
