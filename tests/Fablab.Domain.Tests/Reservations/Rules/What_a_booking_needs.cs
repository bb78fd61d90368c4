using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class What_a_booking_needs
{
    private static readonly TimeSlot Monday_morning = Slot("2026-11-23 10:00", "2026-11-23 12:00");
    private static readonly Instant A_week_before = Monday_morning.Start - Duration.FromDays(7);

    [TestCase(2, true)]
    [TestCase(1, false)]
    [TestCase(null, true)]
    public void Is_an_authorisation_through_the_booked_time(int? hours, bool isEnough)
    {
        Instant? until = hours is { } h ? Monday_morning.Start + Duration.FromHours(h) : null;
        var facts = Under(new AuthorisationRule { Id = Id(1) }) with { Authorisations = [new HeldAuthorisation(Laser, until)] };

        var problems = Check(Monday_morning, facts, A_week_before);

        if (isEnough)
        {
            Assert.That(problems, Is.Empty);
        }
        else
        {
            Is_refused(problems, "authorisation-ends", ("validUntil", until!.Value), ("end", Monday_morning.End));
        }
    }

    [Test]
    public void Is_an_authorisation_that_is_there_at_all()
    {
        var never = Under(new AuthorisationRule { Id = Id(1) });
        var ended = never with { Authorisations = [new HeldAuthorisation(Laser, A_week_before)] };
        var another = never with { Authorisations = [new HeldAuthorisation(OtherLaser, null)] };

        using var all = Assert.EnterMultipleScope();
        Is_refused(Check(Monday_morning, never, A_week_before), "authorisation-missing");
        Is_refused(Check(Monday_morning, ended, A_week_before), "authorisation-missing");
        Is_refused(Check(Monday_morning, another, A_week_before), "authorisation-missing");
    }

    [Test]
    public void Is_the_authorisation_for_the_machine_that_a_rule_names()
    {
        var facts = Under(new AuthorisationRule { Id = Id(1), For = OtherLaser }) with { Authorisations = [new HeldAuthorisation(OtherLaser, null)] };

        Assert.That(Check(Monday_morning, facts), Is.Empty);
    }

    [Test]
    public void Is_a_supervisor_among_those_who_come_along_where_one_is_authorised_under_supervision()
    {
        var supervised = Under() with { IsAuthorised = false, Authorisations = [new(Laser, null) { Level = AuthorisationLevel.Supervised }] };

        using var all = Assert.EnterMultipleScope();
        Is_refused(Check(Monday_morning, supervised), "supervisor-missing");
        Is_refused(Check(Monday_morning, With(new(OtherLaser, null))), "supervisor-missing");
        Is_refused(Check(Monday_morning, With(new(Laser, Monday_morning.Start))), "supervisor-missing");
        Is_refused(Check(Monday_morning, With(new(Laser, null) { Level = AuthorisationLevel.LimitedHours, Hours = Mornings })), "supervisor-missing");
        Assert.That(Check(Monday_morning, With(new(Laser, Monday_morning.End))), Is.Empty);

        BookingFacts With(HeldAuthorisation supervisor) => supervised with { Supervisors = [supervisor] };
    }

    [TestCase("2026-11-23 08:00", "2026-11-23 12:00", true)]
    [TestCase("2026-11-23 08:00", "2026-11-23 12:15", false)]
    [TestCase("2026-11-24 10:00", "2026-11-24 11:00", false, Description = "on a Tuesday")]
    public void Is_to_stay_within_the_hours_that_one_is_authorised_for(string from, string until, bool isWithin)
    {
        var (slot, facts) = (Slot(from, until), Under() with
        {
            IsAuthorised = false,
            Authorisations = [new(Laser, null) { Level = AuthorisationLevel.LimitedHours, Hours = Mornings, Zone = Paris }],
        });

        var problems = Check(slot, facts);

        Assert.That(problems.Codes(), Is.EqualTo(isWithin ? Array.Empty<string>() : ["outside-authorised-hours"]));
    }

    [Test]
    public void Is_an_authorisation_that_nobody_has_suspended()
    {
        var facts = Under() with { IsAuthorised = false, Authorisations = [new(Laser, A_week_before) { IsSuspended = true }] };

        Is_refused(Check(Monday_morning, facts, A_week_before), "authorisation-suspended");
    }

    [Test]
    public void Is_judged_by_the_best_authorisation_that_one_has()
    {
        HeldAuthorisation[] several = [new(Laser, A_week_before) { IsSuspended = true }, new(Laser, null) { Level = AuthorisationLevel.Supervised }, new(Laser, null)];

        Assert.That(Check(Monday_morning, Under() with { IsAuthorised = false, Authorisations = several }), Is.Empty);
    }

    private static readonly WeeklyWindows Mornings = WeeklyWindows.On(new LocalTime(8, 0), new LocalTime(12, 0), IsoDayOfWeek.Monday);

    [Test]
    public void Is_told_with_the_end_of_the_authorisation_also_when_the_machine_itself_asks_for_it()
    {
        var until = Monday_morning.Start;
        var facts = Under() with { IsAuthorised = false, Authorisations = [new HeldAuthorisation(Laser, until)] };

        Is_refused(Check(Monday_morning, facts, A_week_before), "authorisation-ends", ("validUntil", until), ("end", Monday_morning.End));
    }

    [TestCase(1, "too-few-people")]
    [TestCase(2, null)]
    public void Is_a_second_person_where_a_rule_says_so(int people, string? code)
    {
        var facts = Under(new PeopleRule { Id = Id(1), AtLeast = 2 }) with { People = people };

        Assert.That(Check(Monday_morning, facts).Codes(), code is null ? Is.Empty : Is.EqualTo(new[] { code }));
    }

    [Test]
    public void Is_what_must_be_booked_along_with_it()
    {
        var facts = Under(new CompanionRule { Id = Id(1), Codes = ["extraction", "room"] }) with { Companions = ["room"] };

        Is_refused(Check(Monday_morning, facts), "companion-missing", ("code", "extraction"));
    }

    [TestCase(0, "terms-not-accepted")]
    [TestCase(2, "terms-not-accepted")]
    [TestCase(3, null)]
    [TestCase(4, null)]
    public void Is_the_terms_accepted_in_this_version_or_a_later_one(int accepted, string? code)
    {
        var facts = Under(new TermsRule { Id = Id(1), Terms = "laser", Version = 3 }) with { AcceptedTerms = new Dictionary<string, int> { ["laser"] = accepted } };

        Assert.That(Check(Monday_morning, facts).Codes(), code is null ? Is.Empty : Is.EqualTo(new[] { code }));
    }

    [Test]
    public void Is_a_managers_yes_for_a_long_slot_which_is_held_meanwhile()
    {
        var facts = Under(new ApprovalRule { Id = Id(1), WhenLongerThan = Duration.FromHours(1), HeldFor = Duration.FromDays(2) });
        var wanted = new WantedBooking(Laser, Monday_morning);

        var problem = Check(Monday_morning, facts, A_week_before).Single();

        using var all = Assert.EnterMultipleScope();
        Assert.That((problem.Code, problem.Severity, problem.LiftedBy), Is.EqualTo(("approval-needed", ProblemSeverity.Soft, Lifters.Member)));
        Assert.That(problem.Facts["lapsesAt"], Is.EqualTo(A_week_before + Duration.FromDays(2)));
        Assert.That(BookingRules.ApprovalNeededBy(wanted, facts, A_week_before), Is.EqualTo(A_week_before + Duration.FromDays(2)));
        Assert.That(BookingRules.ApprovalNeededBy(wanted, facts, Monday_morning.Start - Duration.FromHours(1)), Is.EqualTo(Monday_morning.Start), "never held beyond the start");
        Assert.That(BookingRules.ApprovalNeededBy(new WantedBooking(Laser, Slot("2026-11-23 10:00", "2026-11-23 11:00")), facts, A_week_before), Is.Null);
    }

    [TestCase("2026-11-23 17:00", "2026-11-23 18:00", false)]
    [TestCase("2026-11-23 17:00", "2026-11-23 18:01", true)]
    public void Is_a_managers_yes_outside_staffed_hours(string from, string until, bool isNeeded)
    {
        var staffed = WeeklyWindows.EveryDay(new LocalTime(9, 0), new LocalTime(18, 0));
        var facts = Under(new ApprovalRule { Id = Id(1), WhenOutside = staffed, HeldFor = Duration.FromDays(2) });

        Assert.That(Check(Slot(from, until), facts).Codes(), isNeeded ? Is.EqualTo(new[] { "approval-needed" }) : Is.Empty);
    }

    [Test]
    public void Is_no_new_yes_to_shorten_what_was_approved()
    {
        var facts = Under(new ApprovalRule { Id = Id(1), HeldFor = Duration.FromDays(2) }) with { Present = Reserved(1, Monday_morning) };

        Assert.That(Check(Slot("2026-11-23 10:00", "2026-11-23 11:30"), facts), Is.Empty);
    }

    [Test]
    public void Is_a_machine_without_an_open_fault()
    {
        var problem = Check(Monday_morning, Under() with { HasOpenFault = true }).Single();

        Assert.That((problem.Code, problem.Severity, problem.LiftedBy), Is.EqualTo(("fault-open", ProblemSeverity.Hard, (string?)null)));
    }

    [TestCase("2026-11-23 10:00", "2026-11-23 10:30", false)]
    [TestCase("2026-11-23 10:00", "2026-11-23 11:00", false)]
    [TestCase("2026-11-23 10:00", "2026-11-23 11:30", true)]
    [TestCase("2026-11-23 09:30", "2026-11-23 10:30", true)]
    public void Is_no_machine_without_a_fault_to_keep_time_or_give_it_back(string start, string end, bool isRefused)
    {
        var facts = Under() with { HasOpenFault = true, Present = Reserved(1, Slot("2026-11-23 10:00", "2026-11-23 11:00")) };

        Assert.That(Check(Slot(start, end), facts).Any(problem => problem.Code == "fault-open"), Is.EqualTo(isRefused));
    }
}
