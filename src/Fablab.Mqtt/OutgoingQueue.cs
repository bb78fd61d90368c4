using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Fablab.Mqtt;

/// <summary>
/// Messages in the order they were published, until their fate is known. Bounded in number and bytes. A retained message
/// makes an older one of its topic pointless, so it takes that one's place; all others are refused when there is no room.
/// </summary>
internal sealed class OutgoingQueue(int limit, long limitBytes, int sendAttempts)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Outgoing> _messages = new();
    private readonly Channel<byte> _arrivals = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _bytes;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count;
            }
        }
    }

    /// <summary>The entry to wait for; its <see cref="Outgoing.Outcome"/> may already be decided.</summary>
    public Outgoing Add(MqttMessage message)
    {
        var entry = new Outgoing(message);
        lock (_gate)
        {
            if (_closed)
            {
                entry.Decide(new PublishOutcome(PublishStatus.Stopped));
                return entry;
            }

            if (message.Retain && FindWaiting(message.Topic) is { } older)
            {
                Remove(older, new PublishOutcome(PublishStatus.Superseded));
            }

            if (_messages.Count >= limit || _bytes + message.Payload.Length > limitBytes)
            {
                entry.Decide(new PublishOutcome(PublishStatus.QueueFull, Reason: $"{_messages.Count} messages and {_bytes} bytes wait"));
                return entry;
            }

            entry.Node = _messages.AddLast(entry);
            _bytes += message.Payload.Length;
        }

        _arrivals.Writer.TryWrite(0);
        return entry;
    }

    /// <summary>The first message that is not on its way yet.</summary>
    public bool TryTake([NotNullWhen(true)] out Outgoing? entry)
    {
        lock (_gate)
        {
            for (var node = _messages.First; node is not null; node = node.Next)
            {
                if (!node.Value.IsOnTheWay)
                {
                    entry = node.Value;
                    entry.IsOnTheWay = true;
                    entry.Attempts++;
                    return true;
                }
            }
        }

        entry = null;
        return false;
    }

    /// <summary>Comes back when something may have been added since the last call.</summary>
    public async ValueTask WaitAsync(CancellationToken ct) => await _arrivals.Reader.ReadAsync(ct);

    public void Finish(Outgoing entry, PublishOutcome outcome)
    {
        lock (_gate)
        {
            Remove(entry, outcome);
        }
    }

    /// <summary>Takes a message back. One that is on its way is only kept from being sent again.</summary>
    public void Withdraw(Outgoing entry, PublishOutcome outcome)
    {
        lock (_gate)
        {
            entry.IsWithdrawn = true;
            if (!entry.IsOnTheWay)
            {
                Remove(entry, outcome);
            }
        }
    }

    /// <summary>
    /// After a broken connection: what was on its way waits again, at its old place. Messages on which the connection
    /// broke too often are given up, or one that makes the broker hang up would block the rest for ever.
    /// </summary>
    public IReadOnlyList<MqttMessage> Rewind()
    {
        var givenUp = new List<MqttMessage>();
        lock (_gate)
        {
            foreach (var entry in _messages.Where(m => m.IsOnTheWay).ToList())
            {
                entry.IsOnTheWay = false;
                if (entry.IsWithdrawn)
                {
                    Remove(entry, new PublishOutcome(PublishStatus.Expired, Reason: "the connection broke while it was on its way, and its time is over"));
                }
                else if (entry.Message.Retain && HasNewer(entry))
                {
                    Remove(entry, new PublishOutcome(PublishStatus.Superseded));
                }
                else if (entry.Attempts >= sendAttempts)
                {
                    givenUp.Add(entry.Message);
                    Remove(entry, new PublishOutcome(PublishStatus.GivenUp, Reason: $"the connection broke {entry.Attempts} times while it was on its way"));
                }
            }
        }

        _arrivals.Writer.TryWrite(0);
        return givenUp;
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var entry in _messages.ToList())
            {
                Remove(entry, new PublishOutcome(PublishStatus.Stopped));
            }
        }
    }

    private Outgoing? FindWaiting(string topic) =>
        _messages.FirstOrDefault(m => !m.IsOnTheWay && m.Message.Retain && m.Message.Topic == topic);

    private static bool HasNewer(Outgoing entry)
    {
        for (var node = entry.Node?.Next; node is not null; node = node.Next)
        {
            if (node.Value.Message.Retain && node.Value.Message.Topic == entry.Message.Topic)
            {
                return true;
            }
        }

        return false;
    }

    private void Remove(Outgoing entry, PublishOutcome outcome)
    {
        if (entry.Node is { } node)
        {
            _messages.Remove(node);
            _bytes -= entry.Message.Payload.Length;
            entry.Node = null;
        }

        entry.Decide(outcome);
    }
}

/// <summary>A message and the promise to tell its fate.</summary>
internal sealed class Outgoing(MqttMessage message)
{
    // Waiters run elsewhere: they must not run under the queue's lock.
    private readonly TaskCompletionSource<PublishOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MqttMessage Message { get; } = message;

    public Task<PublishOutcome> Outcome => _outcome.Task;

    public bool IsOnTheWay { get; set; }

    public bool IsWithdrawn { get; set; }

    public int Attempts { get; set; }

    public LinkedListNode<Outgoing>? Node { get; set; }

    public void Decide(PublishOutcome outcome) => _outcome.TrySetResult(outcome);
}
