using System.Collections.Immutable;
using Fablab.Bridge.Drivers.Shared;

namespace Fablab.Bridge.Drivers.Shelly;

/// <summary>All that is known of a device's relay.</summary>
internal sealed record ShellyState : RelayState
{
    /// <summary>The relay goes back by itself after so many seconds, as the device last told of it; null without a timer.</summary>
    public double? TimerSeconds { get; init; }

    /// <summary>The number of the latest question for the relay that was answered.</summary>
    public long RelayReadBy { get; init; }

    public string Errors { get; init; } = "";

    /// <summary>The relay stays off when power comes back and never switches on by itself; <see langword="null"/> until that was read.</summary>
    public bool? IsSafeAlone { get; init; }

    /// <summary>When its settings were last corrected; a device that goes on disagreeing is told to people, not set over and over.</summary>
    public TimeSpan? CorrectedAt { get; init; }

    /// <summary>When the relay was last opened because it was on without a dead-man timer.</summary>
    public TimeSpan? GuardedAt { get; init; }

    /// <summary>What is wrong with a kind of question, and when people were told. It is asked every few seconds, and told when it begins or changes.</summary>
    public ImmutableDictionary<ShellyQuestion, ShellyTrouble> Troubles { get; init; } = ImmutableDictionary<ShellyQuestion, ShellyTrouble>.Empty;

    public long NextId { get; init; } = 1;

    /// <summary>Questions without an answer yet.</summary>
    public ImmutableSortedDictionary<long, ShellyQuestion> Open { get; init; } = ImmutableSortedDictionary<long, ShellyQuestion>.Empty;

    public override long ReadUpTo => RelayReadBy;
}

/// <summary>A trouble that shows at every question.</summary>
internal sealed record ShellyTrouble(string Words, TimeSpan ToldAt);

/// <summary>What an answer belongs to.</summary>
internal enum ShellyQuestion
{
    /// <summary><c>Shelly.GetStatus</c>: everything the device has.</summary>
    Device,

    /// <summary><c>Switch.GetStatus</c>: all of our relay.</summary>
    Relay,

    /// <summary><c>Switch.GetConfig</c>.</summary>
    Config,

    /// <summary><c>Switch.SetConfig</c>.</summary>
    Correction,

    /// <summary><c>Switch.Set</c> on and off.</summary>
    Unlock,
    Lock,
}

/// <summary>What can happen to a device's picture.</summary>
internal abstract record ShellyEvent
{
    /// <param name="FirstId">Where our numbers begin, so that answers to a bridge of an earlier life are not taken for ours.</param>
    public sealed record Started(long FirstId) : ShellyEvent;

    public sealed record Heard(ShellyNews News) : ShellyEvent;

    /// <summary>Time has passed.</summary>
    public sealed record Ticked : ShellyEvent;

    /// <summary>The relay shall be like this.</summary>
    public sealed record Wished(InterlockState Wanted) : ShellyEvent;

    /// <summary>The latest wish was followed by no reading of the relay in time.</summary>
    public sealed record NotReadBack : ShellyEvent;
}

/// <summary>One request on <c>{topic}/rpc</c>; never retained, since a retained one would switch the relay again at every reconnect.</summary>
internal sealed record ShellyCommand(long Id, string Method, object? Parameters);

/// <param name="Notice">Something people should read in the log.</param>
internal sealed record ShellyStep(ShellyState State, IReadOnlyList<ShellyCommand> Commands, string? Notice = null);
