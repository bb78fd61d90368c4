namespace Fablab.Domain.Billing;

/// <summary>VAT of one rate: the base is the sum of line nets, the tax is rounded once (RR, BR-CO-17).</summary>
public sealed record VatGroup(int RateBasisPoints, Money Base, Money Vat);

/// <summary>Net, VAT by rate, and gross of a set of charges.</summary>
public sealed record InvoiceTotals(Money Net, IReadOnlyList<VatGroup> Vat, Money Gross)
{
    /// <exception cref="ArgumentException">There is nothing to add up, or currencies differ.</exception>
    public static InvoiceTotals Of(IReadOnlyCollection<Charge> charges)
    {
        if (charges.Count == 0)
        {
            throw new ArgumentException("An invoice has at least one line.", nameof(charges));
        }

        var currency = charges.First().Net.Currency;
        if (charges.FirstOrDefault(charge => charge.Net.Currency != currency) is { } other)
        {
            throw new ArgumentException($"One invoice holds one currency, not {currency} and {other.Net.Currency}.", nameof(charges));
        }

        var groups = charges
            .GroupBy(charge => charge.VatRateBasisPoints)
            .OrderBy(group => group.Key)
            .Select(group => Group(group.Key, group.Aggregate(Money.Zero(currency), (sum, charge) => sum + charge.Net)))
            .ToList();
        var net = groups.Aggregate(Money.Zero(currency), (sum, group) => sum + group.Base);
        var vat = groups.Aggregate(Money.Zero(currency), (sum, group) => sum + group.Vat);
        return new InvoiceTotals(net, groups, net + vat);
    }

    private static VatGroup Group(int rate, Money @base) => new(rate, @base, Money.Round(@base.Major * rate / 10_000m, @base.Currency));
}

/// <summary>An invoice's number: unique, rising and without gaps within its series and year.</summary>
public static class InvoiceNumber
{
    /// <summary>At most 35 characters of <c>A-Z a-z 0-9 + - _ /</c> (BR-FR-01/02): <c>{series}-{yyyy}-{000000}</c>.</summary>
    /// <exception cref="ArgumentException">The series has other characters or is too long, or the sequence does not count from 1.</exception>
    public static string Format(string series, int year, long sequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        if (series.Length is 0 or > 20 || !series.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '_' or '/'))
        {
            throw new ArgumentException($"'{series}' is no invoice series: use letters, digits, + - _ /, at most 20.", nameof(series));
        }

        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{series}-{year:0000}-{sequence:000000}");
    }
}

/// <summary>One side of a money fact. The entries of one document sum to zero.</summary>
/// <param name="Account">French chart of accounts: 411 customers, 706 services, 44571 VAT collected.</param>
/// <param name="Amount">Debit positive, credit negative.</param>
public sealed record LedgerEntry(string Account, Money Amount)
{
    /// <summary>What issuing an invoice does to the books.</summary>
    public static IReadOnlyList<LedgerEntry> ForInvoice(InvoiceTotals totals) =>
    [
        new("411", totals.Gross),
        new("706", -totals.Net),
        .. totals.Vat.Where(group => group.Vat.Minor != 0).Select(group => new LedgerEntry("44571", -group.Vat)),
    ];
}
