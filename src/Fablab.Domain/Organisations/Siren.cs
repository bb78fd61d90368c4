using System.Diagnostics.CodeAnalysis;

namespace Fablab.Domain.Organisations;

/// <summary>
/// Number of a French legal person in the register of Insee: nine digits, of which the last is a Luhn check digit (C. com. R123-221).
/// Written without spaces.
/// </summary>
public sealed record Siren
{
    private Siren(string digits) => Digits = digits;

    public string Digits { get; }

    /// <summary>The key by which the tax office makes a VAT number of it: <c>(12 + 3 × (SIREN mod 97)) mod 97</c>, two digits.</summary>
    public string VatKey => ((12 + (3 * (CheckSums.Number(Digits) % 97))) % 97).ToString("00", System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="text">With spaces, points or without.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Siren? siren)
    {
        var digits = RegisterText.Compact(text);
        siren = digits.Length == 9 && CheckSums.AreDigits(digits) && CheckSums.DigitSum(digits) > 0 && CheckSums.IsLuhn(digits) ? new Siren(digits) : null;
        return siren is not null;
    }

    public override string ToString() => Digits;
}
