using System.Text;
using Fablab.Bridge.Drivers.Shared;
using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>A Tasmota plug or relay on the bridge's own broker. All decisions are taken by <see cref="TasmotaPlug"/>. See <c>wire.md</c>.</summary>
internal sealed class TasmotaPlugDriver(TasmotaOptions options, IBridgeWire wire, TimeProvider clock, ILogger<TasmotaPlugDriver> log)
    : RelayDriver<TasmotaState, TasmotaEvent>(
        options.Topic, [$"stat/{options.Topic}/#", $"tele/{options.Topic}/#"], new TasmotaState(), TimeSpan.FromSeconds(options.ReadBackSeconds), wire, clock, log)
{
    private readonly TasmotaOptions _options = options;

    protected override TasmotaEvent Started() => new TasmotaEvent.Started();

    protected override TasmotaEvent Ticked() => new TasmotaEvent.Ticked();

    protected override TasmotaEvent Wished(InterlockState wanted) => new TasmotaEvent.Wished(wanted);

    protected override TasmotaEvent NotReadBack() => new TasmotaEvent.NotReadBack();

    protected override TasmotaEvent? Heard(WireMessage message) =>
        TasmotaNews.Read(_options.Topic, message.Topic, message.Payload, message.IsRetained) is { } news ? new TasmotaEvent.Heard(news) : null;

    protected override RelayStep<TasmotaState> Step(TasmotaState state, TasmotaEvent happened, TimeSpan now)
    {
        var step = TasmotaPlug.Step(state, happened, now, _options);
        return new(step.State, step.Commands.Select(command => ($"cmnd/{_options.Topic}/{command.Name}", Encoding.UTF8.GetBytes(command.Payload))), step.Notice);
    }

    protected override long FirstReadBack(TasmotaState before, TasmotaState wished) => before.Readings + 1;
}
