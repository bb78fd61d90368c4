using System.Globalization;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Trainings.Sessions;
using Fablab.Web.Hosting;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>A training session as it is typed, by the wall clock of its site.</summary>
public sealed record PlanForm
{
    public string Course { get; init; } = "";

    public string Trainer { get; init; } = "";

    public string Date { get; init; } = "";

    public string Time { get; init; } = "18:00";

    public string Minutes { get; init; } = "180";

    public string Seats { get; init; } = "6";

    public string Minimum { get; init; } = "0";

    /// <summary>In whole currency units, with decimals if need be.</summary>
    public string Price { get; init; } = "0";

    /// <summary>The same when the form is sent twice.</summary>
    public string Key { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>Of the training session that is changed; <see langword="null"/> for a new one.</summary>
    public int? Version { get; init; }

    /// <summary>Minutes of one that is planned here; programs may plan longer ones.</summary>
    public const int LongestPlanned = 1440;

    public static PlanForm Of(TrainingSessionRow row, DateTimeZone zone)
    {
        var start = row.Start.InZone(zone).LocalDateTime;
        return new PlanForm
        {
            Course = row.Course.ToString(), Trainer = row.Trainer.ToString(), Date = LocalDatePattern.Iso.Format(start.Date), Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(start.TimeOfDay),
            Minutes = ((long)(row.End - row.Start).TotalMinutes).ToString(CultureInfo.InvariantCulture), Seats = row.Seats.ToString(CultureInfo.InvariantCulture),
            Minimum = row.MinimumAttendance.ToString(CultureInfo.InvariantCulture), Price = (row.Price.Minor / 100m).ToString("0.##", CultureInfo.InvariantCulture), Version = row.Version,
        };
    }

    public static PlanForm Read(IFormCollection posted) => new()
    {
        Course = posted["course"].ToString(), Trainer = posted["trainer"].ToString(), Date = posted["date"].ToString(), Time = posted["time"].ToString(),
        Minutes = posted["minutes"].ToString(), Seats = posted["seats"].ToString(), Minimum = posted["minimum"].ToString(), Price = posted["price"].ToString(),
        Version = int.TryParse(posted["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null,
        Key = Guid.TryParseExact(posted["key"], "N", out var key) ? key.ToString("N") : Guid.NewGuid().ToString("N"),
    };

    /// <param name="wrong">The fields that say no training session: unreadable, or a start that the clock skips.</param>
    /// <param name="longest">Minutes.</param>
    /// <returns><see langword="null"/> when something is wrong. Of a doubled hour it is the first.</returns>
    internal PlanSessionRequest? ToRequest(string site, DateTimeZone zone, ICollection<string> wrong, int longest = LongestPlanned)
    {
        var course = Guid.TryParse(Course, out var courseId) ? courseId : (Guid?)null;
        var trainer = Guid.TryParse(Trainer, out var trainerId) ? trainerId : (Guid?)null;
        var date = LocalDatePattern.Iso.Parse(Date).TryGetValue(default, out var day) && day.Year is >= 2000 and < 2200 ? day : (LocalDate?)null;
        var time = LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(Time).TryGetValue(default, out var hour) ? hour : (LocalTime?)null;
        Instant? begins = date is { } on && time is { } at && zone.MapLocal(on + at) is { Count: > 0 } start ? start.First().ToInstant() : null;
        var (minutes, seats) = (Number(Minutes, 15, longest), Number(Seats, 1, Fablab.Domain.Trainings.TrainingRules.MostSeats));
        var (minimum, price) = (Number(Minimum, 0, seats ?? 0), PriceMinor());
        Note("course", course is null);
        Note("trainer", trainer is null);
        Note("date", date is null || (begins is { } first && !(LabClock.IsPlausible(first) && LabClock.IsPlausible(first + Duration.FromMinutes(minutes ?? 0)))));
        Note("time", time is null || (date is not null && begins is null));
        Note("minutes", minutes is null);
        Note("seats", seats is null);
        Note("minimum", minimum is null);
        Note("price", price is null);
        return wrong.Count > 0 ? null : new PlanSessionRequest
        {
            CourseId = course!.Value, TrainerId = trainer!.Value, Site = site, Start = begins!.Value, End = begins.Value + Duration.FromMinutes(minutes!.Value), Seats = seats!.Value,
            MinimumAttendance = minimum!.Value, PriceMinor = price!.Value,
        };

        void Note(string field, bool isWrong)
        {
            if (isWrong)
            {
                wrong.Add(field);
            }
        }
    }

    /// <summary>Minutes that one may be changed to: it may stay as long as it is.</summary>
    internal static int LongestOf(TrainingSessionRow? row) => row is null ? LongestPlanned : Math.Max(LongestPlanned, (int)(row.End - row.Start).TotalMinutes);

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    /// <summary>Decimals behind a point or a comma.</summary>
    private long? PriceMinor() =>
        decimal.TryParse(Price.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
        && price is >= 0 and <= 1_000_000 && price * 100 == decimal.Truncate(price * 100) ? (long)(price * 100) : null;
}
