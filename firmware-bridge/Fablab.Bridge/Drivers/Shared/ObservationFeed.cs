using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Fablab.Bridge.Drivers.Shared;

/// <summary>What a driver sees of its controller, for one observer at a time.</summary>
/// <param name="name">Of what is observed, for people.</param>
internal sealed class ObservationFeed(string name)
{
    /// <summary>Observations that wait for their reader; beyond it the oldest goes, since each is a whole picture.</summary>
    private const int LongestQueue = 256;

    private readonly Channel<ControllerObservation> _observations = Channel.CreateBounded<ControllerObservation>(
        new BoundedChannelOptions(LongestQueue) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private int _observers;

    public void Write(ControllerObservation seen) => _observations.Writer.TryWrite(seen);

    /// <param name="watch">Feeds it until it is cancelled.</param>
    /// <param name="show">Writes what is known before anything is heard.</param>
    /// <param name="afterwards">When nobody looks any more.</param>
    public async IAsyncEnumerable<ControllerObservation> RunAsync(
        Func<CancellationToken, Task> watch, Action show, [EnumeratorCancellation] CancellationToken ct, Action? afterwards = null)
    {
        if (Interlocked.Exchange(ref _observers, 1) == 1)
        {
            throw new InvalidOperationException($"This {name} is observed already; one observer at a time");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = watch(stop.Token);
        try
        {
            show();
            await foreach (var seen in _observations.Reader.ReadAllAsync(ct))
            {
                yield return seen;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            afterwards?.Invoke();
            Volatile.Write(ref _observers, 0);
        }
    }
}
