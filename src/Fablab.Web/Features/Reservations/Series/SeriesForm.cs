using System.Globalization;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Features.Reservations.Booking;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>What is typed into the form of a series, kept as typed.</summary>
public sealed record SeriesForm
{
    /// <summary>Dates of one's own, beside the first. Whoever has more of them has a rule for them, or the API.</summary>
    public const int MostOwnDates = 11;

    public static readonly IReadOnlyList<IsoDayOfWeek> Week = [.. Enum.GetValues<IsoDayOfWeek>().Where(day => day is not IsoDayOfWeek.None)];

    private const string UsualCount = "6";

    /// <summary>Of the first one; the others start at the same time of the day.</summary>
    public required BookingForm When { get; init; }

    public RecurrenceKind Kind { get; init; } = RecurrenceKind.Weekly;

    public string Every { get; init; } = "1";

    /// <summary>Empty for the weekday of the first.</summary>
    public IReadOnlyList<IsoDayOfWeek> Weekdays { get; init; } = [];

    /// <summary><see langword="null"/> for the rank of the first within its month.</summary>
    public WeekdayRank? Rank { get; init; }

    public IReadOnlyList<string> Dates { get; init; } = [];

    public bool EndsByDate { get; init; }

    public string Count { get; init; } = UsualCount;

    public string Until { get; init; } = "";

    public OnConflict OnConflict { get; init; } = OnConflict.Skip;

    public string Fingerprint => string.Create(
        CultureInfo.InvariantCulture,
        $"{When.Fingerprint} {Kind} {Every} {string.Join('+', Weekdays)} {Rank} {string.Join('+', Dates)} {EndsByDate} {Count} {Until} {OnConflict}");

    public static SeriesForm From(IFormCollection posted) => new()
    {
        When = BookingForm.From(posted) with { Job = null },
        Kind = Enum.TryParse<RecurrenceKind>(posted["kind"], out var kind) && Enum.IsDefined(kind) ? kind : RecurrenceKind.Weekly,
        Every = posted["every"].ToString().Trim(),
        Weekdays = [.. Week.Where(day => posted[NameOf(day)] == "on")],
        Rank = Enum.TryParse<WeekdayRank>(posted["rank"], out var rank) && Enum.IsDefined(rank) ? rank : null,
        Dates = [.. Enumerable.Range(1, MostOwnDates).Select(number => posted[NameOfDate(number)].ToString().Trim())],
        EndsByDate = posted["ends"] == "until",
        Count = posted["count"].ToString().Trim(),
        Until = posted["until"].ToString().Trim(),
        OnConflict = posted["conflict"] == "fail" ? OnConflict.Fail : OnConflict.Skip,
    };

    public static string NameOf(IsoDayOfWeek day) => day.ToString().ToLowerInvariant();

    public static string NameOfDate(int number) => string.Create(CultureInfo.InvariantCulture, $"date{number}");

    /// <summary>What is typed as the request to the API that means the same.</summary>
    /// <returns>The request, or what of the form cannot be read.</returns>
    public (BookSeriesRequest? Request, SeriesTrouble Trouble) Read(string machine)
    {
        if (When.LocalStart is not { } first || When.Minutes is <= 0 or > MostMinutes)
        {
            return (null, SeriesTrouble.When);
        }

        var every = NumberIn(Every, Recurrence.MostEvery);
        if (every is null && Kind is not RecurrenceKind.OnDates)
        {
            return (null, SeriesTrouble.Every);
        }

        var (count, until) = (NumberIn(Count, SeriesPlan.MostOccurrences), DateIn(Until));
        if (Kind is not RecurrenceKind.OnDates && (EndsByDate ? until is null || until < first.Date : count is null))
        {
            return (null, SeriesTrouble.End);
        }

        if (Kind is RecurrenceKind.OnDates && Dates.Any(date => date.Length > 0 && (DateIn(date) is not { } own || own < first.Date)))
        {
            return (null, SeriesTrouble.Dates);
        }

        var recurrence = Kind is RecurrenceKind.OnDates
            ? new RecurrenceRequest { Kind = Kind, Dates = [first.Date, .. Dates.Select(DateIn).OfType<LocalDate>()] }
            : RecurrenceFrom(first.Date, every!.Value) with { Count = EndsByDate ? null : count, Until = EndsByDate ? until : null };
        return (new BookSeriesRequest
        {
            Machine = machine,
            FirstStart = first,
            Seconds = When.Minutes * 60,
            Recurrence = recurrence,
            OnConflict = OnConflict,
            ProjectId = When.Project,
            Title = When.Title,
            ForMember = When.ForMember,
            Company = When.Company,
        }, SeriesTrouble.None);
    }

    /// <summary>Which one of its month's equal weekdays a date is; the fifth there is not in every month, so it counts as the last.</summary>
    public static WeekdayRank RankOf(LocalDate date) => (date.Day - 1) / 7 is var weeks and < 4 ? (WeekdayRank)(weeks + 1) : WeekdayRank.Last;

    private const int MostMinutes = 62 * 1440;

    private RecurrenceRequest RecurrenceFrom(LocalDate first, int every) => new()
    {
        Kind = Kind,
        Every = every,
        Weekdays = Kind is RecurrenceKind.Weekly ? Weekdays.Count > 0 ? Weekdays : [first.DayOfWeek] : [],
        Day = Kind is RecurrenceKind.MonthlyByDate ? first.Day : null,
        Weekday = Kind is RecurrenceKind.MonthlyByWeekday ? first.DayOfWeek : null,
        Rank = Kind is RecurrenceKind.MonthlyByWeekday ? Rank ?? RankOf(first) : null,
    };

    private static int? NumberIn(string typed, int most) =>
        int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : null;

    private static LocalDate? DateIn(string typed) =>
        LocalDatePattern.Iso.Parse(typed).TryGetValue(default, out var date) && date.Year is >= 2000 and < 2200 ? date : null;
}

/// <summary>What of a form names no series.</summary>
public enum SeriesTrouble
{
    None,
    When,
    Every,
    End,
    Dates,
}
