using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>What is taught. Its managers are those of its site; other sites recognise it by a <see cref="CourseSiteRow"/>.</summary>
public sealed class CourseRow
{
    public const int LongestName = 100;

    public const int LongestDescription = 2000;

    public required CourseId Id { get; init; }

    public required SiteId Site { get; init; }

    public required Wording Name { get; set; }

    public Wording Description { get; set; } = Wording.None;

    public required CourseKind Kind { get; set; }

    public required IReadOnlyList<string> Machines { get; set; }

    public required IReadOnlyList<MachineCategory> Categories { get; set; }

    public AuthorisationLevel Level { get; set; } = AuthorisationLevel.Full;

    public WeeklyWindows? Hours { get; set; }

    public AuthorisationTerms Terms { get; set; } = AuthorisationTerms.ForEver;

    /// <summary>What must be passed besides; <see langword="null"/> for none.</summary>
    public Quiz? Quiz { get; set; }

    /// <summary>Not taught any more.</summary>
    public bool IsClosed { get; set; }

    public int Version { get; set; } = 1;

    public Course ToCourse(IReadOnlyList<SiteId> sites) => new()
    {
        Id = Id, Name = Name, Kind = Kind, Machines = Machines, Categories = Categories, Sites = sites, Level = Level, Hours = Hours, Terms = Terms,
    };
}

/// <summary>A site that recognises a course; its own always does.</summary>
public sealed class CourseSiteRow
{
    public required CourseId Course { get; init; }

    public required SiteId Site { get; init; }
}

/// <summary>Somebody who teaches a course.</summary>
public sealed class CourseTrainerRow
{
    public required CourseId Course { get; init; }

    public required MemberId Trainer { get; init; }
}

/// <summary>One time at which a course is taught.</summary>
public sealed class TrainingSessionRow
{
    public required TrainingSessionId Id { get; init; }

    public required CourseId Course { get; init; }

    /// <summary>Where, and by whose clock.</summary>
    public required SiteId Site { get; init; }

    public required MemberId Trainer { get; set; }

    public required Instant Start { get; set; }

    public required Instant End { get; set; }

    /// <summary>The database lets nobody have one beyond this number.</summary>
    public required int Seats { get; set; }

    /// <summary>Cancelled when fewer are enrolled at the deadline.</summary>
    public required int MinimumAttendance { get; set; }

    /// <summary>Up to here withdrawing is free.</summary>
    public required Instant Deadline { get; set; }

    /// <summary>For each seat; charged elsewhere.</summary>
    public required Money Price { get; set; }

    public TrainingSessionState State { get; set; }

    /// <summary>When it is decided whether enough came together; <see langword="null"/> when it was.</summary>
    public Instant? DueAt { get; set; }

    public int Version { get; set; } = 1;
}

/// <summary>What a member is to a training session; one row for each, whatever becomes of it.</summary>
public sealed class EnrolmentRow
{
    public required TrainingSessionId Session { get; init; }

    public required MemberId Member { get; init; }

    public required EnrolmentState State { get; set; }

    /// <summary>The order of the line.</summary>
    public required Instant JoinedAt { get; set; }

    /// <summary>From 1; a seat is nobody else's, which the database keeps. <see langword="null"/> without one.</summary>
    public int? Seat { get; set; }

    /// <summary>As it was when the seat was taken.</summary>
    public required Money Price { get; set; }

    /// <summary>When they were given the seat without asking in that moment: they moved up, or staff enrolled them. <see langword="null"/> for who took it.</summary>
    public Instant? GivenAt { get; set; }

    /// <summary>Since when the price is to be given back; <see langword="null"/> when it is not, or was.</summary>
    public Instant? RefundDueAt { get; set; }

    /// <summary>When they had attended and passed the quiz, if there is one: authorised, and with a certificate.</summary>
    public Instant? CompletedAt { get; set; }
}

/// <summary>A quiz that somebody answered; append-only.</summary>
public sealed class QuizAttemptRow
{
    public required Guid Id { get; init; }

    public required CourseId Course { get; init; }

    public required MemberId Member { get; init; }

    public required Instant At { get; init; }

    public required int Right { get; init; }

    public required int Of { get; init; }

    public required bool IsPassed { get; init; }
}

/// <summary>The price of a seat that is owed to somebody, or was. The money itself is given back elsewhere.</summary>
public sealed class TrainingRefundRow
{
    public required TrainingRefundId Id { get; init; }

    public required TrainingSessionId Session { get; init; }

    public required MemberId Member { get; init; }

    public required Money Amount { get; init; }

    public required RefundCause Cause { get; init; }

    public required Instant DueAt { get; init; }

    /// <summary>When staff said that it was given back, once; <see langword="null"/> while it is owed.</summary>
    public Instant? RefundedAt { get; set; }

    public MemberId? RefundedBy { get; set; }
}

/// <summary>
/// That somebody attended, with the names as they were; never changed but for being withdrawn, once. Until when they are authorised is another matter.
/// </summary>
public sealed class CertificateRow
{
    /// <summary>By which whoever holds it can ask whether it is genuine.</summary>
    public required string Code { get; init; }

    public required TrainingSessionId Session { get; init; }

    public required MemberId Member { get; init; }

    public required Instant IssuedAt { get; init; }

    public required string MemberName { get; init; }

    public required Wording CourseName { get; init; }

    public required string SiteName { get; init; }

    public required string TrainerName { get; init; }

    public required LocalDate TrainedOn { get; init; }

    public required bool WithQuiz { get; init; }

    /// <summary>Day, by the site's clock, since which it says nothing any more; <see langword="null"/> while it does.</summary>
    public LocalDate? WithdrawnOn { get; set; }

    public MemberId? WithdrawnBy { get; set; }

    /// <summary>In words, for the member and staff.</summary>
    public string? WithdrawalReason { get; set; }
}
