using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Tests.Desks;

namespace Fablab.Domain.Tests.Reservations;

public class Booking_a_machine
{
    private static readonly BookingFacts AllIsWell = new()
    {
        Policy = new MachinePolicy
        {
            HazardClass = HazardClass.L,
            MinimumLength = Duration.FromMinutes(15),
            MaximumLength = Duration.FromHours(4),
            Granularity = Duration.FromMinutes(5),
            Horizon = Duration.FromDays(60),
        },
        Clashes = [],
        IsAuthorised = true,
    };

    private static readonly TimeSlot Nine_to_ten = Monday.Slot((9, 0), (10, 0));

    [Test]
    public void Is_fine_when_no_rule_speaks_against_it()
    {
        Assert.That(Check(Nine_to_ten, AllIsWell), Is.Empty);
    }

    [Test]
    public void In_the_past_is_refused_with_both_instants()
    {
        var problem = Check(Monday.Slot((7, 0), (8, 0)), AllIsWell).Single();

        Is_hard(problem, "slot-in-the-past", ("start", Monday.At(7)), ("now", Monday.At(8)));
    }

    [Test]
    public void That_began_two_minutes_ago_is_fine_because_the_form_was_open_meanwhile()
    {
        Assert.That(Check(new TimeSlot(Monday.At(7, 58), Monday.At(8, 58)), AllIsWell), Is.Empty);
    }

    [Test]
    public void For_less_than_the_minimum_is_refused_with_both_lengths()
    {
        var problem = Check(Monday.Slot((9, 0), (9, 10)), AllIsWell).Single();

        Is_a_rule(problem, "slot-too-short", ("seconds", 600L), ("minimumSeconds", 900L));
    }

    [Test]
    public void For_more_than_the_maximum_is_refused_with_both_lengths()
    {
        var problem = Check(Monday.Slot((9, 0), (13, 5)), AllIsWell).Single();

        Is_a_rule(problem, "slot-too-long", ("seconds", 14_700L), ("maximumSeconds", 14_400L));
    }

    [Test]
    public void For_a_length_between_two_steps_is_refused_with_the_step()
    {
        var problem = Check(Monday.Slot((9, 0), (9, 32)), AllIsWell).Single();

        Is_a_rule(problem, "slot-off-grid", ("seconds", 1_920L), ("granularitySeconds", 300L));
    }

    [Test]
    public void Too_far_ahead_is_refused_with_the_latest_start()
    {
        var latest = Monday.At(8) + Duration.FromDays(60);
        var problem = Check(new TimeSlot(latest + Duration.FromMinutes(1), latest + Duration.FromMinutes(61)), AllIsWell).Single();

        Is_a_rule(problem, "beyond-horizon", ("start", latest + Duration.FromMinutes(1)), ("latestStart", latest));
    }

    [Test]
    public void That_others_have_is_refused_once_for_every_clash()
    {
        var problems = Check(Nine_to_ten, AllIsWell with { Clashes = [Monday.Slot((8, 30), (9, 15)), Monday.Slot((9, 45), (11, 0))] });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(problems, Has.Count.EqualTo(2));
            Is_hard(problems[0], "slot-taken", ("start", Monday.At(8, 30)), ("end", Monday.At(9, 15)));
            Is_hard(problems[1], "slot-taken", ("start", Monday.At(9, 45)), ("end", Monday.At(11)));
        }
    }

    [Test]
    public void That_is_out_of_order_is_refused()
    {
        Is_hard(Check(Nine_to_ten, AllIsWell with { Outage = new Outage(null, null) }).Single(), "machine-out-of-order");
    }

    [Test]
    public void Without_an_authorisation_is_refused_and_a_manager_can_help()
    {
        var problem = Check(Nine_to_ten, AllIsWell with { IsAuthorised = false }).Single();

        using (Assert.EnterMultipleScope())
        {
            Is_a_rule(problem, "authorisation-missing");
        }
    }

    [Test]
    public void On_a_project_of_others_is_refused()
    {
        Is_hard(Check(Nine_to_ten, AllIsWell with { MayChargeProject = false }).Single(), "project-not-yours");
    }

    [Test]
    public void For_less_time_than_the_job_needs_is_a_warning_that_the_member_may_overrule()
    {
        var problem = Check(Nine_to_ten, AllIsWell with { JobEstimate = Duration.FromMinutes(61) }).Single();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((problem.Code, problem.Severity, problem.LiftedBy), Is.EqualTo(("job-longer-than-slot", ProblemSeverity.Soft, "member")));
            Assert.That(problem.Facts, Is.EquivalentTo(new Dictionary<string, object> { ["estimateSeconds"] = 3_660L, ["seconds"] = 3_600L }));
        }
    }

    [Test]
    public void Is_told_all_reasons_at_once()
    {
        var facts = AllIsWell with { Outage = new Outage(null, null), IsAuthorised = false, MayChargeProject = false, Clashes = [Nine_to_ten] };

        var codes = Check(Monday.Slot((7, 0), (7, 1)), facts).Select(problem => problem.Code);

        Assert.That(codes, Is.EqualTo(new[]
        {
            "slot-in-the-past", "slot-too-short", "slot-off-grid", "slot-taken", "machine-out-of-order", "authorisation-missing", "project-not-yours",
        }));
    }

    private static IReadOnlyList<BookingProblem> Check(TimeSlot slot, BookingFacts facts) =>
        BookingRules.Check(new WantedBooking(DeskInUse.Machine, slot), facts, Monday.At(8));

    private static void Is_hard(BookingProblem problem, string code, params (string Name, object Value)[] facts)
    {
        Assert.That((problem.Code, problem.Severity), Is.EqualTo((code, ProblemSeverity.Hard)));
        Assert.That(problem.Facts, Is.EquivalentTo(facts.ToDictionary(f => f.Name, f => f.Value)));
    }

    private static void Is_a_rule(BookingProblem problem, string code, params (string Name, object Value)[] facts)
    {
        Assert.That((problem.Code, problem.Severity, problem.LiftedBy), Is.EqualTo((code, ProblemSeverity.Soft, "manager")));
        Assert.That(problem.Facts, Is.EquivalentTo(facts.ToDictionary(f => f.Name, f => f.Value)));
    }
}
