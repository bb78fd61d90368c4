namespace Fablab.Domain.Organisations;

/// <summary>Where post goes to. Lines are those before the town, at most three.</summary>
/// <param name="Country">ISO 3166-1, two letters: <c>FR</c>.</param>
public sealed record PostalAddress(string Line1, string? Line2, string? Line3, string Postcode, string City, string Country)
{
    public const string France = "FR";

    public const int LongestLine = 100;

    public const int LongestPostcode = 12;

    /// <summary>One below the other, as on an envelope: the country only abroad.</summary>
    public IEnumerable<string> Lines =>
        new[] { Line1, Line2, Line3, $"{Postcode} {City}".Trim(), Country == France ? null : Country }.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!);

    public override string ToString() => string.Join(", ", Lines);
}
