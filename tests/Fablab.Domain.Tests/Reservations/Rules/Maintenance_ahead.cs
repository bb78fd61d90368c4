using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>Booking stops at the hour at which work is forecast to be due, not when the machine fails.</summary>
public class Maintenance_ahead
{
    private static readonly TimeSlot Ten_to_twelve = Slot("2026-11-23 10:00", "2026-11-23 12:00");
    private static readonly Instant Eight = At("2026-11-23 08:00");

    [TestCase(121, null)]
    [TestCase(120, "2026-11-23 12:00")]
    [TestCase(30, "2026-11-23 10:30")]
    [TestCase(0, "2026-11-23 08:00")]
    [TestCase(-5, "2026-11-23 08:00")]
    public void Is_due_when_counter_and_slot_together_reach_the_hours(int minutesLeft, string? dueAt) =>
        Is_due(new MaintenanceDue { Title = "Clean the lens", TimeLeft = Duration.FromMinutes(minutesLeft) }, dueAt);

    [TestCase(61 + 120, null)]
    [TestCase(60 + 90, "2026-11-23 11:30")]
    [TestCase(45, "2026-11-23 09:45")]
    public void Counts_what_others_booked_before(int minutesLeft, string? dueAt) => Is_due(
        new MaintenanceDue
        {
            Title = "Clean the lens",
            TimeLeft = Duration.FromMinutes(minutesLeft),
            Booked = [Slot("2026-11-23 09:00", "2026-11-23 10:00"), Slot("2026-11-23 14:00", "2026-11-23 18:00")],
        },
        dueAt);

    [Test]
    public void Counts_only_the_rest_of_what_runs_already() => Is_due(
        new MaintenanceDue { Title = "Clean the lens", TimeLeft = Duration.FromMinutes(90), Booked = [Slot("2026-11-23 07:00", "2026-11-23 09:00")] },
        "2026-11-23 10:30");

    [TestCase("2026-11-23 12:01", null)]
    [TestCase("2026-11-23 11:00", "2026-11-23 11:00")]
    [TestCase("2026-11-20 11:00", "2026-11-20 11:00")]
    public void Is_due_at_its_date_whatever_the_counter_says(string at, string? dueAt) =>
        Is_due(new MaintenanceDue { Title = "Clean the lens", At = At(at), TimeLeft = Duration.FromHours(1000) }, dueAt);

    private static void Is_due(MaintenanceDue work, string? dueAt)
    {
        var problems = Check(Ten_to_twelve, Under() with { Maintenance = [work] }, Eight);

        if (dueAt is null)
        {
            Assert.That(problems, Is.Empty);
            return;
        }

        Is_refused(problems, "maintenance-due", ("dueAt", At(dueAt)), ("title", "Clean the lens"));
        Assert.That((problems[0].Severity, problems[0].LiftedBy), Is.EqualTo((ProblemSeverity.Hard, (string?)null)));
    }
}
