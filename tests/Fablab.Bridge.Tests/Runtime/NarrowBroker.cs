using System.Text;
using Fablab.Bridge.Runtime;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Runtime;

/// <summary>
/// A link and a broker that lets through 200 messages at once and then 20 a second, in their order, as ours do; behind it a
/// web that grants every lease and acknowledges every batch.
/// </summary>
internal sealed class NarrowBroker(BridgeAddress address, BridgeKey key, TimeProvider clock) : IBridgeWire
{
    private const double PerSecond = 20;
    private const double Burst = 200;

    private readonly Lock _gate = new();
    private readonly LinkedList<(WireMessage Message, long At)> _waiting = new();
    private readonly Dictionary<string, long> _twinAt = new(StringComparer.Ordinal);
    private Func<WireMessage, CancellationToken, ValueTask>? _receive;
    private Func<bool, CancellationToken, ValueTask>? _connectionChanged;
    private double _tokens = Burst;
    private long _countedAt = clock.GetTimestamp();

    public TimeSpan LongestWaitOfALease { get; private set; }

    public int Leases { get; private set; }

    public bool IsRunning => _connectionChanged is not null;

    /// <summary>How long ago the twin was told that the web knows of the machine it knows least of.</summary>
    public TimeSpan OldestTwin
    {
        get
        {
            lock (_gate)
            {
                return _twinAt.Values.Select(at => clock.GetElapsedTime(at)).DefaultIfEmpty().Max();
            }
        }
    }

    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        lock (_gate)
        {
            if (retain && _waiting.FirstOrDefault(entry => entry.Message.Topic == topic) is { Message: not null } older)
            {
                _waiting.Remove(older);
            }

            _waiting.AddLast((new WireMessage(topic, payload, retain), clock.GetTimestamp()));
        }
    }

    public void Subscribe(string filter, Func<WireMessage, CancellationToken, ValueTask> receive) => _receive = receive;

    public Task RunAsync(WireMessage will, Func<bool, CancellationToken, ValueTask> connectionChanged, CancellationToken ct)
    {
        _connectionChanged = connectionChanged;
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
    }

    public ValueTask ConnectAsync() => _connectionChanged!(true, CancellationToken.None);

    public ValueTask SayAsync(string topic, byte[] payload) => _receive!(new WireMessage(topic, payload, false), CancellationToken.None);

    /// <summary>Lets through what the rate allows by now.</summary>
    public async Task DeliverAsync()
    {
        while (TryTake() is { } entry)
        {
            await HandleAsync(entry.Message, entry.At);
        }
    }

    private (WireMessage Message, long At)? TryTake()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _tokens = Math.Min(Burst, _tokens + (clock.GetElapsedTime(_countedAt, now).TotalSeconds * PerSecond));
            _countedAt = now;
            if (_tokens < 1 || _waiting.First is not { Value: var first })
            {
                return null;
            }

            _tokens--;
            _waiting.RemoveFirst();
            return first;
        }
    }

    private async Task HandleAsync(WireMessage message, long at)
    {
        if (!TopicName.TryParse(message.Topic, out var name))
        {
            return;
        }

        if (name.Channel is TopicChannel.Reported && ContractsJson.TryRead<ReportedTwin>(message.Payload.Span, out var twin, out _))
        {
            lock (_gate)
            {
                _twinAt[twin.Machine] = at;
            }
        }
        else if (name.Channel is TopicChannel.LeaseRequest && ContractsJson.TryRead<LeaseRequest>(message.Payload.Span, out var asked, out _))
        {
            Leases++;
            var waited = clock.GetElapsedTime(at);
            LongestWaitOfALease = waited > LongestWaitOfALease ? waited : LongestWaitOfALease;
            await SayAsync(Topics.LeaseAnswer(address, asked.Machine), Encoding.UTF8.GetBytes(SignedText.Sign(key.LeaseKey, ContractsJson.Write(Granted(asked)))));
        }
        else if (name.Channel is TopicChannel.Journal && ContractsJson.TryRead<JournalBatch>(message.Payload.Span, out var batch, out _))
        {
            var ack = new JournalAck { SpoolId = batch.SpoolId, Epoch = batch.Epoch, UpTo = batch.Records[^1].Sequence };
            await SayAsync(Topics.JournalAck(address), ContractsJson.Write(ack));
        }
    }

    private static LeaseAnswer Granted(LeaseRequest asked) => new()
    {
        Nonce = asked.Nonce, Machine = asked.Machine, Session = asked.Session, Generation = asked.Generation, Granted = true, TtlMilliseconds = 15_000,
    };
}
