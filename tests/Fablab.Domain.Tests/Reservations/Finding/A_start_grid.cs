using CsCheck;
using Fablab.Domain.Reservations.Finding;
using NodaTime.Text;

namespace Fablab.Domain.Tests.Reservations.Finding;

public class A_start_grid
{
    [TestCase("Europe/Paris", 60, "2026-11-23T09:01", "23T10:00", TestName = "Of hours begins at the next full hour")]
    [TestCase("Europe/Paris", 60, "2026-11-23T09:00", "23T09:00", TestName = "Holds the hour itself")]
    [TestCase("Asia/Kolkata", 60, "2026-11-23T09:00", "23T09:30", TestName = "Is that of the wall clock, which in Kolkata is half an hour off")]
    [TestCase("Asia/Kathmandu", 30, "2026-11-23T09:00", "23T09:15", TestName = "In Kathmandu it is a quarter off")]
    [TestCase("Europe/Paris", 240, "2026-03-29T00:30", "29T02:00", TestName = "Of four hours is at four by the new clock of the spring night")]
    [TestCase("Europe/Paris", 240, "2026-10-25T00:30", "25T03:00", TestName = "And at four by the new clock of the autumn night")]
    [TestCase("Europe/Paris", 1440, "2026-10-25T00:30", "25T23:00", TestName = "Of days is at midnight although the day has 25 hours")]
    public void Of(string zone, int minutes, string from, string next)
    {
        var grid = new StartGrid(Duration.FromMinutes(minutes), DateTimeZoneProviders.Tzdb[zone]);
        var instant = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(from).Value;

        Assert.That($"{grid.Next(instant):dd'T'HH:mm}", Is.EqualTo(next));
    }

    [Test]
    public void Goes_on_to_the_next_step_from_a_nanosecond_behind_one()
    {
        var grid = new StartGrid(Duration.FromMinutes(15), DateTimeZone.Utc);

        Assert.That(grid.Next(Monday.At(9) + Duration.Epsilon), Is.EqualTo(Monday.At(9, 15)));
    }

    [TestCase(0)]
    [TestCase(-15)]
    [TestCase(7)]
    public void Must_be_the_same_every_day(int minutes)
    {
        Assert.That(() => new StartGrid(Duration.FromMinutes(minutes), DateTimeZone.Utc), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Finds_the_first_minute_whose_wall_clock_time_is_on_it()
    {
        var zones = new[] { "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago" }.Select(DateTimeZoneProviders.Tzdb.GetZoneOrNull).ToArray();
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[0, 365 * 24 * 60]).Sample((zone, pick, minute) =>
        {
            var step = new[] { 5, 15, 30, 60, 180 }[pick];
            var grid = new StartGrid(Duration.FromMinutes(step), zones[zone]!);
            var from = Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromMinutes(minute);

            var first = Enumerable.Range(0, 400).Select(m => from + Duration.FromMinutes(m))
                .First(at => at.InZone(zones[zone]!).TimeOfDay is var time && (time.Hour * 60 + time.Minute) % step == 0);

            return grid.Next(from) == first;
        }, iter: 5_000, threads: 1);
    }
}
