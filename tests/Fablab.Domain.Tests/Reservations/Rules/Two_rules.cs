using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>Which of two rules for one value wins.</summary>
public class Two_rules
{
    private static readonly (string Name, RuleScope Scope)[] FromTheMostSpecific =
    [
        ("machine, organisation", new() { Machine = Laser, Organisation = Startup }),
        ("machine, group", new() { Machine = Laser, Group = Students }),
        ("machine", new() { Machine = Laser }),
        ("pool, organisation", new() { Pool = Lasers, Organisation = Startup }),
        ("pool", new() { Pool = Lasers }),
        ("category at a site", new() { Category = MachineCategory.LaserCutter, Site = Lyon }),
        ("category, group", new() { Category = MachineCategory.LaserCutter, Group = Students }),
        ("category", new() { Category = MachineCategory.LaserCutter }),
        ("site, organisation", new() { Site = Lyon, Organisation = Startup }),
        ("site, group", new() { Site = Lyon, Group = Students }),
        ("site", new() { Site = Lyon }),
        ("organisation", new() { Organisation = Startup }),
        ("group", new() { Group = Students }),
        ("everywhere", RuleScope.Everywhere),
    ];

    private static IEnumerable<TestCaseData> Pairs =>
        from special in Enumerable.Range(0, FromTheMostSpecific.Length)
        from general in Enumerable.Range(special + 1, FromTheMostSpecific.Length - special - 1)
        select new TestCaseData(FromTheMostSpecific[special].Scope, FromTheMostSpecific[general].Scope)
            .SetArgDisplayNames(FromTheMostSpecific[special].Name, FromTheMostSpecific[general].Name);

    [TestCaseSource(nameof(Pairs))]
    public void For_one_value_are_settled_by_the_more_specific(RuleScope special, RuleScope general)
    {
        var rules = new RuleBook(1, [Longest(1, 2, general), Longest(2, 1, special)]).For(AdaAtTheLaser);

        // The more specific one is the stricter here, so generosity cannot have decided.
        Assert.That((rules.MaximumLength!.Value, rules.MaximumLength.Rule), Is.EqualTo((Duration.FromHours(1), Id(2))));
    }

    /// <summary>A book remembers what came of the rules that matched; of more than 64 it does not.</summary>
    [TestCase(2)]
    [TestCase(64)]
    [TestCase(65)]
    public void Are_settled_anew_for_whom_other_rules_match(int count)
    {
        var book = new RuleBook(1,
        [
            Longest(1, 3, RuleScope.Everywhere), .. Enumerable.Range(2, count - 2).Select(number => Longest(number, 4, new RuleScope { Site = Nantes })),
            Longest(count, 1, new RuleScope { Machine = Laser }),
        ]);
        BookingSubject[] asked = [AdaAtTheLaser, AdaAtTheLaser with { Machine = OtherLaser }, AdaAtTheLaser, AdaAtTheLaser with { Machine = OtherLaser, Member = Bob }];

        Assert.That(asked.Select(subject => book.For(subject).MaximumLength!.Value.TotalHours), Is.EqualTo(new[] { 1, 3, 1, 3 }));
    }

    [TestCase(1, 2)]
    [TestCase(2, 1)]
    public void For_two_groups_of_a_member_are_settled_in_favour_of_the_member(int students, int residents)
    {
        var rules = new RuleBook(1,
        [
            new LengthRule { Id = Id(1), Maximum = Duration.FromHours(students), Minimum = Duration.FromMinutes(10 * students), Scope = new() { Group = Students } },
            new LengthRule { Id = Id(2), Maximum = Duration.FromHours(residents), Minimum = Duration.FromMinutes(10 * residents), Scope = new() { Group = Residents } },
        ]).For(AdaAtTheLaser);

        Assert.That((rules.MaximumLength!.Value, rules.MinimumLength!.Value), Is.EqualTo((Duration.FromHours(2), Duration.FromMinutes(10))));
    }

    [Test]
    public void That_set_different_values_both_hold()
    {
        var rules = new RuleBook(1,
        [
            new LengthRule { Id = Id(1), Maximum = Duration.FromHours(3), Scope = new() { Machine = Laser } },
            new LengthRule { Id = Id(2), Maximum = Duration.FromHours(9), Granularity = Duration.FromMinutes(30) },
        ]).For(AdaAtTheLaser);

        Assert.That((rules.MaximumLength!.Rule, rules.Granularity!.Rule), Is.EqualTo((Id(1), Id(2))));
    }

    [Test]
    public void That_add_up_all_apply()
    {
        var facts = Under(
            new PeopleRule { Id = Id(1), AtLeast = 2, Scope = new() { Machine = Laser } },
            new QuotaRule { Id = Id(2), Period = QuotaPeriod.Day, MostTime = Duration.FromHours(1), Scope = new() { Machine = Laser } },
            new QuotaRule { Id = Id(3), Period = QuotaPeriod.Week, MostTime = Duration.FromMinutes(90) });

        var problems = Check(Slot("2026-11-23 10:00", "2026-11-23 12:00"), facts);

        Assert.That(problems.Select(problem => problem.Facts["rule"]), Is.EqualTo(new[] { Id(1), Id(2), Id(3) }.Select(id => id.ToString())));
    }

    [Test]
    public void Of_the_lab_and_of_another_site_leave_only_that_of_the_lab()
    {
        var book = RuleBook.Of(new RuleBook(1, [Longest(1, 5, RuleScope.Everywhere)]), Nantes, new RuleBook(1, [Longest(2, 1, RuleScope.Everywhere)]));

        Assert.That(book.For(AdaAtTheLaser).MaximumLength!.Rule, Is.EqualTo(Id(1)));
    }

    private static LengthRule Longest(int id, int hours, RuleScope scope) => new() { Id = Id(id), Maximum = Duration.FromHours(hours), Scope = scope };
}
