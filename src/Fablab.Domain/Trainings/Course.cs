using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Trainings;

public enum CourseKind
{
    /// <summary>Who attends is authorised.</summary>
    Initial,

    /// <summary>Who is authorised already, or was once, is so for longer.</summary>
    Continuing,
}

/// <summary>What is taught, and for which machines those who attended are authorised.</summary>
public sealed record Course
{
    public required CourseId Id { get; init; }

    public required Wording Name { get; init; }

    public required CourseKind Kind { get; init; }

    /// <summary>Codes of machines.</summary>
    public required IReadOnlyList<string> Machines { get; init; }

    /// <summary>All machines of these kinds.</summary>
    public required IReadOnlyList<MachineCategory> Categories { get; init; }

    /// <summary>Where those authorisations are recognised; machines of other sites are not meant, whatever their code or kind.</summary>
    public required IReadOnlyList<SiteId> Sites { get; init; }

    public AuthorisationLevel Level { get; init; } = AuthorisationLevel.Full;

    /// <summary>For <see cref="AuthorisationLevel.LimitedHours"/>.</summary>
    public WeeklyWindows? Hours { get; init; }

    public AuthorisationTerms Terms { get; init; } = AuthorisationTerms.ForEver;

    public bool IsFor(string machine, MachineCategory category, SiteId site) =>
        Sites.Contains(site) && (Machines.Contains(machine) || Categories.Contains(category));

    /// <summary>What attending does to somebody's authorisation; <see langword="null"/> for nothing.</summary>
    /// <param name="state">Of the authorisation for one of the machines.</param>
    /// <param name="began">Of the training, when it is told later: what was revoked since stays so.</param>
    public AuthorisationFact? Attended(AuthorisationState? state, Instant at, Instant? began = null) => (Kind, state) switch
    {
        (_, { RevokedAt: { } revoked, IsWithdrawn: false }) when revoked > (began ?? at) => null,
        (CourseKind.Continuing, null or { RevokedAt: not null }) => null,
        (CourseKind.Continuing, _) => new AuthorisationFact(AuthorisationFactKind.Renewed, at) { Terms = Terms },

        // Whoever may do more already keeps that, and has it for longer.
        (_, { RevokedAt: null } held) when held.Level > Level && !held.IsOutlivedAt(at) => new AuthorisationFact(AuthorisationFactKind.Renewed, at),
        _ => new AuthorisationFact(AuthorisationFactKind.Granted, at) { Level = Level, Hours = Level is AuthorisationLevel.LimitedHours ? Hours : null, Terms = Terms },
    };
}
