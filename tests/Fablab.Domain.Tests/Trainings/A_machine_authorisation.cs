using Fablab.Domain.Trainings;
using NodaTime.Text;

namespace Fablab.Domain.Tests.Trainings;

/// <summary>By the clock of Paris unless said otherwise.</summary>
public class A_machine_authorisation
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    [Test]
    public void Without_any_number_lasts_for_ever()
    {
        var state = After(Granted("2026-01-10 14:00"))!;

        Assert.That((state.Level, state.ValidUntil, state.EndsBy), Is.EqualTo((AuthorisationLevel.Full, (Instant?)null, (AuthorisationEnd?)null)));
    }

    [TestCase("2026-01-10 14:00", 6, "2026-07-11 00:00")]
    [TestCase("2026-01-31 14:00", 1, "2026-03-01 00:00", Description = "February has no 31st")]
    [TestCase("2027-11-30 14:00", 3, "2028-03-01 00:00", Description = "of a leap year")]
    [TestCase("2028-02-29 14:00", 12, "2029-03-01 00:00", Description = "from a leap day")]
    [TestCase("2028-02-29 14:00", 48, "2032-03-01 00:00", Description = "from a leap day to the next")]
    [TestCase("2026-01-10 23:59", 1, "2026-02-11 00:00", Description = "the day of the training is the site's")]
    [TestCase("2026-01-11 00:00", 1, "2026-02-12 00:00")]
    [TestCase("2026-02-28 14:00", 1, "2026-03-29 00:00", Description = "the night in which the clocks change")]
    public void Lasts_so_many_months_to_the_end_of_the_last_day(string trained, int months, string until)
    {
        var state = After(Granted(trained, new AuthorisationTerms { Months = months }))!;

        Assert.That((state.ValidUntil, state.EndsBy), Is.EqualTo((At(until), AuthorisationEnd.ByDate)));
    }

    [TestCase("America/Havana", "2026-02-08 12:00", "2026-03-09 00:00")]
    [TestCase("America/Havana", "2026-02-07 12:00", "2026-03-08 01:00", Description = "a day without a midnight begins at one")]
    [TestCase("Pacific/Auckland", "2026-02-07 12:00", "2026-03-08 00:00")]
    public void Ends_by_the_clock_of_the_site(string zone, string trained, string until)
    {
        var site = DateTimeZoneProviders.Tzdb[zone];

        var state = AuthorisationState.Of([new(AuthorisationFactKind.Granted, At(trained, site)) { Terms = new() { Months = 1 } }], site)!;

        Assert.That(state.ValidUntil, Is.EqualTo(At(until, site)));
    }

    [TestCase("2026-03-01 10:00", 8, 31, "2026-09-01 00:00")]
    [TestCase("2026-09-01 10:00", 8, 31, "2027-09-01 00:00")]
    [TestCase("2026-08-31 10:00", 8, 31, "2027-09-01 00:00", Description = "trained on that day, it has a year")]
    [TestCase("2026-03-01 10:00", 2, 29, "2027-03-01 00:00", Description = "the 28th stands in")]
    [TestCase("2027-03-01 10:00", 2, 29, "2028-03-01 00:00")]
    public void Lasts_until_a_day_of_the_year(string trained, int month, int day, string until)
    {
        var state = After(Granted(trained, new AuthorisationTerms { EndsEachYearOn = new AnnualDate(month, day) }))!;

        Assert.That(state.ValidUntil, Is.EqualTo(At(until)));
    }

    [Test]
    public void Ends_with_whatever_comes_first()
    {
        var terms = new AuthorisationTerms { Months = 24, EndsEachYearOn = new AnnualDate(8, 31), UnusedMonths = 3 };
        var granted = Granted("2026-01-10 10:00", terms);

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(granted), Is.EqualTo(("2026-04-11 00:00", AuthorisationEnd.ByDisuse)));
        Assert.That(Ends(granted, Used("2026-03-01 10:00"), Used("2026-05-20 10:00"), Used("2026-08-01 10:00")), Is.EqualTo(("2026-09-01 00:00", AuthorisationEnd.ByDate)));
        Assert.That(Ends(granted with { Until = At("2026-02-01 12:00") }), Is.EqualTo(("2026-02-01 12:00", AuthorisationEnd.ByDate)), "a trainer may say so");
    }

    [Test]
    public void Is_lost_when_the_machine_is_not_used_and_a_use_afterwards_does_not_bring_it_back()
    {
        var granted = Granted("2026-01-10 10:00", new AuthorisationTerms { UnusedMonths = 3 });

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(granted, Used("2026-04-10 23:30")), Is.EqualTo(("2026-07-11 00:00", AuthorisationEnd.ByDisuse)), "used on its last day");
        Assert.That(Ends(granted, Used("2026-04-11 00:00")), Is.EqualTo(("2026-04-11 00:00", AuthorisationEnd.ByDisuse)), "a day too late");
        Assert.That(Ends(granted, Used("2026-03-10 10:00"), Used("2026-02-01 10:00")), Is.EqualTo(("2026-06-11 00:00", AuthorisationEnd.ByDisuse)), "told in another order");
        Assert.That(Ends(granted, new(AuthorisationFactKind.Renewed, At("2026-06-01 10:00"))), Is.EqualTo(("2026-09-02 00:00", AuthorisationEnd.ByDisuse)), "renewed, it counts anew");
    }

    [Test]
    public void May_be_renewed_by_use()
    {
        var byUse = Granted("2026-01-10 10:00", new AuthorisationTerms { Months = 6, Renewal = RenewalRule.ByUse });
        var byTrainer = Granted("2026-01-10 10:00", new AuthorisationTerms { Months = 6 });

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(byUse, Used("2026-05-31 10:00")).Until, Is.EqualTo("2026-12-01 00:00"));
        Assert.That(Ends(byTrainer, Used("2026-05-31 10:00")).Until, Is.EqualTo("2026-07-11 00:00"));
        Assert.That(Ends(byTrainer, new(AuthorisationFactKind.Renewed, At("2026-05-31 10:00"))).Until, Is.EqualTo("2026-12-01 00:00"));
    }

    [Test]
    public void Ends_by_the_day_that_was_said_whatever_is_used_or_renewed_until_another_is_said()
    {
        var granted = Granted("2026-01-10 10:00", new AuthorisationTerms { Months = 12, Renewal = RenewalRule.ByUse }) with { Until = At("2026-06-01 12:00") };
        var renewed = new AuthorisationFact(AuthorisationFactKind.Renewed, At("2026-03-01 10:00"));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(granted, Used("2026-02-01 10:00")).Until, Is.EqualTo("2026-06-01 12:00"));
        Assert.That(Ends(granted, renewed).Until, Is.EqualTo("2026-06-01 12:00"));
        Assert.That(Ends(granted, renewed with { Until = At("2026-08-01 12:00") }).Until, Is.EqualTo("2026-08-01 12:00"));
        Assert.That(Ends(granted, Granted("2026-03-01 10:00")).Until, Is.Null, "granted anew");
    }

    [Test]
    public void Loses_nothing_to_what_is_told_late()
    {
        var terms = new AuthorisationTerms { Months = 6, UnusedMonths = 6, Renewal = RenewalRule.ByUse };
        var granted = Granted("2026-02-10 10:00", terms);
        var renewed = new AuthorisationFact(AuthorisationFactKind.Renewed, At("2026-05-01 10:00"));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(granted, Used("2026-01-10 10:00")).Until, Is.EqualTo("2026-08-11 00:00"), "used before the grant");
        Assert.That(Ends(granted, Used("2026-04-10 10:00"), Used("2026-03-10 10:00")).Until, Is.EqualTo("2026-10-11 00:00"), "used before the last use");
        Assert.That(Ends(granted, renewed, Used("2026-03-10 10:00")).Until, Is.EqualTo("2026-11-02 00:00"), "used before the renewal");
        Assert.That(Ends(granted, renewed, Granted("2026-03-01 10:00", terms)).Until, Is.EqualTo("2026-11-02 00:00"), "trained before the renewal");
        Assert.That(After(granted, Used("2026-04-10 10:00"), Granted("2026-03-01 10:00", terms))!.LastUse, Is.EqualTo(At("2026-04-10 10:00")));
    }

    [Test]
    public void Is_not_valid_while_it_is_suspended_and_its_months_go_on()
    {
        var granted = Granted("2026-01-10 10:00", new AuthorisationTerms { Months = 6 });
        var suspended = new AuthorisationFact(AuthorisationFactKind.Suspended, At("2026-02-01 10:00"));
        var resumed = new AuthorisationFact(AuthorisationFactKind.Resumed, At("2026-03-01 10:00"));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(granted, suspended), Is.EqualTo(("2026-02-01 10:00", AuthorisationEnd.Suspended)));
        Assert.That(Ends(granted, suspended, new(AuthorisationFactKind.Suspended, At("2026-02-09 10:00"))), Is.EqualTo(("2026-02-01 10:00", AuthorisationEnd.Suspended)));
        Assert.That(Ends(granted, suspended, Granted("2026-02-20 10:00")), Is.EqualTo(("2026-02-01 10:00", AuthorisationEnd.Suspended)), "a training does not end it");
        Assert.That(Ends(granted, suspended, resumed), Is.EqualTo(("2026-07-11 00:00", AuthorisationEnd.ByDate)));
        Assert.That(Ends(granted, resumed), Is.EqualTo(("2026-07-11 00:00", AuthorisationEnd.ByDate)));
    }

    [Test]
    public void Comes_back_after_it_was_revoked_only_by_a_grant()
    {
        var granted = Granted("2026-01-10 10:00", new AuthorisationTerms { Months = 6 });
        var revoked = new AuthorisationFact(AuthorisationFactKind.Revoked, At("2026-02-01 10:00"));

        using var all = Assert.EnterMultipleScope();
        foreach (var nothing in new[] { AuthorisationFactKind.Renewed, AuthorisationFactKind.Used, AuthorisationFactKind.Suspended, AuthorisationFactKind.Resumed })
        {
            Assert.That(Ends(granted, revoked, new(nothing, At("2026-03-01 10:00"))), Is.EqualTo(("2026-02-01 10:00", AuthorisationEnd.Revoked)), nothing.ToString());
        }

        Assert.That(Ends(granted, revoked, Granted("2026-03-01 10:00", new() { Months = 1 })), Is.EqualTo(("2026-04-02 00:00", AuthorisationEnd.ByDate)));
    }

    [Test]
    public void Is_as_if_a_fact_had_not_been_that_was_withdrawn()
    {
        var granted = Granted("2026-01-10 10:00", new AuthorisationTerms { Months = 6 });
        var again = Granted("2026-03-10 10:00", new AuthorisationTerms { Months = 6 });
        var renewed = new AuthorisationFact(AuthorisationFactKind.Renewed, At("2026-04-10 10:00"));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(granted, again, Withdrawn("2026-03-11 10:00", 2)), Is.EqualTo(("2026-07-11 00:00", AuthorisationEnd.ByDate)));
        Assert.That(Ends(granted, renewed, Withdrawn("2026-05-11 10:00", 2)), Is.EqualTo(("2026-07-11 00:00", AuthorisationEnd.ByDate)));
        Assert.That(Ends(granted, again, Withdrawn("2026-03-11 10:00", 1)), Is.EqualTo(("2026-09-11 00:00", AuthorisationEnd.ByDate)));
        Assert.That(Ends(granted, Withdrawn("2026-03-11 10:00", 1)), Is.EqualTo(("2026-03-11 10:00", AuthorisationEnd.Revoked)), "nothing is left");
        Assert.That(Ends(granted, Withdrawn("2026-03-11 10:00", 1), renewed), Is.EqualTo(("2026-03-11 10:00", AuthorisationEnd.Revoked)), "only a grant brings it back");
        Assert.That(Ends(granted, Withdrawn("2026-02-11 10:00", 1), again), Is.EqualTo(("2026-09-11 00:00", AuthorisationEnd.ByDate)));
    }

    [Test]
    public void Stays_suspended_or_revoked_whatever_is_withdrawn()
    {
        var (granted, again, third) = (Granted("2026-01-10 10:00"), Granted("2026-03-10 10:00"), Granted("2026-04-10 10:00"));
        var suspended = new AuthorisationFact(AuthorisationFactKind.Suspended, At("2026-02-01 10:00"));
        var revoked = new AuthorisationFact(AuthorisationFactKind.Revoked, At("2026-02-01 10:00"));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Ends(granted, suspended, Withdrawn("2026-02-11 10:00", 1), again), Is.EqualTo(("2026-02-01 10:00", AuthorisationEnd.Suspended)));
        Assert.That(Ends(granted, suspended, Withdrawn("2026-02-11 10:00", 1), again, third, Withdrawn("2026-04-11 10:00", 5)), Is.EqualTo(("2026-02-01 10:00", AuthorisationEnd.Suspended)));
        Assert.That(Ends(granted, revoked, Withdrawn("2026-02-11 10:00", 1)), Is.EqualTo(("2026-02-01 10:00", AuthorisationEnd.Revoked)));
        Assert.That(Ends(granted, revoked, Withdrawn("2026-02-11 10:00", 1), again), Is.EqualTo(((string?)null, (AuthorisationEnd?)null)));
    }

    [Test]
    public void Is_nothing_before_the_first_grant() =>
        Assert.That(After(Used("2026-01-10 10:00"), new(AuthorisationFactKind.Renewed, At("2026-01-11 10:00"))), Is.Null);

    [TestCase(40, 10)]
    [TestCase(20, 13)]
    [TestCase(5, null)]
    public void Is_reminded_of_30_and_7_days_ahead(int daysLeft, int? inDays)
    {
        var now = At("2026-05-01 10:00");

        var next = TrainingRules.NextReminder(now + Duration.FromDays(daysLeft), now);

        Assert.That(next, Is.EqualTo(inDays is { } days ? now + Duration.FromDays(days) : (Instant?)null));
        Assert.That(TrainingRules.NextReminder(null, now), Is.Null);
    }

    private static (string? Until, AuthorisationEnd? By) Ends(params AuthorisationFact[] history)
    {
        var state = After(history)!;
        return (state.ValidUntil?.InZone(Paris).ToString("yyyy-MM-dd HH:mm", null), state.EndsBy);
    }

    private static AuthorisationState? After(params AuthorisationFact[] history) => AuthorisationState.Of(history, Paris);

    private static AuthorisationFact Granted(string at, AuthorisationTerms? terms = null) => new(AuthorisationFactKind.Granted, At(at)) { Terms = terms };

    private static AuthorisationFact Withdrawn(string at, int undoes) => new(AuthorisationFactKind.Withdrawn, At(at)) { Undoes = undoes };

    private static AuthorisationFact Used(string at) => new(AuthorisationFactKind.Used, At(at));

    private static Instant At(string local, DateTimeZone? zone = null) =>
        LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm").Parse(local).Value.InZoneLeniently(zone ?? Paris).ToInstant();
}
