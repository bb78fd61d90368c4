using System.Net.Sockets;
using Fablab.Mqtt;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fablab.Web.Tests.Messaging.Broker;

/// <summary>A real embedded broker on a free port, with a web, two bridges and a plug; every password is <c>secret</c>.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    public const string Password = "secret";

    private readonly EmbeddedBroker _broker;
    private readonly IAsyncDisposable? _ownStore;

    private TestBroker(EmbeddedBroker broker, BrokerCounters counters, IAsyncDisposable? ownStore) =>
        (_broker, Counters, _ownStore) = (broker, counters, ownStore);

    public BrokerCounters Counters { get; }

    public EmbeddedBroker Broker => _broker;

    public int Port => _broker.Port;

    public static async Task<TestBroker> StartAsync(
        string folder, Action<BrokerOptions>? change = null, TimeProvider? clock = null, IRetainedMessageStore? store = null, IBrokerCredentials? credentials = null)
    {
        var options = new BrokerOptions { Port = 0 };
        change?.Invoke(options);
        var time = clock ?? TimeProvider.System;
        var file = store is null ? new RetainedMessageFile(Path.Combine(folder, "retained.db"), time, NullLogger<RetainedMessageFile>.Instance) : null;
        var counters = new BrokerCounters();
        var broker = new EmbeddedBroker(options, credentials ?? new TestCredentials(), store ?? file!, counters, time, NullLoggerFactory.Instance);
        await broker.StartAsync(CancellationToken.None);
        return new TestBroker(broker, counters, file);
    }

    public async Task<TcpClient> OpenSocketAsync()
    {
        var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", Port);
        return socket;
    }

    /// <summary>A bare client of the library: what our own link would not do, such as wildcards in topics.</summary>
    public async Task<IMqttClient> ConnectAsync(string user, Action<MqttClientOptionsBuilder>? change = null)
    {
        var (client, answer) = await TryConnectAsync(user, change);
        Assert.That(answer.ResultCode, Is.EqualTo(MqttClientConnectResultCode.Success), answer.ReasonString);
        return client;
    }

    public async Task<(IMqttClient Client, MqttClientConnectResult Answer)> TryConnectAsync(string user, Action<MqttClientOptionsBuilder>? change = null)
    {
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", Port)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(user)
            .WithCredentials(user, Password)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(20));
        change?.Invoke(options);
        var client = new MqttClientFactory().CreateMqttClient();
        return (client, await client.ConnectAsync(options.Build()).Soonest());
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.StopAsync(CancellationToken.None);
        await _broker.DisposeAsync();
        if (_ownStore is not null)
        {
            await _ownStore.DisposeAsync();
        }

        Counters.Dispose();
    }

    public sealed class TestCredentials : IBrokerCredentials
    {
        public ValueTask<BrokerPrincipal?> FindAsync(string user, string password, CancellationToken ct) => ValueTask.FromResult(password == Password ? Principal(user) : null);

        private static BrokerPrincipal? Principal(string user) => user switch
        {
            "web" => new ServerPrincipal(),
            "bridge-a" => new BridgePrincipal("north", "bridge-a", ["plug-1"]),
            "bridge-b" => new BridgePrincipal("north", "bridge-b", []),
            "plug-1" => new DevicePrincipal("plug-1", "bridge-a"),
            _ => null,
        };
    }
}

/// <summary>Short ways to use the library's client in a test.</summary>
internal static class ClientExtensions
{
    public static async Task<byte> SayAsync(this IMqttClient client, string topic, string text = "{}", bool retain = false, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtLeastOnce)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(text).WithRetainFlag(retain).WithQualityOfServiceLevel(qos).Build();
        return (byte)(await client.PublishAsync(message).Soonest()).ReasonCode;
    }

    public static async Task<byte> HearAsync(this IMqttClient client, string filter)
    {
        var answer = await client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce).Soonest();
        return (byte)answer.Items.Single().ResultCode;
    }

    /// <summary>Collects what arrives; ask before subscribing.</summary>
    public static Inbox Inbox(this IMqttClient client)
    {
        var inbox = new Inbox();
        client.ApplicationMessageReceivedAsync += received =>
        {
            inbox.Add(received.ApplicationMessage.Topic, received.ApplicationMessage.ConvertPayloadToString() ?? "", received.ApplicationMessage.Retain);
            return Task.CompletedTask;
        };
        return inbox;
    }
}
