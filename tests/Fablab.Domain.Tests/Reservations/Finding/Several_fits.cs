using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Tests.Reservations.Finding;

public class Several_fits
{
    private static readonly FitWish TwoHours = new()
    {
        Window = Monday.Slot((8, 0), (18, 0)),
        Length = Duration.FromHours(2),
        Grid = new StartGrid(Duration.FromMinutes(15), DateTimeZone.Utc),
    };

    [Test]
    public void Follow_each_other_and_skip_what_is_taken()
    {
        var fits = SeveralFits.Find(TwoHours, [Monday.Slot((12, 30), (13, 10))], _ => null, 3);

        Assert.That(fits.Select(fit => fit.Slot), Is.EqualTo([Monday.Slot((8, 0), (10, 0)), Monday.Slot((10, 0), (12, 0)), Monday.Slot((13, 15), (15, 15))]));
    }

    [Test]
    public void Begin_when_the_rules_say_that_they_may()
    {
        var fits = SeveralFits.Find(TwoHours, [Monday.Slot((9, 0), (10, 0))], fit => fit.Slot.Start < Monday.At(14, 5) ? Monday.At(14, 5) : null, 3);

        Assert.That(fits.Select(fit => fit.Slot.Start), Is.EqualTo([Monday.At(14, 15)]));
    }

    [Test]
    public void Are_given_up_after_so_many_tries()
    {
        var tried = 0;
        var wish = TwoHours with { Window = new TimeSlot(Monday.At(0), Monday.At(0) + Duration.FromDays(60)) };

        var fits = SeveralFits.Find(
            wish,
            [],
            fit =>
            {
                tried++;
                return fit.Slot.Start;
            },
            3);

        using var all = Assert.EnterMultipleScope();
        Assert.That(fits, Is.Empty);
        Assert.That(tried, Is.EqualTo(SeveralFits.MostTried));
    }

    [Test]
    public void Have_a_last_one()
    {
        var last = SeveralFits.FindLast(TwoHours, [Monday.Slot((15, 0), (17, 0))], fit => fit.Slot.Start != Monday.At(13));

        Assert.That(last?.Slot, Is.EqualTo(Monday.Slot((12, 45), (14, 45))));
    }

    [Test]
    public void Are_none_where_every_time_is_refused_and_say_why_at_once()
    {
        var asked = 0;

        var ruled = RuledFits.Find(
            TwoHours,
            [],
            _ =>
            {
                asked++;
                return [new BookingProblem("slot-too-long", ProblemSeverity.Hard, new Dictionary<string, object>())];
            },
            _ => true,
            3);

        using var all = Assert.EnterMultipleScope();
        Assert.That(ruled.Codes, Is.EqualTo(["slot-too-long"]));
        Assert.That(asked, Is.EqualTo(1));
    }

    [Test]
    public void Are_not_kept_out_by_what_the_member_may_accept()
    {
        var advice = new BookingProblem("job-longer-than-slot", ProblemSeverity.Soft, new Dictionary<string, object>(), "member");

        Assert.That(RuledFits.Find(TwoHours, [], _ => [advice], _ => true, 1).Fits, Has.Count.EqualTo(1));
    }

    [Test]
    public void Say_that_there_is_no_opening_when_all_is_taken()
    {
        Assert.That(RuledFits.Find(TwoHours, [Monday.Slot((7, 0), (17, 0))], _ => [], _ => true, 1).Codes, Is.EqualTo([RuledFits.NoOpening]));
    }
}
