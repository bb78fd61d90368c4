using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Grbl;

internal sealed partial class GrblDriver
{
    /// <summary>Holds one link for as long as it lives, then opens the next; the waits between grow to a bound and never end.</summary>
    private async Task KeepLinkAsync(CancellationToken ct)
    {
        for (var failures = 0; !ct.IsCancellationRequested; failures++)
        {
            try
            {
                await using var link = await OpenAsync(ct);
                LogOpened(_options.Address);
                if (await ServeAsync(link, ct))
                {
                    failures = 0;
                }
            }
            catch (Exception failed) when (!ct.IsCancellationRequested)
            {
                LogNotOpened(_options.Address, failed.Message);
            }

            await Task.Delay(ReconnectWait(failures), _clock, ct);
        }
    }

    private TimeSpan ReconnectWait(int failures)
    {
        var ceiling = _options.FirstReconnectWait * Math.Pow(2, Math.Min(failures, 16));
        return (ceiling < _options.LongestReconnectWait ? ceiling : _options.LongestReconnectWait) * _jitter();
    }

    private async Task<IByteLink> OpenAsync(CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(_options.ConnectLimit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        return await _open(either.Token);
    }

    /// <returns>Whether the controller was ever heard.</returns>
    private async Task<bool> ServeAsync(IByteLink link, CancellationToken ct)
    {
        var outgoing = Channel.CreateBounded<byte[]>(MaxOutgoing);
        lock (_gate)
        {
            _outgoing = outgoing;
            Apply(new GrblLinkUp());
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = ReadAsync(link, ending.Token);
        var writing = WriteAsync(link, outgoing.Reader, ending.Token);
        var first = await Task.WhenAny(reading, writing);
        await ending.CancelAsync();
        await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var reason = ct.IsCancellationRequested ? "the bridge stops" : first.Exception?.InnerException?.Message ?? "the controller closed it";
        lock (_gate)
        {
            var wasHeard = _state.IsConnected;
            _outgoing = null;
            Apply(new GrblLinkDown(reason));
            LogLost(_options.Address, reason);
            return wasHeard;
        }
    }

    private async Task ReadAsync(IByteLink link, CancellationToken ct)
    {
        var buffer = new byte[4096];
        var splitter = new GrblLineSplitter();
        while (await link.ReadAsync(buffer, ct) is > 0 and var count)
        {
            foreach (var line in splitter.Add(buffer.AsMemory(0, count)))
            {
                Apply(new GrblLineReceived(GrblLineParser.Parse(line)));
            }
        }
    }

    private static async Task WriteAsync(IByteLink link, ChannelReader<byte[]> outgoing, CancellationToken ct)
    {
        await foreach (var bytes in outgoing.ReadAllAsync(ct))
        {
            await link.WriteAsync(bytes, ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Link to {Address} is open")]
    private partial void LogOpened(string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Link to {Address} could not be opened: {Reason}")]
    private partial void LogNotOpened(string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Link to {Address} was lost: {Reason}")]
    private partial void LogLost(string address, string reason);
}
