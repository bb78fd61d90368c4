using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>A trainer's statement that a member may use a machine, as it is at present: what follows from its <see cref="AuthorisationFactRow"/>s.</summary>
public sealed class MachineAuthorisationRow
{
    public required MemberId Member { get; init; }

    public required MachineId Machine { get; init; }

    public required Instant GrantedAt { get; set; }

    /// <summary>Not valid from here on; <see langword="null"/> without an end. In the past when it has ended, and while it is suspended.</summary>
    public Instant? ValidUntil { get; set; }

    public AuthorisationLevel Level { get; set; } = AuthorisationLevel.Full;

    /// <summary>Of <see cref="AuthorisationLevel.LimitedHours"/>.</summary>
    public WeeklyWindows? Hours { get; set; }

    public bool IsSuspended { get; set; }

    /// <summary>What ends it; <see langword="null"/> without an end.</summary>
    public AuthorisationEnd? EndsBy { get; set; }

    /// <summary>Whether a use says anything new.</summary>
    public bool CountsUses { get; set; }

    /// <summary>When the member is told that it will end; <see langword="null"/> when nothing is left to tell.</summary>
    public Instant? RemindAt { get; set; }

    /// <summary>How many facts it follows from.</summary>
    public int Version { get; set; }
}

/// <summary>Something that happened to an authorisation; append-only.</summary>
public sealed class AuthorisationFactRow
{
    public required MemberId Member { get; init; }

    public required MachineId Machine { get; init; }

    /// <summary>1, 2, 3… for each member and machine.</summary>
    public required int Number { get; init; }

    public required AuthorisationFactKind Kind { get; init; }

    public required Instant At { get; init; }

    /// <summary>Who did it; <see langword="null"/> when it happened by itself.</summary>
    public MemberId? By { get; init; }

    public AuthorisationLevel Level { get; init; } = AuthorisationLevel.Full;

    public WeeklyWindows? Hours { get; init; }

    public AuthorisationTerms? Terms { get; init; }

    public Instant? Until { get; init; }

    /// <summary>The course that authorised, if one did.</summary>
    public CourseId? Course { get; init; }

    /// <summary>The training session that it came from, if it did.</summary>
    public TrainingSessionId? Session { get; init; }

    /// <summary>Of a withdrawal: number of the fact that it takes back.</summary>
    public int? Undoes { get; init; }

    /// <summary>Why, in words, if somebody said so.</summary>
    public string? Reason { get; init; }

    public AuthorisationFact ToFact() => new(Kind, At) { Level = Level, Hours = Hours, Terms = Terms, Until = Until, Undoes = Undoes };
}
