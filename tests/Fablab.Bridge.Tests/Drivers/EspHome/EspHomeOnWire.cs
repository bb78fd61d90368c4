using Fablab.Bridge.Drivers.EspHome;
using Fablab.Bridge.Drivers.Mqtt;
using Fablab.MachineSimulator.EspHome;

namespace Fablab.Bridge.Tests.Drivers.EspHome;

/// <summary>Commands read like <c>ON</c>.</summary>
internal sealed class EspHomeOnWire : RelayOnWire<EspHomeMachine, MqttRelayDriver>
{
    public const string Topic = "esphome/relay-laser-1";

    public EspHomeOnWire(Action<EspHomeOptions>? change = null)
    {
        var options = new EspHomeOptions { Topic = Topic, SwitchesOffAfterSeconds = 12 };
        change?.Invoke(options);
        Plug = new EspHomeMachine(Topic, speed: 1, Clock.GetUtcNow());
        Driver = new MqttRelayDriver(Topic, options.ToMqtt(), this, Clock, Log);
    }

    public override EspHomeMachine Plug { get; }

    public override MqttRelayDriver Driver { get; }

    protected override string Read(string topic, string payload)
    {
        Assert.That(topic, Is.EqualTo($"{Topic}/switch/relay/command"));
        return payload;
    }
}
