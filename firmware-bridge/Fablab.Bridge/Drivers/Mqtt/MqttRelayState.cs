using Fablab.Bridge.Drivers.Shared;

namespace Fablab.Bridge.Drivers.Mqtt;

/// <summary>All that is known of a relay.</summary>
internal sealed record MqttRelayState : RelayState
{
    /// <summary>How often the relay was read.</summary>
    public long Readings { get; init; }

    /// <summary>The last words that were neither on nor off, so that people are told once.</summary>
    public string? StrangeState { get; init; }

    public override long ReadUpTo => Readings;
}

/// <summary>What can happen to a relay's picture.</summary>
internal abstract record MqttRelayEvent
{
    public sealed record Started : MqttRelayEvent;

    public sealed record Heard(MqttRelayNews News) : MqttRelayEvent;

    /// <summary>Time has passed.</summary>
    public sealed record Ticked : MqttRelayEvent;

    /// <summary>The relay shall be like this.</summary>
    public sealed record Wished(InterlockState Wanted) : MqttRelayEvent;

    /// <summary>The latest wish was followed by no reading of the relay in time.</summary>
    public sealed record NotReadBack : MqttRelayEvent;
}

/// <summary>One message to the device; never retained, since a retained one would switch the relay again at every reconnect.</summary>
internal readonly record struct MqttRelayCommand(string Topic, string Payload);

/// <param name="Notice">Something people should read in the log.</param>
internal sealed record MqttRelayStep(MqttRelayState State, IReadOnlyList<MqttRelayCommand> Commands, string? Notice = null);
