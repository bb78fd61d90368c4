using System.Collections.Concurrent;
using System.Net;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// Answers the library's questions about each packet by <see cref="BrokerRules"/>. Knows every client by its id, since the
/// library hands a kept session on with the facts of its first connection, which may be out of date.
/// </summary>
internal sealed partial class BrokerDoorman(
    BrokerOptions options, IBrokerCredentials credentials, RetainedMessages retained, BrokerCounters counters, TimeProvider clock, ILogger<BrokerDoorman> log)
{
    private readonly ConcurrentDictionary<string, Guest> _guests = new(StringComparer.Ordinal);

    public void Watch(MqttServer server)
    {
        server.ValidatingConnectionAsync += JudgeConnectAsync;
        server.InterceptingInboundPacketAsync += ThrottleAsync;
        server.InterceptingPublishAsync += JudgePublishAsync;
        server.InterceptingSubscriptionAsync += JudgeSubscribeAsync;
        server.InterceptingClientEnqueueAsync += JudgeDeliveryAsync;
        server.SessionDeletedAsync += ForgetAsync;
        server.QueuedApplicationMessageOverwrittenAsync += CountOverflowAsync;
    }

    /// <summary>Ids of the clients that signed in as that user and whose session still exists.</summary>
    public IReadOnlyList<string> ClientsOf(string user) => [.. _guests.Where(guest => guest.Value.User == user).Select(guest => guest.Key)];

    private async Task JudgeConnectAsync(ValidatingConnectionEventArgs connect)
    {
        var facts = new ConnectFacts
        {
            IsVersionSupported = connect.ProtocolVersion is MqttProtocolVersion.V311 or MqttProtocolVersion.V500,
            UsesEnhancedAuthentication = !string.IsNullOrEmpty(connect.AuthenticationMethod),
            KeepAliveSeconds = connect.KeepAlivePeriod ?? 0,
            SessionExpirySeconds = connect.SessionExpiryInterval,
            User = connect.UserName,
            PasswordLength = connect.RawPassword?.Length ?? 0,
        };
        var refusal = BrokerRules.JudgeConnect(facts) ?? await SignInAsync(connect);
        if (refusal is null)
        {
            counters.Count(BrokerEvent.ConnectAccepted);
            return;
        }

        counters.Count(BrokerEvent.ConnectRefused);
        LogConnectRefused(Shown(connect.UserName), Shown(connect.ClientId), connect.RemoteEndPoint, refusal.Reason);
        connect.ReasonCode = (MqttConnectReasonCode)refusal.ReasonCode;
        connect.ReasonString = refusal.Reason;
    }

    private async Task<BrokerRefusal?> SignInAsync(ValidatingConnectionEventArgs connect)
    {
        BrokerPrincipal? principal;
        try
        {
            principal = await credentials.FindAsync(connect.UserName, connect.Password, connect.CancellationToken);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            LogCredentialsFailed(failed);
            return new(BrokerRefusal.ServerUnavailable, "Try again later.");
        }

        if (principal is null)
        {
            return new(BrokerRefusal.BadUserNameOrPassword, "Wrong user name or password.");
        }

        if (BrokerRules.JudgeClientId(principal, connect.UserName, connect.ClientId) is { } refusal)
        {
            return refusal;
        }

        var guest = new Guest(connect.UserName, principal, new TokenBucket(options.PacketsPerSecond, options.PacketBurst, clock));
        _guests[connect.ClientId] = guest;
        connect.SessionItems[typeof(Guest)] = guest;
        return null;
    }

    /// <summary>
    /// Over its rate a client is read slower, not refused: TCP passes the pressure on, and nothing is lost. Acknowledgements
    /// pass freely, because they answer what we sent.
    /// </summary>
    private async Task ThrottleAsync(InterceptingPacketEventArgs inbound)
    {
        if (inbound.Packet is not (MqttPublishPacket or MqttSubscribePacket or MqttUnsubscribePacket or MqttPingReqPacket)
            || Find(inbound.ClientId) is not { Principal: not ServerPrincipal } guest)
        {
            return;
        }

        var wait = guest.Packets.Take();
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        if (IsWorthALine(counters.Count(BrokerEvent.Throttled)))
        {
            LogThrottled(guest.User, options.PacketsPerSecond);
        }

        await Task.Delay(wait, clock, inbound.CancellationToken);
    }

    private async Task JudgePublishAsync(InterceptingPublishEventArgs publish)
    {
        var message = publish.ApplicationMessage;
        var guest = Find(publish.ClientId);
        var refusal = BrokerRules.JudgePublish(guest?.Principal, message.Topic, message.Payload.Length, message.Retain, options.MaxPayloadBytes);
        if (refusal is null && message.Retain)
        {
            // Before the acknowledgement, and before anybody hears it. The library's own event would come too late: it
            // acknowledges even when saving failed.
            refusal = await retained.KeepAsync(message, publish.CancellationToken);
        }

        if (refusal is null)
        {
            return;
        }

        counters.Count(BrokerEvent.PublishRefused);
        LogPublishRefused(guest?.User, Shown(message.Topic), refusal.Reason);
        publish.ProcessPublish = false;
        publish.Response.ReasonCode = (MqttPubAckReasonCode)refusal.ReasonCode;
        publish.Response.ReasonString = refusal.Reason;
    }

    private Task JudgeSubscribeAsync(InterceptingSubscriptionEventArgs subscribe)
    {
        var guest = Find(subscribe.ClientId);
        if (BrokerRules.JudgeSubscribe(guest?.Principal, subscribe.TopicFilter.Topic) is not { } refusal)
        {
            return Task.CompletedTask;
        }

        counters.Count(BrokerEvent.SubscribeRefused);
        LogSubscribeRefused(guest?.User, Shown(subscribe.TopicFilter.Topic), refusal.Reason);
        subscribe.ProcessSubscription = false;
        subscribe.Response.ReasonCode = (MqttSubscribeReasonCode)refusal.ReasonCode;
        subscribe.ReasonString = refusal.Reason;
        return Task.CompletedTask;
    }

    /// <summary>A kept session may hold subscriptions from a time when its owner was allowed more.</summary>
    private Task JudgeDeliveryAsync(InterceptingClientApplicationMessageEnqueueEventArgs delivery)
    {
        delivery.AcceptEnqueue = Find(delivery.ReceiverClientId) is { } guest && BrokerAcl.MayReceive(guest.Principal, delivery.ApplicationMessage.Topic);
        if (!delivery.AcceptEnqueue)
        {
            counters.Count(BrokerEvent.DeliveryRefused);
        }

        return Task.CompletedTask;
    }

    private Task ForgetAsync(SessionDeletedEventArgs session)
    {
        // Only the guest of that very session: its successor may already be in.
        if (session.SessionItems[typeof(Guest)] is Guest guest)
        {
            _guests.TryRemove(new KeyValuePair<string, Guest>(session.Id, guest));
        }

        return Task.CompletedTask;
    }

    private Task CountOverflowAsync(QueueMessageOverwrittenEventArgs overflow)
    {
        if (IsWorthALine(counters.Count(BrokerEvent.QueueOverflow)))
        {
            LogOverflow(overflow.ReceiverClientId, options.MaxQueuedPerClient);
        }

        return Task.CompletedTask;
    }

    private Guest? Find(string? clientId) => clientId is not null && _guests.TryGetValue(clientId, out var guest) ? guest : null;

    private static bool IsWorthALine(long count) => (count & (count - 1)) == 0;

    /// <summary>Text a stranger chose, made safe for a log line.</summary>
    private static string Shown(string? text)
    {
        var shown = new StringBuilder();
        foreach (var c in (text ?? "").Take(BrokerRules.MaxTopicBytes))
        {
            shown.Append(char.IsControl(c) ? '?' : c);
        }

        return shown.ToString();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker refused {User} (client id {ClientId}) from {Remote}: {Reason}")]
    private partial void LogConnectRefused(string user, string clientId, EndPoint? remote, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker could not check a password; nobody gets in meanwhile")]
    private partial void LogCredentialsFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker refused a message of {User} on {Topic}: {Reason}")]
    private partial void LogPublishRefused(string? user, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker refused {User} the filter {Filter}: {Reason}")]
    private partial void LogSubscribeRefused(string? user, string filter, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{User} sends more than {PacketsPerSecond} packets a second and is read slower")]
    private partial void LogThrottled(string user, int packetsPerSecond);

    [LoggerMessage(Level = LogLevel.Warning, Message = "More than {Limit} messages wait for {ClientId}; the oldest are dropped")]
    private partial void LogOverflow(string clientId, int limit);

    /// <summary>One signed-in client.</summary>
    private sealed record Guest(string User, BrokerPrincipal Principal, TokenBucket Packets);
}
