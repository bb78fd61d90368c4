using System.Threading.Channels;

namespace Fablab.Bridge.Drivers.Shared;

/// <summary>When a driver looks at its controller again: after its poll interval, or as soon as something happened.</summary>
internal sealed class NextLook(TimeSpan interval, TimeProvider clock)
{
    private readonly Channel<bool> _soon = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Soon() => _soon.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken ct)
    {
        using var over = new CancellationTokenSource(interval, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, over.Token);
        try
        {
            await _soon.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The interval is over.
        }
    }
}
