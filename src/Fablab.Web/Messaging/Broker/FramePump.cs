using System.Buffers;
using System.IO.Pipelines;

namespace Fablab.Web.Messaging.Broker;

/// <summary>Carries whole packets of one connection from the socket to the library, until one of them ends.</summary>
internal sealed class FramePump : IAsyncDisposable
{
    private readonly PipeReader _from;
    private readonly PipeWriter _to;
    private readonly BrokerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private long? _deadline;
    private volatile bool _isStopped;

    public FramePump(PipeReader from, PipeWriter to, BrokerOptions options, TimeProvider clock)
    {
        (_from, _to, _options, _clock) = (from, to, options, clock);
        _timer = clock.CreateTimer(_ => _from.CancelPendingRead(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <returns>What was wrong with the sender; <see langword="null"/> when the connection just ended.</returns>
    public async Task<BrokerEvent?> RunAsync()
    {
        try
        {
            return await CarryAsync();
        }
        catch (Exception)
        {
            // The socket broke, or the library let go of its end: an ordinary end of a connection.
            return null;
        }
        finally
        {
            // Without an error: the library then sees an orderly end of stream after the last whole packet.
            await _to.CompleteAsync();
        }
    }

    public void Stop()
    {
        _isStopped = true;
        _from.CancelPendingRead();
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private async Task<BrokerEvent?> CarryAsync()
    {
        var isConnected = false;
        SetDeadline(_options.ConnectDeadline);
        while (true)
        {
            var read = await _from.ReadAsync();
            if (_isStopped)
            {
                return null;
            }

            if (read.IsCanceled && IsLate())
            {
                return BrokerEvent.FrameTooSlow;
            }

            var buffer = read.Buffer;
            FrameVerdict verdict;
            while (true)
            {
                verdict = MqttFrame.Read(buffer, isConnected ? _options.MaxPacketBytes : _options.MaxConnectBytes, out var first, out var length);
                if (!isConnected && first is not 0 and not MqttFrame.Connect)
                {
                    return BrokerEvent.FirstPacketNotConnect;
                }

                if (verdict is not FrameVerdict.Whole)
                {
                    break;
                }

                isConnected = true;
                SetDeadline(null);
                if (!await PassAsync(buffer.Slice(0, length)))
                {
                    return null;
                }

                buffer = buffer.Slice(length);
            }

            _from.AdvanceTo(buffer.Start, buffer.End);
            if (verdict is FrameVerdict.TooLarge or FrameVerdict.Malformed)
            {
                return verdict is FrameVerdict.TooLarge ? BrokerEvent.FrameTooLarge : BrokerEvent.FrameMalformed;
            }

            if (read.IsCompleted)
            {
                return buffer.IsEmpty ? null : BrokerEvent.FrameCutOff;
            }

            if (isConnected && !buffer.IsEmpty && _deadline is null)
            {
                SetDeadline(_options.FrameDeadline);
            }
        }
    }

    /// <returns><see langword="false"/> when the library reads no more.</returns>
    private async ValueTask<bool> PassAsync(ReadOnlySequence<byte> packet)
    {
        foreach (var part in packet)
        {
            _to.Write(part.Span);
        }

        var flushed = await _to.FlushAsync();
        return !flushed.IsCompleted;
    }

    private void SetDeadline(TimeSpan? limit)
    {
        _deadline = limit is { } span ? _clock.GetTimestamp() + (long)(span.TotalSeconds * _clock.TimestampFrequency) : null;
        _timer.Change(limit ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // The timer may have fired just before the deadline was lifted; then its wake-up means nothing.
    private bool IsLate() => _deadline is { } deadline && _clock.GetTimestamp() >= deadline;
}
