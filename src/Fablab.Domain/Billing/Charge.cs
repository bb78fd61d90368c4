using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Billing;

/// <summary>One priced usage session. The session's id keys it, so a second billing is refused by the database. Never changed.</summary>
public sealed record Charge
{
    public required ChargeId Id { get; init; }

    public required UsageSessionId Session { get; init; }

    public required ReservationId Reservation { get; init; }

    public required MachineId Machine { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>Who pays; <see langword="null"/> for the member.</summary>
    public ProjectId? Project { get; init; }

    public required TariffId Tariff { get; init; }

    public required Instant From { get; init; }

    public required Instant Until { get; init; }

    /// <summary>Month that the session's end falls into, by the site's wall clock (RR-11); first day of it.</summary>
    public required LocalDate Period { get; init; }

    public required IReadOnlyList<RatedLine> Lines { get; init; }

    public required Money Net { get; init; }

    public required int VatRateBasisPoints { get; init; }

    public required IReadOnlyList<ExplanationStep> Explanation { get; init; }

    public required Instant ChargedAt { get; init; }
}
