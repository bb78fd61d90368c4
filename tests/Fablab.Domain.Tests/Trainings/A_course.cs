using Fablab.Domain.Machines;
using Fablab.Domain.Trainings;
using Fablab.Testing;

namespace Fablab.Domain.Tests.Trainings;

public class A_course
{
    private static readonly SiteId Here = new(new Guid("00000000-0000-0000-0000-000000000001"));
    private static readonly SiteId Elsewhere = new(new Guid("00000000-0000-0000-0000-000000000002"));
    private static readonly Instant Then = Instant.FromUtc(2026, 3, 2, 12, 0);

    [TestCase("saw-1", MachineCategory.Other, true, true)]
    [TestCase("laser-7", MachineCategory.LaserCutter, true, true)]
    [TestCase("saw-2", MachineCategory.Other, true, false)]
    [TestCase("saw-1", MachineCategory.Other, false, false)]
    [TestCase("laser-7", MachineCategory.LaserCutter, false, false)]
    public void Is_for_machines_by_code_or_kind_where_it_is_recognised(string code, MachineCategory category, bool isHere, bool isFor) =>
        Assert.That(Course().IsFor(code, category, isHere ? Here : Elsewhere), Is.EqualTo(isFor));

    [Test]
    public void Authorises_who_attended_by_its_own_terms()
    {
        var course = Course() with { Level = AuthorisationLevel.Supervised, Terms = new() { Months = 12 } };

        Assert.That(course.Attended(null, Then), Is.EqualTo(new AuthorisationFact(AuthorisationFactKind.Granted, Then) { Level = AuthorisationLevel.Supervised, Terms = course.Terms }));
    }

    [Test]
    public void Takes_nothing_from_who_may_do_more_already_unless_that_is_over()
    {
        var course = Course() with { Level = AuthorisationLevel.Supervised };
        var full = State(Then - Duration.FromDays(10), new() { Months = 1 });
        var over = State(Then - Duration.FromDays(100), new() { Months = 1 });

        using var all = Assert.EnterMultipleScope();
        Assert.That(course.Attended(full, Then), Is.EqualTo(new AuthorisationFact(AuthorisationFactKind.Renewed, Then)));
        Assert.That(course.Attended(over, Then)!.Kind, Is.EqualTo(AuthorisationFactKind.Granted));
        Assert.That(course.Attended(over, Then)!.Level, Is.EqualTo(AuthorisationLevel.Supervised));
    }

    [Test]
    public void That_continues_another_renews_what_is_there_and_grants_nothing()
    {
        var course = Course() with { Kind = CourseKind.Continuing, Terms = new() { Months = 12 } };
        var over = State(Then - Duration.FromDays(100), new() { Months = 1 });

        using var all = Assert.EnterMultipleScope();
        Assert.That(course.Attended(null, Then), Is.Null);
        Assert.That(course.Attended(over, Then), Is.EqualTo(new AuthorisationFact(AuthorisationFactKind.Renewed, Then) { Terms = course.Terms }));
    }

    [Test]
    public void Gives_nothing_back_that_was_revoked_after_it_began()
    {
        var held = State(Then - Duration.FromDays(10), new());
        var revoked = AuthorisationState.After(held, new(AuthorisationFactKind.Revoked, Then - Duration.FromHours(1)), DateTimeZone.Utc);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Course().Attended(revoked, Then, Then - Duration.FromHours(2)), Is.Null);
        Assert.That(Course().Attended(revoked, Then - Duration.FromHours(2)), Is.Null);
        Assert.That(Course().Attended(revoked, Then)?.Kind, Is.EqualTo(AuthorisationFactKind.Granted));
        Assert.That((Course() with { Kind = CourseKind.Continuing }).Attended(revoked, Then), Is.Null);
    }

    [TestCase(3, "", 1)]
    [TestCase(3, "1,3", 2)]
    [TestCase(3, "1,2,3", null)]
    [TestCase(2, "1,2,3", null)]
    public void Has_sessions_whose_lowest_free_seat_is_taken_next(int seats, string taken, int? next) =>
        Assert.That(TrainingRules.FreeSeat(seats, [.. taken.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]), Is.EqualTo(next));

    [TestCase(2, 3, 1, true)]
    [TestCase(3, 3, 1, false)]
    [TestCase(2, 3, 0, false, Description = "it has begun")]
    public void Has_sessions_that_too_few_people_cancel(int enrolled, int minimum, int hoursAhead, bool isCancelled) =>
        Assert.That(TrainingRules.IsCancelledFor(enrolled, minimum, Then + Duration.FromHours(hoursAhead), Then), Is.EqualTo(isCancelled));

    [TestCase(null, 48, 24, Description = "who took the seat: the deadline")]
    [TestCase(-30, 48, 24, Description = "moved up long before the deadline")]
    [TestCase(10, 48, 34, Description = "some hours before it: a day all the same")]
    [TestCase(24, 48, 48, Description = "at the deadline: until the start, which is a day away")]
    [TestCase(30, 96, 54, Description = "after it: a day")]
    [TestCase(40, 48, 48, Description = "the last day: until the start")]
    [TestCase(10, 26, 26, Description = "a start behind the deadline by two hours")]
    public void Has_sessions_whose_seats_are_declined_for_nothing_for_a_day_by_who_did_not_ask(int? givenAfterHours, int startAfterHours, int freeUntilHours)
    {
        Instant? given = givenAfterHours is { } hours ? Then + Duration.FromHours(hours) : null;

        var until = TrainingRules.FreeUntil(Then + Duration.FromHours(24), given, Then + Duration.FromHours(startAfterHours));

        Assert.That(until, Is.EqualTo(Then + Duration.FromHours(freeUntilHours)));
    }

    [Test]
    public void Gives_again_what_was_only_withdrawn()
    {
        var withdrawn = AuthorisationState.Of(
            [new(AuthorisationFactKind.Granted, Then), new(AuthorisationFactKind.Withdrawn, Then + Duration.FromHours(3)) { Undoes = 1 }], DateTimeZone.Utc);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Course().Attended(withdrawn, Then, Then - Duration.FromHours(2))?.Kind, Is.EqualTo(AuthorisationFactKind.Granted));
        Assert.That((Course() with { Kind = CourseKind.Continuing }).Attended(withdrawn, Then), Is.Null, "there is nothing to continue");
    }

    [Test]
    public void Has_enrolments_that_live_as_the_table_says()
    {
        var events = Enum.GetValues<EnrolmentEvent>();
        var table = Enum.GetValues<EnrolmentState>()
            .Select(state => Row(state.ToString(), events.Select(e => EnrolmentLifecycle.Next(state, e)?.ToString() ?? ".")))
            .Prepend(Row("", events.Select(e => e.ToString())));

        Approved.Matches(
            "What each event makes of an enrolment in each state; a dot means that it means nothing there.\n\n" + string.Join('\n', table),
            "EnrolmentLifecycle");
    }

    private static string Row(string first, IEnumerable<string> cells) => $"{first,-12}{string.Concat(cells.Select(cell => $"{cell,-18}"))}".TrimEnd();

    private static Course Course() => new()
    {
        Id = default, Name = new(null, "Laser cutting"), Kind = CourseKind.Initial, Machines = ["saw-1"], Categories = [MachineCategory.LaserCutter], Sites = [Here],
    };

    private static AuthorisationState State(Instant granted, AuthorisationTerms terms) =>
        AuthorisationState.Of([new(AuthorisationFactKind.Granted, granted) { Terms = terms }], DateTimeZone.Utc)!;
}
