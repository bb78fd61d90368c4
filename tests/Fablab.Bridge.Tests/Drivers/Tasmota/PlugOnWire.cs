using Fablab.Bridge.Drivers.Tasmota;
using Fablab.MachineSimulator.Tasmota;

namespace Fablab.Bridge.Tests.Drivers.Tasmota;

/// <summary>Commands read like <c>POWER ON</c>.</summary>
internal sealed class PlugOnWire : RelayOnWire<PlugMachine, TasmotaPlugDriver>
{
    public const string Topic = "plug-laser-1";

    public PlugOnWire(Action<TasmotaOptions>? change = null)
    {
        var options = new TasmotaOptions { Topic = Topic };
        change?.Invoke(options);
        Plug = new PlugMachine(Topic, speed: 1, telemetrySeconds: 300, Clock.GetUtcNow());
        Driver = new TasmotaPlugDriver(options, this, Clock, Log);
    }

    public override PlugMachine Plug { get; }

    public override TasmotaPlugDriver Driver { get; }

    protected override string Read(string topic, string payload)
    {
        Assert.That(topic, Does.StartWith($"cmnd/{Topic}/"));
        return $"{topic[(topic.LastIndexOf('/') + 1)..]} {payload}";
    }
}
