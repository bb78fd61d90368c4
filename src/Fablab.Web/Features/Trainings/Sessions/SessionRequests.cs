using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Billing;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Sessions;

public record EditSessionRequest : IValidatableObject
{
    public required Instant Start { get; init; }

    /// <summary>Not part of it.</summary>
    public required Instant End { get; init; }

    /// <summary>Id of a member who teaches the course.</summary>
    public required Guid TrainerId { get; init; }

    [Range(1, TrainingRules.MostSeats)]
    public required int Seats { get; init; }

    /// <summary>With fewer at the deadline it is cancelled; 0 for never.</summary>
    [Range(0, TrainingRules.MostSeats)]
    public int MinimumAttendance { get; init; }

    /// <summary>Up to here withdrawing is free, for who moved up later a day longer, and then it is decided whether enough came together; a day before the start when left out.</summary>
    public Instant? Deadline { get; init; }

    /// <summary>For each seat, in whole cents.</summary>
    [Range(0, 100_000_000)]
    public long PriceMinor { get; init; }

    [Required, RegularExpression("[A-Z]{3}")]
    public string Currency { get; init; } = "EUR";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!LabClock.IsPlausible(Start) || !LabClock.IsPlausible(End) || Start >= End)
        {
            yield return new ValidationResult("It ends after its start, between the years 2000 and 2200.", [nameof(Start), nameof(End)]);
        }
        else if (Deadline is { } deadline && (!LabClock.IsPlausible(deadline) || deadline > Start))
        {
            yield return new ValidationResult("The deadline is not after the start.", [nameof(Deadline)]);
        }

        if (MinimumAttendance > Seats)
        {
            yield return new ValidationResult("It has no fewer seats than people who must come together.", [nameof(MinimumAttendance)]);
        }
    }

    internal Instant DeadlineOrDayBefore => Deadline ?? Start - Duration.FromDays(1);

    internal Money Price => new(PriceMinor, Currency);
}

public sealed record PlanSessionRequest : EditSessionRequest
{
    public required Guid CourseId { get; init; }

    /// <summary>Code of the site where it takes place, which must recognise the course.</summary>
    [Required, StringLength(40)]
    public required string Site { get; init; }
}

/// <summary>Who was there and who was not; of all others nothing is said.</summary>
public sealed record AttendanceRequest
{
    [MaxLength(TrainingRules.MostSeats)]
    public IReadOnlyList<Guid> Attended { get; init => field = value ?? []; } = [];

    [MaxLength(TrainingRules.MostSeats)]
    public IReadOnlyList<Guid> Missed { get; init => field = value ?? []; } = [];
}

/// <summary>What was said of somebody, or not said yet, is put right.</summary>
public sealed record CorrectAttendanceRequest
{
    public required bool WasThere { get; init; }

    /// <summary>For the member and for whoever wonders later.</summary>
    [Required, StringLength(AuthorisationFactMapping.LongestReason, MinimumLength = 1)]
    public required string Reason { get; init; }
}

/// <param name="FreeUntil">Up to here the seat is given back for nothing; left out without one.</param>
/// <param name="RefundDueAt">Since when the price is to be given back; left out once it was.</param>
internal sealed record EnrolmentResponse(Guid MemberId, string? Name, EnrolmentState State, int? Seat, Instant JoinedAt, MoneyResponse Price, Instant? FreeUntil, Instant? RefundDueAt)
{
    public static EnrolmentResponse From(EnrolmentRow row, TrainingSessionRow session, string? name = null) => new(
        row.Member.Value, name, row.State, row.Seat, row.JoinedAt, MoneyResponse.From(row.Price),
        row.Seat is null ? null : TrainingRules.FreeUntil(session.Deadline, row.GivenAt, session.Start), row.RefundDueAt);
}

/// <param name="Mine">What the asker is to it.</param>
internal sealed record SessionResponse(
    Guid Id, Guid CourseId, WordingResponse Course, string Site, string TimeZone, Guid TrainerId, string Trainer, Instant Start, Instant End, int Seats, int FreeSeats, int Waiting,
    int MinimumAttendance, Instant Deadline, MoneyResponse Price, TrainingSessionState State, int Version, EnrolmentResponse? Mine)
{
    public static SessionResponse From(SessionView view) => new(
        view.Row.Id.Value, view.Row.Course.Value, WordingResponse.From(view.Course.Name), view.Site.Code, view.Site.TimeZone, view.Row.Trainer.Value, view.Trainer, view.Row.Start, view.Row.End,
        view.Row.Seats, view.Free, view.Waiting, view.Row.MinimumAttendance, view.Row.Deadline, MoneyResponse.From(view.Row.Price), view.Row.State, view.Row.Version,
        view.Mine is { } mine ? EnrolmentResponse.From(mine, view.Row) : null);
}
