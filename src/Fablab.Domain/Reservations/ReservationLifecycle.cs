using static Fablab.Domain.Reservations.ReservationEvent;
using static Fablab.Domain.Reservations.ReservationState;

namespace Fablab.Domain.Reservations;

public enum ReservationState
{
    /// <summary>Waits for a yes of the site, of the organisation that pays, or of both; the slot is held.</summary>
    Requested,

    /// <summary>Kept for somebody on the waiting list until they accept it.</summary>
    Held,
    Confirmed,
    Active,
    Completed,
    Declined,
    Cancelled,

    /// <summary>Nobody came; the slot went back to the calendar.</summary>
    Released,

    /// <summary>The machine was down, or not free in time, when the time came.</summary>
    Displaced,

    /// <summary>Nobody approved or accepted it in time; the slot went back to the calendar.</summary>
    Lapsed,
}

public enum ReservationEvent
{
    Approve,
    Decline,

    /// <summary>Nobody said yes to more than was confirmed before; that is left.</summary>
    Return,

    /// <summary>The member takes what was held for them.</summary>
    Accept,

    /// <summary>Nobody approved or accepted in time.</summary>
    Lapse,
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
        (Requested, Return) => Confirmed,
        (Requested, Cancel) => Cancelled,
        (Requested, Lapse) => Lapsed,
        (Held, Accept) => Confirmed,
        (Held, Decline) => Declined,
        (Held, Cancel) => Cancelled,
        (Held, Lapse) => Lapsed,
        (Requested or Held, MachineDown) => Displaced,
        (Confirmed, CheckIn) => Active,
        (Confirmed, Cancel) => Cancelled,
        (Confirmed, GraceExpired) => Released,   // nobody came: the slot goes back to the calendar
        (Confirmed, MachineDown) => Displaced,
        (Active, CheckIn) => Active,             // a second session after an interruption
        (Active, CheckOut) => Completed,
        _ => null,                               // a late GraceExpired after CheckIn lands here, harmlessly
    };
}
