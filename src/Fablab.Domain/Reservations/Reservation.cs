using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations;

public readonly record struct ReservationId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Reservations that were booked together by one pattern of dates.</summary>
public readonly record struct SeriesId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Reservations of several machines that stand or fall together.</summary>
public readonly record struct BundleId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Whose yes a booking needs before it is confirmed; several may.</summary>
[Flags]
public enum Approvals
{
    None = 0,

    /// <summary>Of a manager of the machine's site, by a rule.</summary>
    Site = 1,

    /// <summary>Of an owner or buyer of the organisation that pays.</summary>
    Organisation = 2,
}

/// <summary>Booked machine time of one member. Two that <see cref="TakesTheSlot"/> never overlap on one machine; the database refuses.</summary>
public sealed record Reservation
{
    public required ReservationId Id { get; init; }

    public required MachineId Machine { get; init; }

    /// <summary>Who uses the machine and is responsible there.</summary>
    public required MemberId Member { get; init; }

    /// <summary>Who booked; another than <see cref="Member"/> when staff booked on their behalf.</summary>
    public required MemberId BookedBy { get; init; }

    /// <summary>Any machine of this pool would do: until the start, <see cref="Machine"/> is only the present seat. <see langword="null"/> when this machine was wanted.</summary>
    public PoolId? Pool { get; init; }

    public SeriesId? Series { get; init; }

    /// <summary>The start that the series gave it, by the site's clock; also after it was moved alone.</summary>
    public LocalDateTime? PlannedStart { get; init; }

    public BundleId? Bundle { get; init; }

    /// <summary>Whom the time is charged to; <see langword="null"/> for the member.</summary>
    public ProjectId? Project { get; init; }

    /// <summary>
    /// What the whole booked slot would cost at its tariff, net, in minor units; 0 when the member pays. Until it is charged, it is what the
    /// booking takes of its project's budget.
    /// </summary>
    public long PriceMinor { get; init; }

    /// <summary>Whose yes a request waits for. One that was cancelled or lapsed keeps it.</summary>
    public Approvals Awaits { get; init; }

    /// <summary>What it is for, in a few words of whoever booked.</summary>
    public string? Title { get; init; }

    /// <summary>When the machine may be used; shortened when the rest goes back to the calendar.</summary>
    public required TimeSlot Slot { get; init; }

    /// <summary>
    /// The slot with the set-up before it and the clean-up behind it: what nobody else may have. Neither is billed, and none is kept
    /// between two slots of one member that touch.
    /// </summary>
    public required TimeSlot Kept { get; init; }

    /// <summary>What was asked for when booking, or when its member last moved it; using it or giving time back does not change it.</summary>
    public required TimeSlot BookedSlot { get; init; }

    public required ReservationState State { get; init; }

    public required Instant BookedAt { get; init; }

    /// <summary>The tariff version shown and accepted at booking (RR-12).</summary>
    public required TariffId Tariff { get; init; }

    /// <summary>What was agreed when booking; later changes of the rules do not touch it.</summary>
    public BookingTerms Terms { get; init; } = BookingTerms.OfTheMachine;

    public MachineJobId? Job { get; init; }

    /// <summary>Until when a request may be approved, or a held slot accepted; the slot lapses then.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>When the member was told that the job runs past the slot.</summary>
    public Instant? OverrunSince { get; init; }

    /// <summary>Nobody else may have this time. A completed one keeps what was used and the clean-up behind it.</summary>
    public bool TakesTheSlot => State is ReservationState.Requested or ReservationState.Held or ReservationState.Confirmed
        or ReservationState.Active or ReservationState.Completed;

    /// <summary>It is in its member's calendar, or may have to be taken out of it. What happens while the machine is used changes no calendar.</summary>
    public bool MattersToCalendars => State is not (ReservationState.Requested or ReservationState.Held or ReservationState.Active or ReservationState.Completed);

    public bool IsOver => State is not (ReservationState.Requested or ReservationState.Held or ReservationState.Confirmed or ReservationState.Active);
}
