using System.Text;
using Fablab.Bridge.Drivers.Shared;
using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Mqtt;

/// <summary>A relay on the bridge's own broker whose topics and words are settings. All decisions are taken by <see cref="MqttRelay"/>. See <c>wire.md</c>.</summary>
/// <param name="name">For people.</param>
internal sealed class MqttRelayDriver(string name, MqttRelayOptions options, IBridgeWire wire, TimeProvider clock, ILogger<MqttRelayDriver> log)
    : RelayDriver<MqttRelayState, MqttRelayEvent>(name, [.. options.Listened], new MqttRelayState(), TimeSpan.FromSeconds(options.ReadBackSeconds), wire, clock, log)
{
    private readonly MqttRelayOptions _options = options;

    protected override MqttRelayEvent Started() => new MqttRelayEvent.Started();

    protected override MqttRelayEvent Ticked() => new MqttRelayEvent.Ticked();

    protected override MqttRelayEvent Wished(InterlockState wanted) => new MqttRelayEvent.Wished(wanted);

    protected override MqttRelayEvent NotReadBack() => new MqttRelayEvent.NotReadBack();

    protected override MqttRelayEvent? Heard(WireMessage message) =>
        MqttRelayNews.Read(_options, message.Topic, message.Payload, message.IsRetained) is { } news ? new MqttRelayEvent.Heard(news) : null;

    protected override RelayStep<MqttRelayState> Step(MqttRelayState state, MqttRelayEvent happened, TimeSpan now)
    {
        var step = MqttRelay.Step(state, happened, now, _options);
        return new(step.State, step.Commands.Select(command => (command.Topic, Encoding.UTF8.GetBytes(command.Payload))), step.Notice);
    }

    protected override long FirstReadBack(MqttRelayState before, MqttRelayState wished) => before.Readings + 1;
}
