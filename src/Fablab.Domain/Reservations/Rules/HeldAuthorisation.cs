using Fablab.Domain.Machines;
using Fablab.Domain.Trainings;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>An authorisation as a booking looks at it.</summary>
/// <param name="Until">Valid through; <see langword="null"/> without an end.</param>
public sealed record HeldAuthorisation(MachineId Machine, Instant? Until)
{
    public AuthorisationLevel Level { get; init; } = AuthorisationLevel.Full;

    /// <summary>Of <see cref="AuthorisationLevel.LimitedHours"/>, by the clock of the machine's site.</summary>
    public WeeklyWindows? Hours { get; init; }

    public DateTimeZone Zone { get; init; } = DateTimeZone.Utc;

    public bool IsSuspended { get; init; }

    public bool IsValidThrough(TimeSlot slot) => !IsSuspended && !(Until < slot.End);

    /// <summary>Whether it is one that lets somebody use the machine alone at this very time.</summary>
    public bool AllowsAlone(Instant at) => Level switch
    {
        AuthorisationLevel.Full => true,
        AuthorisationLevel.LimitedHours => Covers(new Stretch(at, at + Duration.Epsilon)),
        _ => false,
    };

    /// <summary>Whether all of the time lies within the hours.</summary>
    internal bool Covers(Stretch time) => Hours is { } hours && Stretches.Cover(hours.Within(time, Zone), time);
}
