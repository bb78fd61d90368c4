using System.Buffers;
using MQTTnet;
using MQTTnet.Protocol;

namespace Fablab.Web.Messaging.Broker;

/// <summary>Lets a retained message through only when it is on disk, and keeps one owner from filling the disk.</summary>
internal sealed partial class RetainedMessages(IRetainedMessageStore store, BrokerOptions options, BrokerCounters counters, ILogger<RetainedMessages> log)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _perOwner = new(StringComparer.Ordinal);

    public async Task<List<MqttApplicationMessage>> LoadAsync(CancellationToken ct)
    {
        var messages = await store.LoadAsync(ct);
        foreach (var message in messages)
        {
            TryReserve(message.Topic, int.MaxValue);
        }

        return [.. messages.Select(message => new MqttApplicationMessage
        {
            Topic = message.Topic,
            Payload = new ReadOnlySequence<byte>(message.Payload),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)message.Qos,
            ContentType = message.ContentType,
            Retain = true,
        })];
    }

    /// <returns>Why the message cannot be retained, or <see langword="null"/> when it is on disk.</returns>
    public async Task<BrokerRefusal?> KeepAsync(MqttApplicationMessage message, CancellationToken ct)
    {
        if (!message.Payload.IsEmpty && !TryReserve(message.Topic, options.MaxRetainedPerOwner))
        {
            return new(BrokerRefusal.QuotaExceeded, $"At most {options.MaxRetainedPerOwner} retained topics.");
        }

        try
        {
            await store.SaveAsync(new RetainedMessage(message.Topic, message.Payload.ToArray(), (int)message.QualityOfServiceLevel, message.ContentType), ct);
            counters.Count(BrokerEvent.RetainedStored);
            if (message.Payload.IsEmpty)
            {
                Release(message.Topic);
            }

            return null;
        }
        catch (Exception failed) when (!ct.IsCancellationRequested)
        {
            counters.Count(BrokerEvent.RetainedNotStored);
            LogNotStored(failed, message.Topic);
            return new(BrokerRefusal.ImplementationSpecific, "Could not be stored.");
        }
    }

    private bool TryReserve(string topic, int limit)
    {
        lock (_gate)
        {
            if (_topics.Contains(topic))
            {
                return true;
            }

            var owner = Owner(topic);
            var owned = _perOwner.GetValueOrDefault(owner);
            if (owned >= limit)
            {
                return false;
            }

            _perOwner[owner] = owned + 1;
            return _topics.Add(topic);
        }
    }

    private void Release(string topic)
    {
        lock (_gate)
        {
            if (_topics.Remove(topic) && --_perOwner[Owner(topic)] == 0)
            {
                _perOwner.Remove(Owner(topic));
            }
        }
    }

    /// <summary><c>fablab/v1/{site}/{bridge}/up</c> of a bridge, <c>…/down</c> of the web, <c>stat/{device}</c> of a device.</summary>
    private static string Owner(string topic)
    {
        var levels = topic.Split('/');
        return string.Join('/', levels.Take(levels[0] == "fablab" ? 5 : 2));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The retained message on {Topic} could not be stored; its sender was told")]
    private partial void LogNotStored(Exception exception, string topic);
}
