namespace Fablab.Domain.Privacy;

public readonly record struct ErasureId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Who wanted somebody to be erased.</summary>
public enum ErasureOrigin
{
    /// <summary>They themselves.</summary>
    Member,

    /// <summary>Staff, with a reason.</summary>
    Staff,

    /// <summary>Nobody used the account for as long as the settings say.</summary>
    Inactivity,

    /// <summary>They registered and never opened the link in the mail.</summary>
    Unconfirmed,

    /// <summary>They were erased before, and a backup brought them back.</summary>
    Restored,
}

/// <summary>Why somebody is not erased yet.</summary>
public enum ErasureObstacleKind
{
    /// <summary>A machine runs for them, or has not reported its end.</summary>
    SessionRunning,

    /// <summary>An organisation with other people in it would have nobody who decides.</summary>
    OnlyOwner,

    /// <summary>Nobody would be left who gives roles.</summary>
    LastAdministrator,

    /// <summary>People come to a training that they hold.</summary>
    TrainingPlanned,

    /// <summary>What they owe is not on an invoice yet, and an invoice names its buyer.</summary>
    ChargesOpen,

    /// <summary>The rules of the site let nobody cancel it any more.</summary>
    BookingTooNear,
}

/// <param name="Count">How many sessions, organisations, trainings, charges or bookings.</param>
public sealed record ErasureObstacle(ErasureObstacleKind Kind, int Count)
{
    /// <summary>Goes away by itself; all others need somebody to do something first.</summary>
    public bool Passes => Kind is ErasureObstacleKind.ChargesOpen or ErasureObstacleKind.BookingTooNear;

    /// <summary>Stable, <c>kebab-case</c>.</summary>
    public string Code => Kind switch
    {
        ErasureObstacleKind.SessionRunning => "session-running",
        ErasureObstacleKind.OnlyOwner => "only-owner",
        ErasureObstacleKind.LastAdministrator => "last-administrator",
        ErasureObstacleKind.TrainingPlanned => "training-planned",
        ErasureObstacleKind.ChargesOpen => "charges-open",
        _ => "booking-too-near",
    };
}

/// <summary>What stands in the database about somebody who is to be erased.</summary>
public sealed record ErasureFacts
{
    public int RunningSessions { get; init; }

    /// <summary>Organisations that have other people and no other owner.</summary>
    public int OrganisationsOwnedAlone { get; init; }

    public bool IsLastAdministrator { get; init; }

    /// <summary>Training sessions that they hold and that have not ended.</summary>
    public int PlannedTrainings { get; init; }

    /// <summary>Charges that they pay themselves and that stand on no invoice.</summary>
    public int OpenCharges { get; init; }

    /// <summary>Bookings that are left after all that may be cancelled was.</summary>
    public int BookingsLeft { get; init; }
}

/// <summary>When somebody may be erased, and what must be out of the way.</summary>
public static class ErasureRules
{
    /// <summary>Something in the way is looked at again so much later.</summary>
    public static readonly Duration Pause = Duration.FromDays(1);

    /// <param name="at">When it is decided.</param>
    /// <param name="chargesUntil">An invoice is waited for up to here. Whoever does not write one by then has no more need of the name.</param>
    /// <param name="origin">Who was erased before, and came back with a backup, had most of it out of the way then; only what a machine or the lab would not bear still counts.</param>
    /// <returns>All that stands in the way, in the order of <see cref="ErasureObstacleKind"/>; empty when they may be erased.</returns>
    public static IReadOnlyList<ErasureObstacle> ObstaclesOf(ErasureFacts facts, Instant at, Instant chargesUntil, ErasureOrigin origin) =>
    [
        .. new ErasureObstacle[]
        {
            new(ErasureObstacleKind.SessionRunning, facts.RunningSessions),
            new(ErasureObstacleKind.OnlyOwner, facts.OrganisationsOwnedAlone),
            new(ErasureObstacleKind.LastAdministrator, facts.IsLastAdministrator ? 1 : 0),
            new(ErasureObstacleKind.TrainingPlanned, facts.PlannedTrainings),
            new(ErasureObstacleKind.ChargesOpen, at < chargesUntil ? facts.OpenCharges : 0),
            new(ErasureObstacleKind.BookingTooNear, facts.BookingsLeft),
        }.Where(obstacle => obstacle.Count > 0
            && (origin is not ErasureOrigin.Restored || obstacle.Kind is ErasureObstacleKind.SessionRunning or ErasureObstacleKind.LastAdministrator)),
    ];

    /// <summary>Whether an erasure that nobody asked for still holds: whoever came back after they were told stays, and whoever confirmed their address at last.</summary>
    public static bool IsStillWanted(ErasureOrigin origin, bool cameBack, bool isConfirmed) => origin switch
    {
        ErasureOrigin.Inactivity => !cameBack,
        ErasureOrigin.Unconfirmed => !isConfirmed,
        _ => true,
    };
}
