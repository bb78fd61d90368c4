using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations;

public readonly record struct ReservationId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Booked machine time of one member. Two that <see cref="TakesTheSlot"/> never overlap on one machine; the database refuses.</summary>
public sealed record Reservation
{
    public required ReservationId Id { get; init; }

    public required MachineId Machine { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>Whom the time is charged to; <see langword="null"/> for the member.</summary>
    public ProjectId? Project { get; init; }

    /// <summary>What is kept free now; shortened when the rest goes back to the calendar.</summary>
    public required TimeSlot Slot { get; init; }

    /// <summary>What was asked for when booking; never changes.</summary>
    public required TimeSlot BookedSlot { get; init; }

    public required ReservationState State { get; init; }

    public required Instant BookedAt { get; init; }

    /// <summary>The tariff version shown and accepted at booking (RR-12).</summary>
    public required TariffId Tariff { get; init; }

    public MachineJobId? Job { get; init; }

    /// <summary>When the member was told that the job runs past the slot.</summary>
    public Instant? OverrunSince { get; init; }

    /// <summary>Nobody else may have this time. A completed one keeps what was used and the clean-up behind it.</summary>
    public bool TakesTheSlot => State is ReservationState.Requested or ReservationState.Confirmed or ReservationState.Active
        or ReservationState.Completed;

    public bool IsOver => State is not (ReservationState.Requested or ReservationState.Confirmed or ReservationState.Active);
}
