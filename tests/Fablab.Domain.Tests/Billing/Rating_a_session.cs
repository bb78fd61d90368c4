using System.Numerics;
using CsCheck;
using Fablab.Domain.Billing;

namespace Fablab.Domain.Tests.Billing;

public class Rating_a_session
{
    private static readonly Tariff SixEuros = new()
    {
        Id = new TariffId(Guid.Empty),
        Version = 1,
        Name = "Printers",
        Currency = "EUR",
        HourlyRateMicros = 6_000_000,
        Basis = TimeBasis.Session,
        VatRateBasisPoints = 2_000,
    };

    private static readonly Gen<(Usage, Tariff)> Anything = Gen.Select(
        Gen.Long[0, 400_000], Gen.Long[0, 400_000], Gen.Long[0, 400_000],
        Gen.Select(Gen.Long[0, 500_000_000], Gen.Enum<TimeBasis>(), Gen.Int[1, 3_600], Gen.Int[0, 7_200]),
        Gen.Select(Gen.Long[0, 5_000_000_000], Gen.Long[0, 900_000]),
        (reserved, session, active, price, energy) => (
            new Usage(Duration.FromSeconds(reserved), Duration.FromMilliseconds((session * 1000) + 999), Duration.FromSeconds(Math.Min(active, session)), energy.Item1),
            SixEuros with
            {
                HourlyRateMicros = price.Item1,
                Basis = price.Item2,
                Increment = Duration.FromSeconds(price.Item3),
                Minimum = Duration.FromSeconds(price.Item4),
                EnergyRateMicros = energy.Item2,
            }));

    [Test]
    public void RR_01_Counts_whole_seconds_as_metered()
    {
        var rated = Rate(sessionSeconds: 90.999, SixEuros);

        Assert.That(Step(rated, "RR-01")["sessionSeconds"], Is.EqualTo(90));
    }

