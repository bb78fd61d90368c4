using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// Stands between the socket and the MQTT library and lets only whole packets of sane size through. The library would
/// otherwise buffer without bound what a stranger sends, and spin on a packet that was cut off.
/// </summary>
internal sealed partial class FrameGuard(BrokerOptions options, BrokerCounters counters, TimeProvider clock, ILogger<FrameGuard> log)
{
    private readonly ConnectionLimit _limit = new(options.MaxConnections, options.MaxConnectionsPerAddress);

    /// <summary>The outermost middleware: also connections that never finish their TLS handshake take a place.</summary>
    public async Task LimitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!_limit.TryEnter(address))
        {
            if (IsWorthALine(counters.Count(BrokerEvent.ConnectionOverLimit)))
            {
                LogOverLimit(address);
            }

            connection.Abort(new ConnectionAbortedException("Too many connections."));
            return;
        }

        counters.Opened();
        try
        {
            await next(connection);
        }
        finally
        {
            _limit.Leave(address);
            counters.Closed();
        }
    }

    /// <summary>The innermost middleware, right before the library.</summary>
    public async Task GuardAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var outside = connection.Transport;

        // As much as one packet may wait for the library; then we stop reading and TCP slows the sender down.
        var inside = new Pipe(new PipeOptions(
            pauseWriterThreshold: options.MaxPacketBytes, resumeWriterThreshold: options.MaxPacketBytes / 2, useSynchronizationContext: false));
        await using var pump = new FramePump(outside.Input, inside.Writer, options, clock);

        connection.Transport = new GuardedTransport(inside.Reader, outside.Output);
        var pumping = PumpAsync(pump, connection);
        try
        {
            await next(connection);
        }
        finally
        {
            await inside.Reader.CompleteAsync();
            pump.Stop();
            await pumping;
            connection.Transport = outside;
        }
    }

    private async Task PumpAsync(FramePump pump, ConnectionContext connection)
    {
        if (await pump.RunAsync() is { } fault)
        {
            if (IsWorthALine(counters.Count(fault)))
            {
                LogFault(connection.RemoteEndPoint, fault);
            }

            connection.Abort(new ConnectionAbortedException(fault.ToString()));
        }
    }

    /// <summary>Strangers can cause these at will; the log gets the 1st, 2nd, 4th, 8th… and the counter all.</summary>
    private static bool IsWorthALine(long count) => (count & (count - 1)) == 0;

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection to the broker from {Address} was refused: too many are open")]
    private partial void LogOverLimit(IPAddress address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection to the broker from {Remote} was closed: {Fault}")]
    private partial void LogFault(EndPoint? remote, BrokerEvent fault);

    private sealed record GuardedTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
