using System.Text.Json;
using Fablab.Bridge.Drivers.Shared;
using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Shelly;

/// <summary>
/// A relay of a Shelly device of the second generation or later, on the bridge's own broker. All decisions are taken by <see cref="ShellyRelay"/>. See
/// <c>wire.md</c>.
/// </summary>
internal sealed class ShellyRelayDriver(ShellyOptions options, IBridgeWire wire, TimeProvider clock, ILogger<ShellyRelayDriver> log)
    : RelayDriver<ShellyState, ShellyEvent>(
        options.Topic, [$"{options.Topic}/online", $"{options.Topic}/events/rpc", $"{options.Topic}/reply/rpc"], new ShellyState(), TimeSpan.FromSeconds(options.ReadBackSeconds),
        wire, clock, log)
{
    /// <summary>Numbers begin anywhere below this, which leaves room to count up within what devices take for a number.</summary>
    private const int LargestFirstId = 1_000_000_000;

    private readonly ShellyOptions _options = options;

    protected override ShellyEvent Started() => new ShellyEvent.Started(Random.Shared.NextInt64(1, LargestFirstId));

    protected override ShellyEvent Ticked() => new ShellyEvent.Ticked();

    protected override ShellyEvent Wished(InterlockState wanted) => new ShellyEvent.Wished(wanted);

    protected override ShellyEvent NotReadBack() => new ShellyEvent.NotReadBack();

    protected override ShellyEvent? Heard(WireMessage message) =>
        ShellyNews.Read(_options, message.Topic, message.Payload, message.IsRetained) is { } news ? new ShellyEvent.Heard(news) : null;

    protected override RelayStep<ShellyState> Step(ShellyState state, ShellyEvent happened, TimeSpan now)
    {
        var step = ShellyRelay.Step(state, happened, now, _options);
        return new(step.State, step.Commands.Select(command => ($"{_options.Topic}/rpc", Frame(command))), step.Notice);
    }

    // The last number is that of the question which reads the relay.
    protected override long FirstReadBack(ShellyState before, ShellyState wished) => wished.NextId - 1;

    protected override bool Obeys(ShellyState state, bool wantsOn) => base.Obeys(state, wantsOn) && (!wantsOn || ShellyRelay.HasDeadMan(state, _options));

    // On without its dead-man it is being opened again, and nobody may rely on it.
    protected override InterlockState Reliable(ShellyState state) =>
        state.IsRelayOn is true && !ShellyRelay.HasDeadMan(state, _options) ? InterlockState.Unknown : base.Reliable(state);

    /// <summary>Nor to one that may switch on by itself.</summary>
    protected override void RequireMayUnlock(ShellyState state)
    {
        base.RequireMayUnlock(state);

        // A machine that is in use is not switched off for a setting.
        if (state.IsSafeAlone is not true && state.IsRelayOn is not true)
        {
            throw new MachineUnreachableException(state.IsSafeAlone is null
                ? $"{_options.Topic} has not told yet whether it stays off after a power cut."
                : $"{_options.Topic} could switch on by itself; its initial_state must be off and auto_on false.");
        }
    }

    private byte[] Frame(ShellyCommand command)
    {
        // The answer comes to the source and "/rpc": below the device's own prefix, so that one rule at the broker holds all of it.
        var source = $"{_options.Topic}/reply";
        return command.Parameters is null
            ? JsonSerializer.SerializeToUtf8Bytes(new { id = command.Id, src = source, method = command.Method })
            : JsonSerializer.SerializeToUtf8Bytes(new { id = command.Id, src = source, method = command.Method, @params = command.Parameters });
    }
}
