using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Fablab.MachineSimulator;
using Fablab.MachineSimulator.Tasmota;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Server;

namespace Fablab.Bridge.Tests.Simulator;

public class A_simulated_plug
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(20);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Reads_its_relay_back_after_a_command()
    {
        var plug = Plug();

        plug.Command("POWER", "ON");

        Assert.That(plug.TakeMessages(), Is.EqualTo(new[]
        {
            new PlugMessage("stat/laser-1/RESULT", """{"POWER":"ON"}"""),
            new PlugMessage("stat/laser-1/POWER", "ON"),
        }));
    }

    [Test]
    public void Answers_an_empty_command_with_its_state_and_changes_nothing()
    {
        var plug = Plug();

        plug.Command("POWER", "");

        Assert.That(plug.TakeMessages()[^1], Is.EqualTo(new PlugMessage("stat/laser-1/POWER", "OFF")));
    }

    [Test]
    public void Announces_itself_and_reports_state_and_energy_every_period()
    {
        var plug = Plug();

        plug.Announce();
        plug.Command("TelePeriod", "10");
        plug.TakeMessages();
        plug.Advance(Start.AddSeconds(20));

        Assert.That(
            plug.TakeMessages().Select(message => message.Topic),
            Is.EqualTo(new[] { "tele/laser-1/STATE", "tele/laser-1/SENSOR", "tele/laser-1/STATE", "tele/laser-1/SENSOR" }));
    }

    [TestCase("8", "stat/laser-1/STATUS8")]
    [TestCase("10", "stat/laser-1/STATUS10")]
    public void Tells_its_energy_when_asked(string status, string topic)
    {
        var plug = Plug();

        plug.Command("Status", status);

        var message = plug.TakeMessages().Single();
        var expected = JsonNode.Parse("""
            {"StatusSNS":{"Time":"2026-01-01T12:00:00","ENERGY":{"TotalStartTime":"2026-01-01T12:00:00","Total":0,"Yesterday":0,"Today":0,
            "Period":0,"Power":0,"ApparentPower":0,"ReactivePower":0,"Factor":0,"Voltage":230,"Current":0}}}
            """);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message.Topic, Is.EqualTo(topic));
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(message.Payload), expected), message.Payload);
        }
    }

    [Test]
    public void Counts_the_energy_of_a_working_laser_and_nothing_while_it_is_off()
    {
        var plug = Plug();
        plug.Command("POWER", "ON");
        plug.SetLoad(420);

        plug.Advance(Start.AddHours(1));
        var used = Total(plug);
        plug.Command("POWER", "OFF");
        plug.Advance(Start.AddHours(2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(used, Is.EqualTo(0.42).Within(1e-6));
            Assert.That(Total(plug), Is.EqualTo(used));
        }
    }

    [Test]
    public void Draws_idle_and_working_watts_by_turns()
    {
        var plug = Plug();
        plug.Command("POWER", "ON");

        List<double> watts = [];
        for (var second = 0; second < 190; second++)
        {
            plug.Advance(Start.AddSeconds(second));
            watts.Add(plug.Watts);
        }

        Assert.That(watts.Distinct(), Is.EqualTo(new[] { 60.0, 420, 395, 440 }));
    }

    [Test]
    public void Switches_off_by_itself_unless_its_dead_man_timer_is_renewed()
    {
        var plug = Plug();
        plug.Command("PulseTime", "160");
        plug.Command("POWER", "ON");

        plug.Advance(Start.AddSeconds(50));
        plug.Command("POWER", "ON");
        plug.Advance(Start.AddSeconds(109));
        var isOnAfterRenewal = plug.IsRelayOn;
        plug.TakeMessages();
        plug.Advance(Start.AddSeconds(110));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(isOnAfterRenewal);
            Assert.That(plug.IsRelayOn, Is.False);
            Assert.That(plug.TakeMessages()[^1], Is.EqualTo(new PlugMessage("stat/laser-1/POWER", "OFF")));
        }
    }

    [Test]
    public void Says_off_while_a_welded_contact_still_lets_current_through()
    {
        var plug = Plug();
        plug.Command("POWER", "ON");
        plug.Weld(true);
        plug.Command("POWER", "OFF");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(plug.IsRelayOn, Is.False);
            Assert.That(plug.Watts, Is.GreaterThan(0), "the meter tells the truth");
        }
    }

    [Test]
    public void Stays_off_after_a_power_cut_when_told_so()
    {
        var plug = Plug();
        plug.Command("PowerOnState", "0");
        plug.Command("POWER", "ON");

        plug.SetMains(false);
        plug.SetMains(true);

        Assert.That(plug.IsRelayOn, Is.False);
    }

    [Test]
    public void Answers_several_commands_in_one_message()
    {
        var plug = Plug();

        plug.Command("Backlog", "TelePeriod 10; PowerDelta 120; PowerOnState 0");

        Assert.That(plug.TakeMessages().Select(message => message.Payload), Is.EqualTo(new[]
        {
            """{"TelePeriod":10}""", """{"PowerDelta1":120}""", """{"PowerOnState":0}""",
        }));
    }

    [Test]
    public async Task Finds_its_broker_obeys_it_and_leaves_its_last_will_at_a_power_cut()
    {
        using var limit = new CancellationTokenSource(HangLimit);
        var port = FreePort();
        using var broker = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port).Build());
        var options = new SimulatedMachineOptions { Code = "laser-1", Topic = "laser-1", BrokerPort = port };
        await using var plug = new SimulatedPlug(options, TimeProvider.System, NullLogger<SimulatedPlug>.Instance);
        // The plug is there first and finds no broker: it keeps looking.
        await plug.StartAsync(limit.Token);
        await broker.StartAsync();
        using var client = new MqttClientFactory().CreateMqttClient();
        var heard = Channel.CreateUnbounded<string>();
        client.ApplicationMessageReceivedAsync += received =>
        {
            heard.Writer.TryWrite($"{received.ApplicationMessage.Topic} {received.ApplicationMessage.ConvertPayloadToString()}");
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build(), limit.Token);
        await client.SubscribeAsync("tele/laser-1/LWT", cancellationToken: limit.Token);
        await client.SubscribeAsync("stat/laser-1/POWER", cancellationToken: limit.Token);

        await HearAsync(heard.Reader, "tele/laser-1/LWT Online", limit.Token);
        await client.PublishStringAsync("cmnd/laser-1/POWER", "ON", cancellationToken: limit.Token);
        await HearAsync(heard.Reader, "stat/laser-1/POWER ON", limit.Token);
        plug.Inject("power-off");
        await HearAsync(heard.Reader, "tele/laser-1/LWT Offline", limit.Token);
        plug.Inject("power-on");
        await HearAsync(heard.Reader, "tele/laser-1/LWT Online", limit.Token);
        await broker.StopAsync();

        Assert.That(plug.Watts, Is.GreaterThan(0), "without PowerOnState 0 the relay comes back as it was");
    }

    private static PlugMachine Plug() => new("laser-1", speed: 1, telemetrySeconds: 300, Start);

    private static double Total(PlugMachine plug)
    {
        plug.TakeMessages();
        plug.Command("Status", "10");
        return JsonNode.Parse(plug.TakeMessages().Single().Payload)!["StatusSNS"]!["ENERGY"]!["Total"]!.GetValue<double>();
    }

    private static async Task HearAsync(ChannelReader<string> heard, string wanted, CancellationToken ct)
    {
        while (await heard.ReadAsync(ct) != wanted)
        {
            // Others in between are fine.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
