using Fablab.Domain.Presence;
using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Tests.Presence;

public class The_end_of_a_visit
{
    private static readonly VisitLimits Limits = new(Duration.FromMinutes(30), Duration.FromHours(14));

    [Test]
    public void Is_the_closing_time_and_a_margin() => Assert.That(EndOf(Open((8, 18)), 9), Is.EqualTo(Monday.At(18, 30)));

    [Test]
    public void Is_the_last_closing_time_of_the_day_over_a_break_at_noon() => Assert.That(EndOf(Open((8, 12), (14, 20)), 9), Is.EqualTo(Monday.At(20, 30)));

    [Test]
    public void Is_the_same_where_slots_may_cross_closing_time() => Assert.That(EndOf(Open((8, 18)) with { MayCrossClosing = true }, 9), Is.EqualTo(Monday.At(18, 30)));

    [Test]
    public void Comes_after_the_longest_stay_at_the_latest()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EndOf(null, 9), Is.EqualTo(Monday.At(23)), "no hours are set");
            Assert.That(EndOf(Open((5, 23)), 6), Is.EqualTo(Monday.At(20)));
            Assert.That(EndOf(Open((8, 18)), 19), Is.EqualTo(Monday.At(19) + Duration.FromHours(14)), "they came after closing time");
        }
    }

    private static Instant EndOf(OpeningHoursRule? hours, int arrived) => VisitRules.ClosesAt(
        hours is null ? EffectiveRules.None : new EffectiveRules { OpeningHours = new Chosen<OpeningHoursRule>(hours, hours.Id, Lifters.Manager) }, DateTimeZone.Utc, Monday.At(arrived), Limits);

    private static OpeningHoursRule Open(params (int From, int To)[] windows) => new()
    {
        Id = new BookingRuleId(Guid.NewGuid()),
        Windows = new WeeklyWindows([.. windows.Select(one => new WeeklyWindow(IsoDayOfWeek.Monday, new DailyWindow(new LocalTime(one.From, 0), new LocalTime(one.To, 0))))]),
    };
}
