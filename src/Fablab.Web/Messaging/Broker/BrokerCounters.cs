using System.Diagnostics.Metrics;

namespace Fablab.Web.Messaging.Broker;

/// <summary>What the broker saw, counted: for the metrics page, the health page and tests.</summary>
internal sealed class BrokerCounters : IDisposable
{
    public const string MeterName = "Fablab.Broker";

    private readonly long[] _counts = new long[Enum.GetValues<BrokerEvent>().Length];
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _events;
    private int _connections;

    public BrokerCounters()
    {
        _events = _meter.CreateCounter<long>("fablab.broker.events", description: "Events on the embedded broker by kind");
        _meter.CreateObservableGauge("fablab.broker.connections", () => _connections, description: "Open connections");
    }

    public long this[BrokerEvent happened] => Volatile.Read(ref _counts[(int)happened]);

    /// <summary>Open connections, those included that have not said who they are.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public long Count(BrokerEvent happened)
    {
        _events.Add(1, new KeyValuePair<string, object?>("kind", happened.ToString()));
        return Interlocked.Increment(ref _counts[(int)happened]);
    }

    public void Opened() => Interlocked.Increment(ref _connections);

    public void Closed() => Interlocked.Decrement(ref _connections);

    public void Dispose() => _meter.Dispose();
}

/// <summary>What is counted. Names appear in metrics: add, never rename.</summary>
internal enum BrokerEvent
{
    /// <summary>Too many connections, in all or from one address.</summary>
    ConnectionOverLimit,
    FirstPacketNotConnect,
    FrameMalformed,
    FrameTooLarge,
    FrameTooSlow,
    FrameCutOff,
    ConnectAccepted,
    ConnectRefused,
    PublishRefused,
    SubscribeRefused,

    /// <summary>A subscription of a kept session no longer fits what its owner may hear.</summary>
    DeliveryRefused,
    Throttled,
    RetainedStored,
    RetainedNotStored,
    QueueOverflow,
}
