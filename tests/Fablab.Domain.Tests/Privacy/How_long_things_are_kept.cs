using Fablab.Domain.Privacy;

namespace Fablab.Domain.Tests.Privacy;

public class How_long_things_are_kept
{
    [Test]
    public void Counts_days_back_from_now() =>
        Assert.That(RetentionRules.Before(Instant.FromUtc(2026, 3, 31, 8, 0), 30), Is.EqualTo(Instant.FromUtc(2026, 3, 1, 8, 0)));

    [Test]
    public void Tells_of_an_unused_account_so_early_that_it_ends_on_time() =>
        Assert.That(RetentionRules.ToldBefore(Instant.FromUtc(2026, 3, 31, 0, 0), 90, 30), Is.EqualTo(Instant.FromUtc(2026, 1, 30, 0, 0)));

    [TestCase("2026-01-01", ExpectedResult = "2016-01-01")]
    [TestCase("2026-12-31", ExpectedResult = "2016-01-01")]
    public string Counts_the_ten_years_of_an_invoice_from_the_end_of_its_year(string today) =>
        NodaTime.Text.LocalDatePattern.Iso.Format(RetentionRules.InvoicesBefore(NodaTime.Text.LocalDatePattern.Iso.Parse(today).Value, 10));
}
