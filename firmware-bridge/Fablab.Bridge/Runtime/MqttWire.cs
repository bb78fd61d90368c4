using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fablab.Mqtt;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <summary>The wire over MQTT. A link that was thrown out by another bridge with our name is opened again after a long pause.</summary>
internal sealed partial class MqttWire(MqttLinkOptions options, TimeProvider clock, ILoggerFactory logs) : IBridgeWire
{
    /// <summary>A retained message that found no broker within this time is worthless; whatever needs it comes again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Any other belongs to the moment: a wish to unlock that waited for the broker would close a relay that its dead-man has
    /// opened meanwhile. All of them are repeated by who sent them.
    /// </summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseAfterContest = TimeSpan.FromMinutes(5);

    /// <summary>By filter; the channels of one device share theirs.</summary>
    private readonly ConcurrentDictionary<string, ImmutableList<Func<WireMessage, CancellationToken, ValueTask>>> _receivers = new(StringComparer.Ordinal);

    private readonly ILogger _log = logs.CreateLogger<MqttWire>();
    private volatile MqttLink? _link;

    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        if (_link is { } link)
        {
            _ = PublishAsync(link, new MqttMessage { Topic = topic, Payload = payload, Retain = retain, ContentType = "application/json" });
        }
    }

    public void Subscribe(string filter, Func<WireMessage, CancellationToken, ValueTask> receive)
    {
        _receivers.AddOrUpdate(filter, _ => [receive], (_, present) => present.Contains(receive) ? present : present.Add(receive));
        if (_link is { } link)
        {
            _ = link.SubscribeAsync(filter, MqttQos.AtLeastOnce, CancellationToken.None);
        }
    }

    public async Task RunAsync(WireMessage will, Func<bool, CancellationToken, ValueTask> connectionChanged, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var link = new MqttLink(options, Handlers(connectionChanged), clock, logs.CreateLogger<MqttLink>())
            {
                Will = new MqttMessage { Topic = will.Topic, Payload = will.Payload, Retain = true },
            };
            foreach (var filter in _receivers.Keys)
            {
                await link.SubscribeAsync(filter, MqttQos.AtLeastOnce, ct);
            }

            _link = link;
            if (await link.RunAsync(ct) is MqttLinkEnd.ClientIdContested)
            {
                LogContested(options.ClientId, PauseAfterContest.TotalMinutes);
                await Task.Delay(PauseAfterContest, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private MqttLinkHandlers Handlers(Func<bool, CancellationToken, ValueTask> connectionChanged) => new()
    {
        OnMessage = ReceiveAsync,
        OnConnected = (_, ct) => connectionChanged(true, ct),
        OnDisconnected = (_, ct) => connectionChanged(false, ct),
    };

    private async ValueTask ReceiveAsync(MqttMessage message, CancellationToken ct)
    {
        foreach (var receive in _receivers.Where(pair => MqttTopics.Matches(pair.Key, message.Topic)).SelectMany(pair => pair.Value))
        {
            await receive(new WireMessage(message.Topic, message.Payload, message.Retain), ct);
        }
    }

    private async Task PublishAsync(MqttLink link, MqttMessage message)
    {
        try
        {
            var outcome = await link.PublishAsync(message, message.Retain ? LongestWait : Moment, CancellationToken.None);
            if (!outcome.IsAccepted)
            {
                LogNotPublished(message.Topic, outcome.Status);
            }
        }
        catch (Exception e)
        {
            LogPublishFailed(e, message.Topic);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another bridge uses the name {ClientId}. Its and our machines stay as they are without the web; next try in {PauseMinutes} min")]
    private partial void LogContested(string clientId, double pauseMinutes);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message on {Topic} did not leave: {Status}")]
    private partial void LogNotPublished(string topic, PublishStatus status);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on {Topic} could not be published")]
    private partial void LogPublishFailed(Exception exception, string topic);
}
