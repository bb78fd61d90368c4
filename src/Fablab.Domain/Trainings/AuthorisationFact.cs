using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Trainings;

public enum AuthorisationFactKind
{
    Granted,
    Renewed,
    Used,
    Suspended,
    Resumed,
    Revoked,

    /// <summary>An earlier fact was told by mistake: what follows is as if it had not been.</summary>
    Withdrawn,
}

/// <summary>Something that happened to the authorisation of one member for one machine. Facts are only ever added.</summary>
public sealed record AuthorisationFact(AuthorisationFactKind Kind, Instant At)
{
    /// <summary>Of a grant.</summary>
    public AuthorisationLevel Level { get; init; } = AuthorisationLevel.Full;

    /// <summary>Of a grant of <see cref="AuthorisationLevel.LimitedHours"/>: when, by the clock of the machine's site.</summary>
    public WeeklyWindows? Hours { get; init; }

    /// <summary>Of a grant; of a renewal when they are new. What was agreed then holds, whatever becomes of the course.</summary>
    public AuthorisationTerms? Terms { get; init; }

    /// <summary>Of a grant or a renewal: ends then at the latest, whatever the terms say. A renewal without one keeps what was said.</summary>
    public Instant? Until { get; init; }

    /// <summary>Of a withdrawal: place of the fact that it takes back in the history, from 1.</summary>
    public int? Undoes { get; init; }
}
