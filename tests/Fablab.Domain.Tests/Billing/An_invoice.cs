using CsCheck;
using Fablab.Domain.Billing;
using Fablab.Domain.Reservations;
using Fablab.Domain.Tests.Desks;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Billing;

public class An_invoice
{
    [Test]
    public void Sums_its_charges_and_rounds_the_VAT_of_each_rate_once()
    {
        var totals = InvoiceTotals.Of([Charge(333, 2_000), Charge(333, 2_000), Charge(100, 550)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(totals.Net, Is.EqualTo(Euros(766)));
            Assert.That(totals.Vat, Is.EqualTo(new[] { new VatGroup(550, Euros(100), Euros(6)), new VatGroup(2_000, Euros(666), Euros(133)) }));
            Assert.That(totals.Gross, Is.EqualTo(Euros(905)));
        }
    }

    [Test]
    public void Has_at_least_one_line()
    {
        Assert.That(() => InvoiceTotals.Of([]), Throws.ArgumentException);
    }

    [Test]
    public void Is_in_one_currency()
    {
        var francs = Charge(100, 2_000) with { Net = new Money(100, "CHF") };

        Assert.That(() => InvoiceTotals.Of([Charge(100, 2_000), francs]), Throws.ArgumentException.With.Message.Contains("CHF"));
    }

    [Test]
    public void Leaves_books_that_sum_to_zero()
    {
        Gen.Select(Gen.Long[-100_000, 1_000_000], Gen.OneOf(Gen.Const(0), Gen.Const(550), Gen.Const(1_000), Gen.Const(2_000))).Array[1, 20].Sample(lines =>
        {
            var totals = InvoiceTotals.Of(lines.Select(line => Charge(line.Item1, line.Item2)).ToList());
            var entries = LedgerEntry.ForInvoice(totals);
            return entries.Sum(entry => entry.Amount.Minor) == 0
                && totals.Net.Minor == lines.Sum(line => line.Item1)
                && totals.Gross == totals.Net + totals.Vat.Aggregate(Euros(0), (sum, group) => sum + group.Vat);
        });
    }

    [Test]
    public void Debits_the_customer_and_credits_services_and_VAT()
    {
        var entries = LedgerEntry.ForInvoice(InvoiceTotals.Of([Charge(1_000, 2_000), Charge(500, 0)]));

        Assert.That(entries, Is.EqualTo(new LedgerEntry[] { new("411", Euros(1_700)), new("706", Euros(-1_500)), new("44571", Euros(-200)) }));
    }

    [TestCase("FL", 2026, 1, "FL-2026-000001")]
    [TestCase("FL/NORTH", 2027, 1_234_567, "FL/NORTH-2027-1234567")]
    public void Has_a_number_of_series_year_and_place(string series, int year, long sequence, string number)
    {
        Assert.That(InvoiceNumber.Format(series, year, sequence), Is.EqualTo(number));
    }

    [Test]
    public void Has_a_number_of_its_own_also_when_there_are_more_digits_than_zeros()
    {
        var sequences = new[] { 10L, 1_000, 10_000, 1_000_000, 10_000_000 }.SelectMany(round => new[] { round - 1, round, round + 1 }).Append(1).ToList();

        var numbers = sequences.Select(sequence => InvoiceNumber.Format("FL", 2026, sequence)).ToList();

        Assert.That(numbers, Is.Unique.And.Contain("FL-2026-010000").And.Contain("FL-2026-1000000"));
    }

    [TestCase("")]
    [TestCase("F L")]
    [TestCase("Frühling")]
    [TestCase("ABCDEFGHIJKLMNOPQRSTU")]
    public void Has_a_series_that_electronic_invoices_can_carry(string series)
    {
        Assert.That(() => InvoiceNumber.Format(series, 2026, 1), Throws.ArgumentException);
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void Counts_from_one(long sequence)
    {
        Assert.That(() => InvoiceNumber.Format("FL", 2026, sequence), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static Money Euros(long cents) => new(cents, "EUR");

    private static Charge Charge(long netCents, int vat) => new()
    {
        Id = new ChargeId(Guid.NewGuid()),
        Session = new UsageSessionId(Guid.NewGuid()),
        Reservation = new ReservationId(Guid.NewGuid()),
        Machine = DeskInUse.Machine,
        Member = DeskInUse.Ada,
        Tariff = new TariffId(Guid.Empty),
        From = Monday.At(9),
        Until = Monday.At(10),
        Period = new LocalDate(2026, 11, 1),
        Lines = [],
        Net = Euros(netCents),
        VatRateBasisPoints = vat,
        Explanation = [],
        ChargedAt = Monday.At(10),
    };
}
