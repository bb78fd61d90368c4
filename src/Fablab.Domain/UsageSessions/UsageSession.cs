using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;

namespace Fablab.Domain.UsageSessions;

public readonly record struct UsageSessionId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>
/// From authorised to closed. Its totals come from the bridge's meter records only; it is provisional until the bridge's
/// last record is in, and only then charged.
/// </summary>
public sealed record UsageSession
{
    public required UsageSessionId Id { get; init; }

    public required MachineId Machine { get; init; }

    public required ReservationId Reservation { get; init; }

    public required MemberId Member { get; init; }

    public ProjectId? Project { get; init; }

    public MachineJobId? Job { get; init; }

    /// <summary>Rises with every session of the machine.</summary>
    public required long Generation { get; init; }

    public required UsageSessionState State { get; init; }

    public required Instant AuthorisedAt { get; init; }

    /// <summary>When the first lease was granted. Before it nothing can have been energised.</summary>
    public Instant? FirstLeaseAt { get; init; }

    /// <summary>When the bridge armed it.</summary>
    public Instant? StartedAt { get; init; }

    public Instant? EndedAt { get; init; }

    /// <summary>When the member last said to be at the machine.</summary>
    public required Instant PresenceConfirmedAt { get; init; }

    /// <summary>When the meter last showed work; the start of the session before any.</summary>
    public required Instant LastActiveAt { get; init; }

    public Duration Total { get; init; }

    public Duration Active { get; init; }

    public long? WattSeconds { get; init; }

    public double? FilamentMillimetres { get; init; }

    /// <summary>How much of the total was rebuilt from the controller after the bridge had been down.</summary>
    public Duration Recovered { get; init; }

    /// <summary>Why it is closing or closed; a stable code.</summary>
    public string? EndReason { get; init; }

    /// <summary>Stable code of why a person must look before this is charged; <see langword="null"/> when all is well.</summary>
    public string? ReviewReason { get; init; }

    public bool IsOpen => State is not (UsageSessionState.Closed or UsageSessionState.Void);

    /// <summary>
    /// A bridge's dates are as good as what is known of its clock, a few seconds in a hundred off after a long silence. What belongs to
    /// a session cannot have happened before it was authorised.
    /// </summary>
    public Instant Within(Instant at) => Instant.Max(at, AuthorisedAt);

    /// <returns>The session after one meter record. A record that does not add up is taken and flagged, never dropped.</returns>
    public UsageSession Metered(MeterRead read)
    {
        var addsUp = read.Total == Total + read.Delta && read.Active >= Active && read.Active <= read.Total
            && !(read.WattSeconds < WattSeconds);
        return this with
        {
            State = State is UsageSessionState.Authorised ? UsageSessionState.Armed : State,
            StartedAt = StartedAt ?? Within(read.At - read.Delta),
            Total = Duration.Max(Total, read.Total),
            Active = Duration.Max(Active, read.Active),
            WattSeconds = Greater(WattSeconds, read.WattSeconds),

            // No reason for a review: what a controller counts dips with every retraction.
            FilamentMillimetres = Greater(FilamentMillimetres, read.FilamentMillimetres),
            Recovered = Recovered + (read.IsRecovered ? read.Delta : Duration.Zero),
            LastActiveAt = read.IsActive ? Instant.Max(LastActiveAt, read.At) : LastActiveAt,
            ReviewReason = addsUp ? ReviewReason : ReviewReason ?? "meter-does-not-add-up",
        };
    }

    private static T? Greater<T>(T? known, T? read)
        where T : struct, IComparable<T> => known is { } k && read is { } r ? (r.CompareTo(k) > 0 ? r : k) : known ?? read;
}

/// <summary>A closed slice of metered time with the session's running totals after it.</summary>
public sealed record MeterRead(
    Instant At,
    Duration Delta,
    Duration Total,
    Duration Active,
    bool IsActive,
    bool IsRecovered,
    long? WattSeconds,
    double? FilamentMillimetres);

public enum UsageSessionState
{
    /// <summary>The bridge may ask for a lease.</summary>
    Authorised,

    /// <summary>The bridge reported that it holds a lease and, where there is one, that the relay is closed.</summary>
    Armed,

    /// <summary>No lease is given any more; waiting for the bridge's last record.</summary>
    Closing,

    /// <summary>The bridge's last record is in; ready to be charged.</summary>
    Closed,

    /// <summary>Ended before any lease was granted; nothing can have run.</summary>
    Void,
}
