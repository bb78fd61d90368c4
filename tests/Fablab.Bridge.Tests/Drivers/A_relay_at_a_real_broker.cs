using System.Net;
using System.Net.Sockets;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.EspHome;
using Fablab.Bridge.Drivers.Mqtt;
using Fablab.Bridge.Drivers.Shelly;
using Fablab.Bridge.Drivers.Tasmota;
using Fablab.Bridge.Runtime;
using Fablab.MachineSimulator;
using Fablab.MachineSimulator.Tasmota;
using Fablab.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Server;

namespace Fablab.Bridge.Tests.Drivers;

public class A_relay_at_a_real_broker
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    [TestCase("tasmota")]
    [TestCase("shelly")]
    [TestCase("esphome")]
    public async Task Is_unlocked_and_locked_and_seen_to_lose_its_mains(string kind)
    {
        using var limit = new CancellationTokenSource(HangLimit);
        var port = FreePort();
        using var broker = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port).Build());
        await broker.StartAsync();
        var simulated = kind switch
        {
            "shelly" => new SimulatedMachineOptions { Code = "laser-1", Kind = SimulatedMachineKind.Shelly, Topic = "shelly/laser-1", BrokerPort = port },
            "esphome" => new SimulatedMachineOptions { Code = "laser-1", Kind = SimulatedMachineKind.EspHome, Topic = "esphome/laser-1", BrokerPort = port },
            _ => new SimulatedMachineOptions { Code = "laser-1", Kind = SimulatedMachineKind.TasmotaPlug, Topic = "plug-laser-1", BrokerPort = port },
        };
        await using var plug = new SimulatedPlug(simulated, TimeProvider.System, NullLogger<SimulatedPlug>.Instance);
        await plug.StartAsync(limit.Token);
        var wire = new MqttWire(new MqttLinkOptions { Port = port, ClientId = "bridge-1" }, TimeProvider.System, NullLoggerFactory.Instance);

        // A busy computer may be slow to answer; only the order of things is tested here.
        await using IInterlock driver = kind switch
        {
            "shelly" => new ShellyRelayDriver(new ShellyOptions { Topic = "shelly/laser-1", ReadBackSeconds = 3 }, wire, TimeProvider.System, NullLogger<ShellyRelayDriver>.Instance),
            "esphome" => new MqttRelayDriver(
                "laser-1", new EspHomeOptions { Topic = "esphome/laser-1", ReadBackSeconds = 3 }.ToMqtt(), wire, TimeProvider.System, NullLogger<MqttRelayDriver>.Instance),
            _ => new TasmotaPlugDriver(new TasmotaOptions { Topic = "plug-laser-1", ReadBackSeconds = 3 }, wire, TimeProvider.System, NullLogger<TasmotaPlugDriver>.Instance),
        };
        using var running = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var bridging = wire.RunAsync(new WireMessage("bridge-1/online", "0"u8.ToArray(), IsRetained: true), (_, _) => ValueTask.CompletedTask, running.Token);
        await using var pictures = driver.ObserveAsync(limit.Token).GetAsyncEnumerator(limit.Token);

        await SeeAsync(pictures, seen => seen is { Link: LinkState.Up, State: InterlockState.Locked });
        var unlocked = await UnlockAsync(driver, limit.Token);
        var wasOn = plug.IsRelayOn;
        var locked = await driver.SetAsync(InterlockState.Locked, limit.Token);
        plug.Inject("power-off");
        await SeeAsync(pictures, seen => seen is { Link: LinkState.Down, State: InterlockState.Unknown });
        await running.CancelAsync();
        await bridging;
        await broker.StopAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((unlocked, locked), Is.EqualTo((InterlockState.Unlocked, InterlockState.Locked)));
            Assert.That(wasOn);
        }
    }

    /// <summary>A device as it comes from the shop is set up first, and not unlocked before it has told so.</summary>
    private static async Task<InterlockState> UnlockAsync(IInterlock driver, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await driver.SetAsync(InterlockState.Unlocked, ct);
            }
            catch (MachineUnreachableException)
            {
                await Task.Yield();
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task SeeAsync(IAsyncEnumerator<InterlockObservation> pictures, Func<InterlockObservation, bool> fits)
    {
        do
        {
            Assert.That(await pictures.MoveNextAsync());
        }
        while (!fits(pictures.Current));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
