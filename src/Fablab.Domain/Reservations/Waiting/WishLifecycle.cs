using static Fablab.Domain.Reservations.Waiting.WishEvent;

namespace Fablab.Domain.Reservations.Waiting;

public enum WishState
{
    Waiting,

    /// <summary>Time is kept for them until they accept, or until the hold ends.</summary>
    Offered,
    Fulfilled,
    Withdrawn,

    /// <summary>It is too late for what was wished.</summary>
    Expired,
}

public enum WishEvent
{
    MakeOffer,
    Accept,
    Decline,

    /// <summary>Nobody answered while the time was kept.</summary>
    HoldEnded,

    /// <summary>The kept time is gone: the machine broke.</summary>
    TimeLost,

    /// <summary>The member booked what they wished for without an offer.</summary>
    Book,
    Withdraw,

    /// <summary>The last start that would do has passed.</summary>
    TimePassed,
}

/// <summary>The life of a wish on the waiting list. The approved table beside its test is the documentation.</summary>
public static class WishLifecycle
{
    /// <returns>The next state, or <see langword="null"/> when the event means nothing in this state.</returns>
    public static WishState? Next(WishState state, WishEvent on) => (state, on) switch
    {
        (WishState.Waiting, MakeOffer) => WishState.Offered,
        (WishState.Waiting, Book) => WishState.Fulfilled,
        (WishState.Waiting, Withdraw) => WishState.Withdrawn,
        (WishState.Waiting, TimePassed) => WishState.Expired,
        (WishState.Offered, Accept) => WishState.Fulfilled,
        (WishState.Offered, Decline) => WishState.Waiting,
        (WishState.Offered, HoldEnded) => WishState.Waiting,   // the next in line is asked; this one keeps waiting for other time
        (WishState.Offered, TimeLost) => WishState.Waiting,
        (WishState.Offered, Book) => WishState.Fulfilled,      // what was kept for them goes to the next
        (WishState.Offered, Withdraw) => WishState.Withdrawn,
        _ => null,                                             // an Accept after HoldEnded lands here: the time may be another's by now
    };
}
