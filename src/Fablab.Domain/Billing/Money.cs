using System.Globalization;

namespace Fablab.Domain.Billing;

/// <summary>Whole minor units (cents) of one currency: exact, and summable in both databases.</summary>
public readonly record struct Money(long Minor, string Currency)
{
    public static Money Zero(string currency) => new(0, currency);

    public static Money operator +(Money left, Money right) => new(checked(left.Minor + right.MinorIn(left.Currency)), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Minor - right.MinorIn(left.Currency)), left.Currency);

    public static Money operator -(Money money) => new(checked(-money.Minor), money.Currency);

    /// <summary>Rounds an exact amount in major units once, half away from zero (RR-08).</summary>
    public static Money Round(decimal major, string currency) =>
        new((long)Math.Round(major * 100m, 0, MidpointRounding.AwayFromZero), currency);

    public decimal Major => Minor / 100m;

    /// <summary>Two decimals and the currency code, culture-free: <c>12.50 EUR</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major:0.00} {Currency}");

    private long MinorIn(string currency) => Currency == currency
        ? Minor
        : throw new InvalidOperationException($"{Currency} and {currency} cannot be added.");
}
