using Fablab.Contracts;

namespace Fablab.Bridge.Runtime;

/// <summary>
/// Keeps a bridge with many machines within the rate that brokers grant it (<c>docs/protocol.md</c> 3.2), and in front what cannot
/// wait. Wishes for leases and the devices' commands leave at once, on credit; what is left of the rate is shared by the
/// journal, in its order, and the reported twins, of which only the newest of each machine is worth sending.
/// </summary>
internal sealed class PacedWire : IBridgeWire, IDisposable
{
    /// <summary>A little below the broker's 20, since pings and subscriptions count there too.</summary>
    public const int MessagesPerSecond = 18;

    /// <summary>Messages that may leave at once after a quiet time; the broker allows 200.</summary>
    public const int Burst = 150;

    /// <summary>Journal batches and greetings that wait. More are dropped: the journal is sent until it is acknowledged.</summary>
    private const int WaitingInOrder = 64;

    private readonly IBridgeWire _wire;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Queue<WireMessage> _inOrder = new();

    /// <summary>Topics in the order in which their turn comes. A newer twin takes the place of the older one, or busy machines would starve the others.</summary>
    private readonly Queue<string> _turns = new();
    private readonly Dictionary<string, WireMessage> _newest = new(StringComparer.Ordinal);
    private double _credit = Burst;
    private long _countedAt;
    private bool _wasTwin;

    public PacedWire(IBridgeWire wire, TimeProvider clock)
    {
        (_wire, _clock) = (wire, clock);
        _countedAt = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Send(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        lock (_gate)
        {
            Queue(new WireMessage(topic, payload, retain));
            Send();
        }
    }

    public void Subscribe(string filter, Func<WireMessage, CancellationToken, ValueTask> receive) => _wire.Subscribe(filter, receive);

    public Task RunAsync(WireMessage will, Func<bool, CancellationToken, ValueTask> connectionChanged, CancellationToken ct) =>
        _wire.RunAsync(will, connectionChanged, ct);

    public void Dispose() => _timer.Dispose();

    private void Queue(WireMessage message)
    {
        switch (TopicName.TryParse(message.Topic, out var name) ? name.Channel : (TopicChannel?)null)
        {
            case TopicChannel.Reported:
                if (!_newest.ContainsKey(message.Topic))
                {
                    _turns.Enqueue(message.Topic);
                }

                _newest[message.Topic] = message;
                break;
            case TopicChannel.Journal or TopicChannel.Hello or TopicChannel.Online:
                if (_inOrder.Count < WaitingInOrder)
                {
                    _inOrder.Enqueue(message);
                }

                break;
            default:
                _credit--;
                Pass(message);
                break;
        }
    }

    private void Send()
    {
        lock (_gate)
        {
            var now = _clock.GetTimestamp();
            _credit = Math.Min(Burst, _credit + (_clock.GetElapsedTime(_countedAt, now).TotalSeconds * MessagesPerSecond));
            _countedAt = now;
            while (_credit >= 1 && TryTake() is { } message)
            {
                _credit--;
                Pass(message);
            }

            var isWaiting = _inOrder.Count > 0 || _turns.Count > 0;
            _timer.Change(isWaiting ? UntilNext() : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Whole milliseconds and never none, or a credit a hair below one would turn the timer into a busy loop.</summary>
    private TimeSpan UntilNext() => TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((1 - _credit) * 1_000 / MessagesPerSecond)));

    /// <summary>By turns, so that neither a long journal nor many machines keep the other waiting.</summary>
    private WireMessage? TryTake()
    {
        _wasTwin = _turns.Count > 0 && (_inOrder.Count == 0 || !_wasTwin);
        if (!_wasTwin)
        {
            return _inOrder.TryDequeue(out var message) ? message : null;
        }

        _newest.Remove(_turns.Dequeue(), out var twin);
        return twin;
    }

    private void Pass(WireMessage message) => _wire.Publish(message.Topic, message.Payload, message.IsRetained);
}
