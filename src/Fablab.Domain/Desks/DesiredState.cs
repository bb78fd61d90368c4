using Fablab.Domain.MachineJobs;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>What a machine should be doing now. Two with equal content are equal; the version only counts changes.</summary>
public sealed record DesiredState
{
    public static readonly DesiredState Initial = new() { Version = 1, Mode = DeskMode.Available };

    /// <summary>Rises by one with every change of content, for ever.</summary>
    public required long Version { get; init; }

    public required DeskMode Mode { get; init; }

    public UsageSessionId? Session { get; init; }

    public long? Generation { get; init; }

    public Instant? Until { get; init; }

    public MachineJobId? Job { get; init; }

    public JobIntent? JobIntent { get; init; }

    public bool SaysTheSameAs(DesiredState other) => this == other with { Version = Version };
}

public enum DeskMode
{
    Available,
    InSession,
    OutOfOrder,
}
