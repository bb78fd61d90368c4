using System.Text.Json.Nodes;
using Fablab.Bridge.Drivers.Shelly;
using Fablab.MachineSimulator.Shelly;

namespace Fablab.Bridge.Tests.Drivers.Shelly;

/// <summary>Commands read like <c>Switch.Set {"id":0,"on":false}</c>.</summary>
internal sealed class ShellyOnWire : RelayOnWire<ShellyMachine, ShellyRelayDriver>
{
    public const string Topic = "shelly/laser-1";

    public ShellyOnWire(Action<ShellyOptions>? change = null)
    {
        var options = new ShellyOptions { Topic = Topic };
        change?.Invoke(options);
        Plug = new ShellyMachine(Topic, speed: 1, Clock.GetUtcNow());
        Driver = new ShellyRelayDriver(options, this, Clock, Log);
    }

    public override ShellyMachine Plug { get; }

    public override ShellyRelayDriver Driver { get; }

    protected override string Read(string topic, string payload)
    {
        Assert.That(topic, Is.EqualTo($"{Topic}/rpc"));
        var request = JsonNode.Parse(payload)!;
        return $"{request["method"]} {request["params"]?.ToJsonString()}";
    }
}
