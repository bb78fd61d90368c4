using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Fablab.Bridge.Runtime;
using Fablab.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Server;

namespace Fablab.Bridge.Tests.Runtime;

public sealed class The_MQTT_wire
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Tells_each_who_asked_for_the_same_topic_once()
    {
        using var limit = new CancellationTokenSource(HangLimit);
        var port = FreePort();
        using var broker = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port).Build());
        await broker.StartAsync();
        var (one, other, both) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>(), new TaskCompletionSource());
        var wire = new MqttWire(new MqttLinkOptions { Port = port, ClientId = "bridge-1" }, TimeProvider.System, NullLoggerFactory.Instance);
        Func<WireMessage, CancellationToken, ValueTask> first = (message, _) => Note(one, message);
        wire.Subscribe("shelly/laser-1/online", first);
        wire.Subscribe("shelly/laser-1/online", first);
        wire.Subscribe("shelly/laser-1/online", (message, _) => Note(other, message));

        var running = wire.RunAsync(
            new WireMessage("bridge-1/online", "0"u8.ToArray(), IsRetained: true),
            (isConnected, _) =>
            {
                if (isConnected)
                {
                    wire.Publish("shelly/laser-1/online", "true"u8.ToArray(), retain: true);
                }

                return ValueTask.CompletedTask;
            },
            limit.Token);
        await both.Task.WaitAsync(limit.Token);
        await limit.CancelAsync();
        await running;
        await broker.StopAsync();

        Assert.That((one, other), Is.EqualTo((new[] { "shelly/laser-1/online" }, new[] { "shelly/laser-1/online" })));

        ValueTask Note(ConcurrentQueue<string> heard, WireMessage message)
        {
            heard.Enqueue(message.Topic);
            if (!one.IsEmpty && !other.IsEmpty)
            {
                both.TrySetResult();
            }

            return ValueTask.CompletedTask;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
