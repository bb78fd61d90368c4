namespace Fablab.Domain.Trainings;

public enum TrainingSessionState
{
    Planned,

    /// <summary>By staff, or because too few came together in time.</summary>
    Cancelled,
}

/// <summary>What somebody is to a training session.</summary>
public enum EnrolmentState
{
    /// <summary>In line for a seat.</summary>
    Waiting,

    /// <summary>Has a seat.</summary>
    Enrolled,
    Withdrawn,

    /// <summary>The session was cancelled.</summary>
    Cancelled,
    Attended,

    /// <summary>Had a seat and was not there.</summary>
    Missed,
}

public enum EnrolmentEvent
{
    /// <summary>Again, after withdrawing.</summary>
    Join,
    SeatFound,
    Withdraw,
    SessionCancelled,
    SeenThere,
    NotSeen,

    /// <summary>What was said of them, or not said yet, is put right: they were there.</summary>
    FoundThere,

    /// <summary>Or were not.</summary>
    FoundAbsent,
}

/// <summary>Why the price of a seat is owed to somebody.</summary>
public enum RefundCause
{
    /// <summary>Too few came together for the session.</summary>
    TooFew,

    /// <summary>Staff cancelled the session.</summary>
    SessionCancelled,

    /// <summary>Staff took the seat back.</summary>
    RemovedByStaff,

    /// <summary>They withdrew while that was free.</summary>
    WithdrawnInTime,
}

public static class EnrolmentLifecycle
{
    /// <returns>The next state, or <see langword="null"/> when the event means nothing in this state.</returns>
    public static EnrolmentState? Next(EnrolmentState state, EnrolmentEvent on) => (state, on) switch
    {
        (EnrolmentState.Withdrawn, EnrolmentEvent.Join) => EnrolmentState.Waiting,
        (EnrolmentState.Waiting, EnrolmentEvent.SeatFound) => EnrolmentState.Enrolled,
        (EnrolmentState.Waiting or EnrolmentState.Enrolled, EnrolmentEvent.Withdraw) => EnrolmentState.Withdrawn,
        (EnrolmentState.Waiting or EnrolmentState.Enrolled, EnrolmentEvent.SessionCancelled) => EnrolmentState.Cancelled,
        (EnrolmentState.Enrolled, EnrolmentEvent.SeenThere) => EnrolmentState.Attended,
        (EnrolmentState.Enrolled, EnrolmentEvent.NotSeen) => EnrolmentState.Missed,
        (EnrolmentState.Enrolled or EnrolmentState.Missed, EnrolmentEvent.FoundThere) => EnrolmentState.Attended,
        (EnrolmentState.Enrolled or EnrolmentState.Attended, EnrolmentEvent.FoundAbsent) => EnrolmentState.Missed,
        _ => null,
    };
}
