using Fablab.Domain.Tests.Desks;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.UsageSessions;

public class A_metered_session
{
    [Test]
    public void Takes_its_totals_from_the_records()
    {
        var session = Session().Metered(Read(Monday.At(9, 0, 15), 15, 15, 10)).Metered(Read(Monday.At(9, 0, 30), 15, 30, 25));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(session.Total, Is.EqualTo(Duration.FromSeconds(30)));
            Assert.That(session.Active, Is.EqualTo(Duration.FromSeconds(25)));
            Assert.That(session.ReviewReason, Is.Null);
        }
    }

    [Test]
    public void Began_when_its_first_slice_began()
    {
        var session = Session().Metered(Read(Monday.At(9, 0, 15), 15, 15, 15));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(session.State, Is.EqualTo(UsageSessionState.Armed));
            Assert.That(session.StartedAt, Is.EqualTo(Monday.At(9)));
        }
    }

    [TestCase(15, 40, 15, TestName = "total jumps")]
    [TestCase(15, 10, 10, TestName = "total falls")]
    [TestCase(15, 30, 5, TestName = "active falls")]
    [TestCase(15, 30, 31, TestName = "more active than there is")]
    public void Goes_to_a_person_when_a_record_does_not_add_up(int delta, int total, int active)
    {
        var session = Session().Metered(Read(Monday.At(9, 0, 15), 15, 15, 10));

        var after = session.Metered(Read(Monday.At(9, 0, 30), delta, total, active));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.ReviewReason, Is.EqualTo("meter-does-not-add-up"));
            Assert.That(after.Total, Is.GreaterThanOrEqualTo(session.Total));
            Assert.That(after.Active, Is.GreaterThanOrEqualTo(session.Active));
        }
    }

    [Test]
    public void Goes_to_a_person_when_its_energy_falls()
    {
        var session = Session().Metered(Read(Monday.At(9, 0, 15), 15, 15, 10) with { WattSeconds = 500 });

        var after = session.Metered(Read(Monday.At(9, 0, 30), 15, 30, 20) with { WattSeconds = 400 });

        Assert.That((after.WattSeconds, after.ReviewReason), Is.EqualTo((500L, "meter-does-not-add-up")));
    }

    [Test]
    public void Keeps_the_most_filament_it_saw_when_a_retraction_takes_some_back()
    {
        var session = Session().Metered(Read(Monday.At(9, 0, 15), 15, 15, 10) with { FilamentMillimetres = 20 });

        var after = session.Metered(Read(Monday.At(9, 0, 30), 15, 30, 20) with { FilamentMillimetres = 18 });

        Assert.That((after.FilamentMillimetres, after.ReviewReason), Is.EqualTo((20d, (string?)null)));
    }

    [Test]
    public void Keeps_its_energy_when_a_record_has_none()
    {
        var session = Session().Metered(Read(Monday.At(9, 0, 15), 15, 15, 10) with { WattSeconds = 500, FilamentMillimetres = 20 });

        var after = session.Metered(Read(Monday.At(9, 0, 30), 15, 30, 20));

        Assert.That((after.WattSeconds, after.FilamentMillimetres, after.ReviewReason), Is.EqualTo((500L, 20d, (string?)null)));
    }

    [Test]
    public void Keeps_the_first_reason_for_a_review()
    {
        var session = Session() with { ReviewReason = "clock-fault" };

        Assert.That(session.Metered(Read(Monday.At(9, 0, 15), 15, 99, 0)).ReviewReason, Is.EqualTo("clock-fault"));
    }

    [Test]
    public void Shows_how_much_was_rebuilt_after_the_bridge_was_down()
    {
        var session = Session()
            .Metered(Read(Monday.At(9, 0, 15), 15, 15, 15))
            .Metered(Read(Monday.At(9, 5, 15), 300, 315, 315) with { IsRecovered = true });

        Assert.That(session.Recovered, Is.EqualTo(Duration.FromMinutes(5)));
    }

    [Test]
    public void Was_last_active_when_it_last_worked()
    {
        var session = Session()
            .Metered(Read(Monday.At(9, 1), 15, 15, 15))
            .Metered(Read(Monday.At(9, 2), 15, 30, 15) with { IsActive = false });

        Assert.That(session.LastActiveAt, Is.EqualTo(Monday.At(9, 1)));
    }

    private static UsageSession Session()
    {
        var desk = new DeskInUse();
        desk.CheckIn(Monday.At(9));
        return desk.Session;
    }

    private static MeterRead Read(Instant at, int delta, int total, int active) => new(
        at, Duration.FromSeconds(delta), Duration.FromSeconds(total), Duration.FromSeconds(active), true, false, null, null);
}
