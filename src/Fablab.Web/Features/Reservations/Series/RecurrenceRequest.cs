using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Reservations.Series;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>On which dates something recurs.</summary>
public enum RecurrenceKind
{
    /// <summary>Every <c>every</c>-th day.</summary>
    Daily,

    /// <summary>On <c>weekdays</c> of every <c>every</c>-th week; weeks begin on Monday.</summary>
    Weekly,

    /// <summary>On the <c>day</c> of every <c>every</c>-th month; a month without that day has none.</summary>
    MonthlyByDate,

    /// <summary>On the <c>rank</c> of the <c>weekday</c> of every <c>every</c>-th month: the second Tuesday.</summary>
    MonthlyByWeekday,

    /// <summary>On the <c>dates</c> named.</summary>
    OnDates,
}

/// <summary>The dates of a series by the site's wall clock, and how long it goes on.</summary>
public sealed record RecurrenceRequest : IValidatableObject
{
    public required RecurrenceKind Kind { get; init; }

    [Range(1, Recurrence.MostEvery)]
    public int Every { get; init; } = 1;

    [MaxLength(7)]
    public IReadOnlyList<IsoDayOfWeek> Weekdays { get; init; } = [];

    [Range(1, 31)]
    public int? Day { get; init; }

    public IsoDayOfWeek? Weekday { get; init; }

    public WeekdayRank? Rank { get; init; }

    [MaxLength(SeriesPlan.MostOccurrences)]
    public IReadOnlyList<LocalDate> Dates { get; init; } = [];

    /// <summary>The last date, which still belongs to it.</summary>
    public LocalDate? Until { get; init; }

    /// <summary>How many times, instead of <see cref="Until"/>.</summary>
    [Range(1, SeriesPlan.MostOccurrences)]
    public int? Count { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Missing() is { } missing)
        {
            yield return new ValidationResult($"This recurrence needs '{missing}'.", [missing]);
        }

        if (Weekdays.Append(Weekday ?? IsoDayOfWeek.Monday).Any(day => day is < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday))
        {
            yield return new ValidationResult("A weekday is one of Monday to Sunday.", [nameof(Weekdays), nameof(Weekday)]);
        }

        if (Kind is not RecurrenceKind.OnDates && Until is null == Count is null)
        {
            yield return new ValidationResult("A series ends either by 'until' or by 'count'.", [nameof(Until), nameof(Count)]);
        }
    }

    internal Recurrence ToRecurrence() => Kind switch
    {
        RecurrenceKind.Daily => new Recurrence.Daily(Every),
        RecurrenceKind.Weekly => new Recurrence.Weekly(Weekdays, Every),
        RecurrenceKind.MonthlyByDate => new Recurrence.MonthlyByDate(Day!.Value, Every),
        RecurrenceKind.MonthlyByWeekday => new Recurrence.MonthlyByWeekday(Weekday!.Value, Rank!.Value, Every),
        _ => new Recurrence.OnDates(Dates),
    };

    internal SeriesEnd ToEnd() => (Count, Until) switch
    {
        ({ } count, _) => new SeriesEnd.After(count),
        (_, { } until) => new SeriesEnd.On(until),
        _ => new SeriesEnd.After(Math.Max(1, Dates.Distinct().Count())),
    };

    private string? Missing() => Kind switch
    {
        RecurrenceKind.Weekly when Weekdays.Count == 0 => "weekdays",
        RecurrenceKind.MonthlyByDate when Day is null => "day",
        RecurrenceKind.MonthlyByWeekday when Weekday is null => "weekday",
        RecurrenceKind.MonthlyByWeekday when Rank is null => "rank",
        RecurrenceKind.OnDates when Dates.Count == 0 => "dates",
        _ => null,
    };
}
