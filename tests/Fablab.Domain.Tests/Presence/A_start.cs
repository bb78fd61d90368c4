using Fablab.Domain.Presence;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Tests.Desks;

namespace Fablab.Domain.Tests.Presence;

public class A_start
{
    [Test]
    public void Asks_for_nobody_unless_a_rule_does()
    {
        var asked = PresenceAtStart.Asked(new EffectiveRules { People = [People(2, atStart: false)] }, DateTimeZone.Utc, Monday.At(9));

        Assert.That((asked.AsksAnything, asked.Refusal), Is.EqualTo((false, (Refusal?)null)));
    }

    [Test]
    public void Asks_for_as_many_others_as_the_strictest_rule()
    {
        var asked = PresenceAtStart.Asked(new EffectiveRules { People = [People(2), People(3), People(9, atStart: false)] }, DateTimeZone.Utc, Monday.At(9));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.Refusal, Is.EqualTo(new SecondPersonMissing(0, 2)));
            Assert.That((asked with { OthersIn = 2 }).Refusal, Is.Null);
        }
    }

    [Test]
    public void Asks_less_in_hours_that_relax_it()
    {
        var quiet = new QuietHoursRule
        {
            Id = new BookingRuleId(Guid.NewGuid()), Relaxes = ["people", "presence"],
            Windows = new WeeklyWindows([new WeeklyWindow(IsoDayOfWeek.Monday, new DailyWindow(new LocalTime(8, 0), new LocalTime(12, 0)))]),
        };
        var rules = new EffectiveRules { People = [People(2)], Presence = [new PresenceRule { Id = new BookingRuleId(Guid.NewGuid()) }], QuietHours = [quiet] };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(PresenceAtStart.Asked(rules, DateTimeZone.Utc, Monday.At(9)).AsksAnything, Is.False);
            Assert.That(PresenceAtStart.Asked(rules, DateTimeZone.Utc, Monday.At(13)).Refusal, Is.EqualTo(new NotBadgedIn()));
        }
    }

    [Test]
    public void Is_refused_at_the_desk_until_they_are_there()
    {
        var desk = new DeskInUse();
        desk.Asks(new PresenceAtStart(true, 1, IsMemberIn: false, OthersIn: 1));
        var alone = desk.CheckIn(Monday.At(9, 5));
        desk.Asks(new PresenceAtStart(true, 1, IsMemberIn: true, OthersIn: 0));
        var without = desk.CheckIn(Monday.At(9, 5));
        desk.Asks(new PresenceAtStart(true, 1, IsMemberIn: true, OthersIn: 1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(alone, Is.EqualTo(new NotBadgedIn()));
            Assert.That(without, Is.EqualTo(new SecondPersonMissing(0, 1)));
            Assert.That(desk.CheckIn(Monday.At(9, 5)), Is.Null);
        }
    }

    [Test]
    public void Happens_by_itself_only_where_nobody_has_to_be_there()
    {
        var printer = DeskInUse.Printer(startsUnattended: true);
        printer.Asks(new PresenceAtStart(true, 0, IsMemberIn: true, OthersIn: 0));

        printer.TimePasses(Monday.At(9));

        Assert.That(printer.Desk.Session, Is.Null);
    }

    private static PeopleRule People(int atLeast, bool atStart = true) => new() { Id = new BookingRuleId(Guid.NewGuid()), AtLeast = atLeast, AtStart = atStart };
}
