using System.Globalization;
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

    public static PlanForm Read(IFormCollection posted) => new()
    {
        Course = posted["course"].ToString(), Trainer = posted["trainer"].ToString(), Date = posted["date"].ToString(), Time = posted["time"].ToString(),
        Minutes = posted["minutes"].ToString(), Seats = posted["seats"].ToString(), Minimum = posted["minimum"].ToString(), Price = posted["price"].ToString(),
        Key = Guid.TryParseExact(posted["key"], "N", out var key) ? key.ToString("N") : Guid.NewGuid().ToString("N"),
    };

    /// <returns><see langword="null"/> when it says no session: something is unreadable, or the clock skips its start. Of a doubled hour it is the first.</returns>
    internal PlanSessionRequest? ToRequest(string site, DateTimeZone zone)
    {
        if (!Guid.TryParse(Course, out var course) || !Guid.TryParse(Trainer, out var trainer)
            || !LocalDatePattern.Iso.Parse(Date).TryGetValue(default, out var date)
            || date.Year is < 2000 or >= 2200
            || !LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(Time).TryGetValue(default, out var time)
            || zone.MapLocal(date + time) is not { Count: > 0 } start
            || Number(Minutes, 15, 1440) is not { } minutes || Number(Seats, 1, Fablab.Domain.Trainings.TrainingRules.MostSeats) is not { } seats
            || Number(Minimum, 0, seats) is not { } minimum || PriceMinor() is not { } price)
        {
            return null;
        }

        var begins = start.First().ToInstant();
        if (!LabClock.IsPlausible(begins) || !LabClock.IsPlausible(begins + Duration.FromMinutes(minutes)))
        {
            return null;
        }

        return new PlanSessionRequest
        {
            CourseId = course, TrainerId = trainer, Site = site, Start = begins, End = begins + Duration.FromMinutes(minutes), Seats = seats, MinimumAttendance = minimum, PriceMinor = price,
        };
    }

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    /// <summary>Decimals behind a point or a comma.</summary>
    private long? PriceMinor() =>
        decimal.TryParse(Price.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var price)
        && price is >= 0 and <= 1_000_000 && price * 100 == decimal.Truncate(price * 100) ? (long)(price * 100) : null;
}