    [Test]
    public void RR_03_Rounds_the_time_up_to_whole_increments_once()
    {
        var rated = Rate(sessionSeconds: 601, SixEuros with { Increment = Duration.FromMinutes(5) });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Step(rated, "RR-03")["billableSeconds"], Is.EqualTo(900));
            Assert.That(rated.Net, Is.EqualTo(new Money(150, "EUR")));
        }
    }

    [Test]
    public void RR_03_Says_nothing_about_increments_when_the_time_fits()
    {
        var rated = Rate(sessionSeconds: 600, SixEuros with { Increment = Duration.FromMinutes(5) });

        Assert.That(rated.Explanation.Select(step => step.Rule), Does.Not.Contain("RR-03"));
    }

    [Test]
    public void RR_04_Charges_a_session_that_began_for_the_minimum()
    {
        var rated = Rate(sessionSeconds: 20, SixEuros with { Minimum = Duration.FromMinutes(10) });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Step(rated, "RR-04")["billableSeconds"], Is.EqualTo(600));
            Assert.That(rated.Net, Is.EqualTo(new Money(100, "EUR")));
        }
    }

    [TestCase(TimeBasis.Session)]
    [TestCase(TimeBasis.Active)]
    [TestCase(TimeBasis.Reserved)]
    public void RR_04_Charges_nothing_for_a_session_that_never_started(TimeBasis basis)
    {
        var rated = Rate(sessionSeconds: 0, SixEuros with { Basis = basis, Minimum = Duration.FromMinutes(10) });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rated.Lines, Is.Empty);
            Assert.That(rated.Net, Is.EqualTo(Money.Zero("EUR")));
        }
    }

    [TestCase(3, 1)]          // 0.5 cent
    [TestCase(2, 0)]          // 0.33 cent
    [TestCase(9, 2)]          // 1.5 cents
    [TestCase(4_030, 672)]    // 671.666… cents
    public void RR_08_Rounds_a_line_once_half_away_from_zero(int seconds, long cents)
    {
        Assert.That(Rate(seconds, SixEuros).Net.Minor, Is.EqualTo(cents));
    }

    [TestCase(3_600, "HUR", 10_000, 1)]
    [TestCase(9, "HUR", 25, 1)]
    [TestCase(60, "MIN", 10_000, 60)]
    [TestCase(61, "SEC", 610_000, 3_600)]
    public void RR_09_Says_the_time_in_the_unit_that_holds_it_exactly(int seconds, string unit, long quantityE4, int priceBase)
    {
        var line = Rate(seconds, SixEuros).Lines.Single();

        Assert.That((line.UnitCode, line.QuantityE4, line.PriceBase), Is.EqualTo((unit, quantityE4, priceBase)));
    }

    [Test]
    public void RR_09_Makes_every_line_s_amount_quantity_times_price_by_base_exactly()
    {
        Anything.Sample(given =>
        {
            var rated = Rating.Rate(given.Item1, given.Item2);
            return rated.Lines.All(line => line.Net.Minor == Cents(line)) && rated.Net.Minor == rated.Lines.Sum(line => line.Net.Minor);
        });
    }

    [Test]
    public void RR_09_Bills_exactly_the_seconds_that_the_explanation_names()
    {
        Anything.Sample(given =>
        {
            var rated = Rating.Rate(given.Item1, given.Item2);
            var time = rated.Lines.SingleOrDefault(line => line.Component == PriceComponent.Time);
            return time is null || SecondsOf(time) == rated.Explanation.Last(s => s.Numbers.ContainsKey("billableSeconds")).Numbers["billableSeconds"];
        });
    }

    [TestCase(TimeBasis.Session, 1_800)]
    [TestCase(TimeBasis.Active, 1_200)]
    [TestCase(TimeBasis.Reserved, 3_600)]
    public void RR_13_Charges_the_time_that_the_tariff_names(TimeBasis basis, long seconds)
    {
        var usage = new Usage(Duration.FromSeconds(3_600), Duration.FromSeconds(1_800), Duration.FromSeconds(1_200), null);

        var rated = Rating.Rate(usage, SixEuros with { Basis = basis });

        Assert.That(Step(rated, "RR-13")["chargedSeconds"], Is.EqualTo(seconds));
    }

    [Test]
    public void RR_13_Charges_the_session_where_it_was_longer_than_the_booking()
    {
        var usage = new Usage(Duration.FromSeconds(3_600), Duration.FromSeconds(4_000), Duration.FromSeconds(1), null);

        var rated = Rating.Rate(usage, SixEuros with { Basis = TimeBasis.Reserved });

        Assert.That(Step(rated, "RR-13")["chargedSeconds"], Is.EqualTo(4_000));
    }

    [TestCase(0, 1_800, 3_600, TestName = "RR_13_charges_the_booked_time_for_the_first_session")]
    [TestCase(1_800, 900, 0, TestName = "RR_13_charges_nothing_more_for_a_second_session_within_the_booked_time")]
    [TestCase(1_800, 2_400, 600, TestName = "RR_13_charges_only_what_later_sessions_use_beyond_the_booked_time")]
    public void RR_13_charges_the_booked_time_once(int usedBefore, int session, int charged)
    {
        var usage = new Usage(Duration.FromHours(1), Duration.FromSeconds(session), Duration.Zero, null, Duration.FromSeconds(usedBefore));
        var tariff = new Tariff
        {
            Id = new(Guid.Empty), Version = 1, Name = "reserved", Currency = "EUR", HourlyRateMicros = 36_000_000, Basis = TimeBasis.Reserved, VatRateBasisPoints = 2000,
        };

        Assert.That(Rating.Rate(usage, tariff).Net.Minor, Is.EqualTo(charged));
    }

    [Test]
    public void Adds_the_energy_in_whole_ten_thousandths_of_a_kilowatt_hour()
    {
        var usage = new Usage(Duration.Zero, Duration.FromHours(1), Duration.FromHours(1), 3_600_000 + 359);

        var line = Rating.Rate(usage, SixEuros with { EnergyRateMicros = 250_000 }).Lines[^1];

        Assert.That((line.UnitCode, line.QuantityE4, line.Net.Minor), Is.EqualTo(("KWH", 10_000L, 25L)));
    }

    [Test]
    public void Never_falls_when_a_session_gets_longer()
    {
        Gen.Select(Anything, Gen.Int[1, 10_000]).Sample((given, more) =>
        {
            var longer = given.Item1 with { Session = given.Item1.Session + Duration.FromSeconds(more) };
            return Rating.Rate(longer, given.Item2).Net.Minor >= Rating.Rate(given.Item1, given.Item2).Net.Minor;
        });
    }

    private static Rated Rate(double sessionSeconds, Tariff tariff)
    {
        var session = Duration.FromSeconds(sessionSeconds);
        return Rating.Rate(new Usage(Duration.FromHours(1), session, session, null), tariff);
    }

    private static IReadOnlyDictionary<string, long> Step(Rated rated, string rule) => rated.Explanation.Single(step => step.Rule == rule).Numbers;

    private static long SecondsOf(RatedLine line) => line.UnitCode switch
    {
        "HUR" => line.QuantityE4 * 3_600 / 10_000,
        "MIN" => line.QuantityE4 * 60 / 10_000,
        _ => line.QuantityE4 / 10_000,
    };

    /// <summary>The same amount in whole numbers alone: quantity × 10⁻⁴ × price × 10⁻⁶ ÷ base, in cents, half up.</summary>
    private static long Cents(RatedLine line)
    {
        var numerator = (BigInteger)line.QuantityE4 * line.PriceMicros;
        var denominator = (BigInteger)line.PriceBase * 100_000_000;
        return (long)(((2 * numerator) + denominator) / (2 * denominator));
    }
}
