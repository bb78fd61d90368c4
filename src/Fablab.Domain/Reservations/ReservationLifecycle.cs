using static Fablab.Domain.Reservations.ReservationEvent;
using static Fablab.Domain.Reservations.ReservationState;

namespace Fablab.Domain.Reservations;

public enum ReservationState
{
    /// <summary>Waits for a manager's approval; the slot is held.</summary>
    Requested,
    Confirmed,
    Active,
    Completed,
    Declined,
    Cancelled,

    /// <summary>Nobody came; the slot went back to the calendar.</summary>
    Released,

    /// <summary>The machine was down, or not free in time, when the time came.</summary>
    Displaced,
}

public enum ReservationEvent
{
    Approve,
    Decline,
    Cancel,
    CheckIn,
    GraceExpired,
    MachineDown,
    CheckOut,
}

/// <summary>The life of a reservation. The approved table beside its test is the documentation.</summary>
public static class ReservationLifecycle
{
    /// <returns>The next state, or <see langword="null"/> when the event means nothing in this state.</returns>
    public static ReservationState? Next(ReservationState state, ReservationEvent on) => (state, on) switch
    {
        (Requested, Approve) => Confirmed,
        (Requested, Decline) => Declined,
        (Requested, Cancel) => Cancelled,
        (Confirmed, CheckIn) => Active,
        (Confirmed, Cancel) => Cancelled,
        (Confirmed, GraceExpired) => Released,   // nobody came: the slot goes back to the calendar
        (Confirmed, MachineDown) => Displaced,
        (Active, CheckIn) => Active,             // a second session after an interruption
        (Active, CheckOut) => Completed,
        _ => null,                               // a late GraceExpired after CheckIn lands here, harmlessly
    };
}
