using Fablab.Domain.Privacy;

namespace Fablab.Domain.Tests.Privacy;

public class Asking_to_be_erased
{
    private static readonly Instant Monday = Instant.FromUtc(2026, 3, 2, 8, 0);

    [Test]
    public void Meets_nothing_in_the_way_of_somebody_who_owes_and_runs_nothing() =>
        Assert.That(ErasureRules.ObstaclesOf(new ErasureFacts(), Monday, Monday, ErasureOrigin.Member), Is.Empty);

    [Test]
    public void Is_told_everything_that_is_in_the_way_at_once()
    {
        var facts = new ErasureFacts { RunningSessions = 1, OrganisationsOwnedAlone = 2, IsLastAdministrator = true, PlannedTrainings = 3, OpenCharges = 4, BookingsLeft = 5 };

        var obstacles = ErasureRules.ObstaclesOf(facts, Monday, Monday + Duration.FromDays(1), ErasureOrigin.Member);

        Assert.That(
            obstacles.Select(one => (one.Code, one.Count, one.Passes)),
            Is.EqualTo(new[]
            {
                ("session-running", 1, false), ("only-owner", 2, false), ("last-administrator", 1, false), ("training-planned", 3, false), ("charges-open", 4, true),
                ("booking-too-near", 5, true),
            }));
    }

    [Test]
    public void Waits_for_an_invoice_up_to_a_day_and_not_for_ever()
    {
        var facts = new ErasureFacts { OpenCharges = 1 };

        Assert.That(
            (ErasureRules.ObstaclesOf(facts, Monday - Duration.Epsilon, Monday, ErasureOrigin.Staff).Count, ErasureRules.ObstaclesOf(facts, Monday, Monday, ErasureOrigin.Staff).Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Behind_a_backup_is_stopped_by_running_machines_and_by_the_last_administrator_only()
    {
        var facts = new ErasureFacts { RunningSessions = 1, OrganisationsOwnedAlone = 1, IsLastAdministrator = true, PlannedTrainings = 1, OpenCharges = 1, BookingsLeft = 1 };

        Assert.That(
            ErasureRules.ObstaclesOf(facts, Monday, Monday + Duration.FromDays(1), ErasureOrigin.Restored).Select(obstacle => obstacle.Code),
            Is.EqualTo(["session-running", "last-administrator"]));
    }

    [TestCase(ErasureOrigin.Inactivity, false, true, ExpectedResult = true)]
    [TestCase(ErasureOrigin.Inactivity, true, true, ExpectedResult = false)]
    [TestCase(ErasureOrigin.Unconfirmed, false, false, ExpectedResult = true)]
    [TestCase(ErasureOrigin.Unconfirmed, false, true, ExpectedResult = false)]
    [TestCase(ErasureOrigin.Member, true, true, ExpectedResult = true)]
    [TestCase(ErasureOrigin.Staff, true, true, ExpectedResult = true)]
    public bool Holds_for_want_of_use_only_while_they_stay_away(ErasureOrigin origin, bool cameBack, bool isConfirmed) =>
        ErasureRules.IsStillWanted(origin, cameBack, isConfirmed);
}
