using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Mqtt;
using Fablab.MachineSimulator.EspHome;

namespace Fablab.Bridge.Tests.Drivers.Mqtt;

/// <summary>A plug of zigbee2mqtt by settings; what it says is written here, as its documentation has it.</summary>
public class The_MQTT_relay_driver
{
    private const string On = """zigbee2mqtt/plug-1/set {"state":"ON","on_time":12}""";
    private const string Off = """zigbee2mqtt/plug-1/set {"state":"OFF"}""";
    private const string Question = """zigbee2mqtt/plug-1/get {"state":""}""";

    [Test]
    public async Task Commands_and_asks_in_the_words_of_the_settings_and_answers_with_what_was_read_back()
    {
        await using var lab = await PlugAsync();

        var unlocking = lab.Driver.SetAsync(InterlockState.Unlocked, lab.Limit);
        lab.Say("zigbee2mqtt/plug-1", """{"state":"ON","power":41}""");
        var unlocked = await unlocking;
        var locking = lab.Driver.SetAsync(InterlockState.Locked, lab.Limit);
        lab.Say("zigbee2mqtt/plug-1", """{"state":"ON","power":40}""");
        lab.Say("zigbee2mqtt/plug-1", """{"state":"OFF","power":0}""");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((unlocked, await locking), Is.EqualTo((InterlockState.Unlocked, InterlockState.Locked)));
            Assert.That(lab.Commands, Is.EqualTo(new[] { On, Question, Off, Question }));
            Assert.That(lab.IsAnythingRetained, Is.False);
        }
    }

    [Test]
    public async Task Does_not_know_a_relay_that_did_not_answer()
    {
        await using var lab = await PlugAsync();

        var locking = lab.Driver.SetAsync(InterlockState.Locked, lab.Limit);
        lab.Pass(3);

        Assert.That((await locking, (await lab.LookAsync()).State), Is.EqualTo((InterlockState.Unknown, InterlockState.Unknown)));
    }

    [Test]
    public async Task Stays_up_when_a_device_repeats_that_it_is_online()
    {
        await using var lab = await PlugAsync();

        lab.Say("zigbee2mqtt/plug-1/availability", """{"state":"online"}""");
        var seen = await lab.LookAsync();

        Assert.That((seen.Link, seen.State), Is.EqualTo((LinkState.Up, InterlockState.Locked)));
    }

    [Test]
    public async Task Asks_a_quiet_device_before_it_calls_it_stale()
    {
        await using var lab = await PlugAsync();

        lab.Pass(34);
        var asked = lab.Commands.Count(command => command == Question);
        lab.Pass(1);

        Assert.That((asked, (await lab.LookAsync()).Link), Is.EqualTo((3, LinkState.Stale)));
    }

    [Test]
    public async Task Tells_once_of_words_that_the_settings_do_not_have()
    {
        await using var lab = await PlugAsync();

        for (var times = 0; times < 5; times++)
        {
            lab.Say("zigbee2mqtt/plug-1", """{"state":"LOCK"}""");
        }

        Assert.That(lab.Log.Lines.Where(line => line.Contains("'LOCK'", StringComparison.Ordinal)), Has.One.Contains("neither 'ON' nor 'OFF'"));
    }

    private static async Task<MqttOnWire> PlugAsync()
    {
        var lab = new MqttOnWire();
        await lab.SeeAsync(_ => true);
        lab.Say("zigbee2mqtt/plug-1/availability", """{"state":"online"}""", isRetained: true);
        lab.Say("zigbee2mqtt/plug-1", """{"state":"OFF","power":0,"energy":1.25}""");
        lab.Commands.Clear();
        return lab;
    }

    private sealed class MqttOnWire : RelayOnWire<EspHomeMachine, MqttRelayDriver>
    {
        public MqttOnWire()
        {
            Plug = new EspHomeMachine("nobody", speed: 1, Clock.GetUtcNow());
            Driver = new MqttRelayDriver(
                "plug-1",
                new MqttRelayOptions
                {
                    StateTopic = "zigbee2mqtt/plug-1",
                    StatePath = "state",
                    CommandTopic = "zigbee2mqtt/plug-1/set",
                    CommandOn = """{"state":"ON","on_time":12}""",
                    CommandOff = """{"state":"OFF"}""",
                    QueryTopic = "zigbee2mqtt/plug-1/get",
                    QueryPayload = """{"state":""}""",
                    AvailabilityTopic = "zigbee2mqtt/plug-1/availability",
                    AvailabilityPath = "state",
                    PowerTopic = "zigbee2mqtt/plug-1",
                    PowerPath = "power",
                    EnergyTopic = "zigbee2mqtt/plug-1",
                    EnergyPath = "energy",
                    SwitchesOffAfterSeconds = 12,
                },
                this,
                Clock,
                Log);
        }

        public override EspHomeMachine Plug { get; }

        public override MqttRelayDriver Driver { get; }

        protected override string Read(string topic, string payload) => $"{topic} {payload}";
    }
}
