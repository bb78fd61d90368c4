using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>What becomes of a series when some of its times cannot be booked.</summary>
public enum OnConflict
{
    /// <summary>Nothing is booked, and every reason is told.</summary>
    Fail,

    /// <summary>The others are booked, and what was left out is told.</summary>
    Skip,
}

/// <summary>A machine at recurring times.</summary>
public sealed record BookSeriesRequest : IValidatableObject
{
    /// <summary>Code of a machine or pool.</summary>
    [Required, StringLength(40)]
    public required string Machine { get; init; }

    /// <summary>The first start by the site's wall clock, <c>2026-03-02T09:00:00</c>; the others start at the same time of the day.</summary>
    public required LocalDateTime FirstStart { get; init; }

    /// <summary>Length of each slot.</summary>
    [Range(1, 62 * 86_400)]
    public required int Seconds { get; init; }

    [Required]
    public required RecurrenceRequest Recurrence { get; init; }

    public OnConflict OnConflict { get; init; }

    /// <summary>Whom the time is charged to; left out for oneself.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>What it is for, in a few words, as of a single booking; each date has it.</summary>
    [StringLength(BookingWish.LongestTitle)]
    public string? Title { get; init; }

    /// <summary>Id of the member who will use the machine, when staff book on their behalf.</summary>
    public Guid? ForMember { get; init; }

    /// <summary>Who comes along, each time.</summary>
    [MaxLength(50)]
    public IReadOnlyList<CompanionRequest> Company { get; init; } = [];

    /// <summary>Codes of the soft problems that one books in spite of.</summary>
    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!SeriesTimes.IsPlausible(FirstStart))
        {
            yield return new ValidationResult("The first start lies between the years 2000 and 2200.", [nameof(FirstStart)]);
        }

        foreach (var trouble in CompanionRequest.TroubleWith(Company))
        {
            yield return trouble;
        }
    }

    internal SeriesPlan ToPlan() => new(FirstStart, Duration.FromSeconds(Seconds), Recurrence.ToRecurrence(), Recurrence.ToEnd());

    internal BookingWish WishFor(TimeSlot slot, MemberId me) => new()
    {
        Member = ForMember is { } other ? new MemberId(other) : me,
        Machine = Machine,
        Start = slot.Start,
        End = slot.End,
        Project = ProjectId is { } project ? new ProjectId(project) : null,
        Title = BookMachineRequest.TitleOf(Title),
        Companions = CompanionRequest.MembersOf(Company),
        People = 1 + Company.Count,
    };
}

/// <summary>One reservation of a series and how far the change reaches.</summary>
public sealed record CancelSeriesRequest
{
    public required Guid ReservationId { get; init; }

    public required SeriesReach Reach { get; init; }
}

/// <summary>Where one reservation of a series moves to; the others within reach move by as many days and hours of the wall clock.</summary>
public sealed record MoveSeriesRequest : IValidatableObject
{
    public required Guid ReservationId { get; init; }

    public required SeriesReach Reach { get; init; }

    /// <summary>The new start of that reservation by the site's wall clock.</summary>
    public required LocalDateTime Start { get; init; }

    [Range(1, 62 * 86_400)]
    public required int Seconds { get; init; }

    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!SeriesTimes.IsPlausible(Start))
        {
            yield return new ValidationResult("The start lies between the years 2000 and 2200.", [nameof(Start)]);
        }
    }
}

internal static class SeriesTimes
{
    public static bool IsPlausible(LocalDateTime local) => LabClock.IsPlausible(local.InUtc().ToInstant());
}
