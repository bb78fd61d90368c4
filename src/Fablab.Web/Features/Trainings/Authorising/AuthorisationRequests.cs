using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Hosting;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Trainings.Authorising;

/// <summary>Hours of one day of the week, by the site's clock; they end on the next day when they end at or before their start.</summary>
public sealed record HoursRequest
{
    public required IsoDayOfWeek Day { get; init; }

    /// <summary><c>09:00</c></summary>
    [Required, RegularExpression("([01][0-9]|2[0-3]):[0-5][0-9]")]
    public required string From { get; init; }

    [Required, RegularExpression("([01][0-9]|2[0-3]):[0-5][0-9]")]
    public required string To { get; init; }

    internal static WeeklyWindows? ToWindows(IReadOnlyList<HoursRequest>? hours) => hours is null ? null : new WeeklyWindows(
        [.. hours.Select(one => new WeeklyWindow(one.Day, new DailyWindow(TimeOf(one.From), TimeOf(one.To))))]);

    internal static IReadOnlyList<HoursRequest>? Of(WeeklyWindows? hours) => hours is null ? null
        : [.. hours.All.Select(one => new HoursRequest { Day = one.Day, From = Text(one.Window.From), To = Text(one.Window.To) })];

    internal static IEnumerable<ValidationResult> TroubleWith(AuthorisationLevel level, IReadOnlyList<HoursRequest>? hours)
    {
        if (level is AuthorisationLevel.LimitedHours ? hours is not { Count: > 0 } : hours is not null)
        {
            yield return new ValidationResult("Hours are said of the level limitedHours, and only of that.", ["Hours"]);
        }

        if (hours?.Any(one => one is null or { Day: < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday }) == true)
        {
            yield return new ValidationResult("A day is one of monday to sunday.", ["Hours"]);
        }
    }

    private static LocalTime TimeOf(string text) => LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(text).Value;

    private static string Text(LocalTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>How long an authorisation lasts. Without any number: for ever.</summary>
public sealed record TermsRequest
{
    /// <summary>From the training or the last renewal, to the end of the last day.</summary>
    [Range(1, AuthorisationTerms.MostMonths)]
    public int? Months { get; init; }

    /// <summary>Ends with this day of each year, <c>08-31</c>.</summary>
    [RegularExpression("(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")]
    public string? EndsEachYearOn { get; init; }

    /// <summary>Lost when the machine was not used for so long.</summary>
    [Range(1, AuthorisationTerms.MostMonths)]
    public int? UnusedMonths { get; init; }

    public RenewalRule Renewal { get; init; }

    internal AuthorisationTerms ToTerms() => new()
    {
        Months = Months, UnusedMonths = UnusedMonths, Renewal = Renewal, EndsEachYearOn = DayOf(EndsEachYearOn),
    };

    internal static TermsRequest From(AuthorisationTerms terms) => new()
    {
        Months = terms.Months, UnusedMonths = terms.UnusedMonths, Renewal = terms.Renewal,
        EndsEachYearOn = terms.EndsEachYearOn is { } day ? Pattern.Format(day) : null,
    };

    internal static IEnumerable<ValidationResult> TroubleWith(TermsRequest? terms)
    {
        if (terms?.EndsEachYearOn is { } text && DayOf(text) is null)
        {
            yield return new ValidationResult("No year has that day.", [nameof(EndsEachYearOn)]);
        }
    }

    private static readonly AnnualDatePattern Pattern = AnnualDatePattern.Iso;

    private static AnnualDate? DayOf(string? text) => text is not null && Pattern.Parse(text).TryGetValue(default, out var day) ? day : null;
}

/// <summary>What a member is authorised for: as a course says, or by a manager's own words.</summary>
public sealed record GrantAuthorisationRequest : IValidatableObject
{
    public required Guid MemberId { get; init; }

    /// <summary>Code of the machine; one of a pool is one for all of it.</summary>
    [Required, StringLength(40)]
    public required string Machine { get; init; }

    /// <summary>Level, hours and terms are the course's. Trainers name one that they teach.</summary>
    public Guid? CourseId { get; init; }

    /// <summary>Full when left out. Not with a course.</summary>
    public AuthorisationLevel? Level { get; init; }

    [MaxLength(50)]
    public IReadOnlyList<HoursRequest>? Hours { get; init; }

    public TermsRequest? Terms { get; init; }

    /// <summary>Ends then at the latest.</summary>
    public Instant? Until { get; init; }

    [StringLength(AuthorisationFactMapping.LongestReason)]
    public string? Reason { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CourseId is not null && (Level is not null || Hours is not null || Terms is not null))
        {
            yield return new ValidationResult("Level, hours and terms are those of the course.", [nameof(CourseId)]);
        }

        foreach (var trouble in UntilTrouble.With(Until, validationContext))
        {
            yield return trouble;
        }

        var level = Level ?? AuthorisationLevel.Full;
        foreach (var trouble in HoursRequest.TroubleWith(level, Hours).Concat(TermsRequest.TroubleWith(Terms)))
        {
            yield return trouble;
        }
    }

    /// <summary>A manager's own words.</summary>
    internal AuthorisationFact ToFact(Instant now) => new(AuthorisationFactKind.Granted, now)
    {
        Level = Level ?? AuthorisationLevel.Full,
        Hours = HoursRequest.ToWindows(Hours),
        Terms = Terms?.ToTerms() ?? AuthorisationTerms.ForEver,
        Until = Until,
    };
}

public sealed record RenewAuthorisationRequest : IValidatableObject
{
    /// <summary>Ends then at the latest, whatever its terms say.</summary>
    public Instant? Until { get; init; }

    [StringLength(AuthorisationFactMapping.LongestReason)]
    public string? Reason { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var trouble in UntilTrouble.With(Until, validationContext))
        {
            yield return trouble;
        }
    }
}

internal static class UntilTrouble
{
    /// <summary>Whoever wants an end at once suspends or revokes.</summary>
    public static IEnumerable<ValidationResult> With(Instant? until, ValidationContext context)
    {
        if (until is { } at && (!LabClock.IsPlausible(at) || at <= (context.GetService(typeof(LabClock)) as LabClock)?.Now))
        {
            yield return new ValidationResult("It ends after now, and before the year 2200.", [nameof(GrantAuthorisationRequest.Until)]);
        }
    }
}

public sealed record AuthorisationWordRequest
{
    /// <summary>For the member and for whoever wonders later.</summary>
    [Required, StringLength(AuthorisationFactMapping.LongestReason, MinimumLength = 1)]
    public required string Reason { get; init; }
}
