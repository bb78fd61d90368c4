using Bunit;
using Fablab.Domain.Billing;
using Fablab.Web.Features.Billing.Reading;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Pages;

public class A_charge_in_words
{
    private static readonly Tariff Tariff = new()
    {
        Id = new(Guid.NewGuid()), Version = 1, Name = "3D printing", Currency = "EUR", HourlyRateMicros = 6_000_000, Basis = TimeBasis.Active,
        Increment = Duration.FromMinutes(5), Minimum = Duration.FromMinutes(15), EnergyRateMicros = 250_000, VatRateBasisPoints = 2000,
    };

    [Test]
    [SetCulture("en-GB")]
    [SetUICulture("en-GB")]
    public void Tells_reserved_used_rounding_and_price()
    {
        var rated = Rating.Rate(new Usage(Duration.FromHours(2), Duration.FromMinutes(50), Duration.FromMinutes(47), null), Tariff);

        var steps = Draw(rated);

        Assert.That(steps, Is.EqualTo(new[]
        {
            "Reserved 2 h, used 50 min, of which the machine worked 47 min. RR-01",
            "Only the time the machine worked counts: 47 min. RR-13",
            "Rounded up to whole steps of 5 min: 50 min. RR-03",
            "50 min at €6.00 an hour is €5.00, rounded to €5.00. RR-08",
        }));
    }

    [TestCase("fr-FR")]
    [TestCase("en-GB")]
    public void Has_words_for_every_rule(string culture)
    {
        (System.Globalization.CultureInfo.CurrentCulture, System.Globalization.CultureInfo.CurrentUICulture) = (new(culture), new(culture));
        var usages = new[] { Duration.FromMinutes(4), Duration.FromMinutes(47.5) };

        var steps = (from basis in Enum.GetValues<TimeBasis>()
                     from used in usages
                     from step in Draw(Rating.Rate(new Usage(Duration.FromHours(1), used, used, 1_800_000), Tariff with { Basis = basis }))
                     select step).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(steps.Select(step => step[^5..]).Distinct(), Is.EquivalentTo(new[] { "RR-01", "RR-13", "RR-03", "RR-04", "RR-08" }));
            Assert.That(steps.Where(step => step.Contains("Rule.", StringComparison.Ordinal) || step.Contains("Seconds", StringComparison.Ordinal)), Is.Empty);
        }
    }

    private static List<string> Draw(Rated rated)
    {
        using var context = new BunitContext();
        context.Services.AddLocalization();
        var drawn = context.Render<ExplanationInWords>(parameters => parameters.Add(e => e.Steps, rated.Explanation).Add(e => e.Currency, "EUR"));
        return [.. drawn.FindAll("li").Select(item => string.Join(' ', item.TextContent.Replace('\u00a0', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
    }
}
