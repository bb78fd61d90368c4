namespace Fablab.Domain.Organisations;

/// <summary>Where post goes to. Lines are those before the town, at most three.</summary>
/// <param name="Country">ISO 3166-1, two letters: <c>FR</c>.</param>
public sealed record PostalAddress(string Line1, string? Line2, string? Line3, string Postcode, string City, string Country)
{
    public const string France = "FR";

    public const int LongestLine = 100;

    public const int LongestPostcode = 12;

    /// <summary>In one line, as invoices hold it: the country only abroad.</summary>
    public override string ToString() =>
        string.Join(", ", new[] { Line1, Line2, Line3, $"{Postcode} {City}".Trim(), Country == France ? null : Country }.Where(part => !string.IsNullOrWhiteSpace(part)));
}
