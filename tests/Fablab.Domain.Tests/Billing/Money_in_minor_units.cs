using CsCheck;
using Fablab.Domain.Billing;

namespace Fablab.Domain.Tests.Billing;

public class Money_in_minor_units
{
    [TestCase("0.005", 1)]
    [TestCase("-0.005", -1)]
    [TestCase("0.015", 2)]
    [TestCase("0.025", 3)]
    [TestCase("-0.025", -3)]
    [TestCase("0.0249999999", 2)]
    [TestCase("12.50", 1250)]
    public void Is_rounded_half_away_from_zero(string major, long minor)
    {
        Assert.That(Money.Round(decimal.Parse(major, System.Globalization.CultureInfo.InvariantCulture), "EUR").Minor, Is.EqualTo(minor));
    }

    [Test]
    public void Rounds_a_negative_amount_as_its_opposite()
    {
        Gen.Decimal[-1_000_000, 1_000_000].Sample(amount => Money.Round(-amount, "EUR") == -Money.Round(amount, "EUR"));
    }

    [Test]
    public void Adds_and_subtracts()
    {
        var (ten, three) = (new Money(1_000, "EUR"), new Money(300, "EUR"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ten + three, Is.EqualTo(new Money(1_300, "EUR")));
            Assert.That(three - ten, Is.EqualTo(new Money(-700, "EUR")));
        }
    }

    [Test]
    public void Of_two_currencies_cannot_be_added()
    {
        Assert.That(() => new Money(1, "EUR") + new Money(1, "CHF"), Throws.InvalidOperationException.With.Message.Contains("CHF and EUR"));
    }

    [Test]
    public void Does_not_overflow_silently()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new Money(long.MaxValue, "EUR") + new Money(1, "EUR"), Throws.TypeOf<OverflowException>());
            Assert.That(() => -new Money(long.MinValue, "EUR"), Throws.TypeOf<OverflowException>());
        }
    }

    [Test]
    public void Is_written_the_same_in_every_culture()
    {
        Assert.That(new Money(-1_205, "EUR").ToString(), Is.EqualTo("-12.05 EUR"));
    }
}
