using System.Diagnostics.CodeAnalysis;

namespace Fablab.Domain.Organisations;

/// <summary>
/// Number of one establishment: the SIREN of whom it belongs to and five digits, of which the last is a Luhn check digit over all
/// fourteen. La Poste (SIREN 356 000 000) has more post offices than that leaves numbers for: theirs add up to a multiple of five instead,
/// which Insee says in its note on the number; that of its head office fits both.
/// </summary>
public sealed record Siret
{
    private const string LaPoste = "356000000";

    private Siret(string digits, Siren siren) => (Digits, Siren) = (digits, siren);

    public string Digits { get; }

    public Siren Siren { get; }

    /// <param name="text">With spaces, points or without.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Siret? siret)
    {
        var digits = RegisterText.Compact(text);
        siret = digits.Length == 14 && CheckSums.AreDigits(digits) && Siren.TryParse(digits[..9], out var siren) && IsChecked(digits) ? new Siret(digits, siren) : null;
        return siret is not null;
    }

    public override string ToString() => Digits;

    private static bool IsChecked(string digits) =>
        CheckSums.IsLuhn(digits) || (digits.StartsWith(LaPoste, StringComparison.Ordinal) && CheckSums.DigitSum(digits) % 5 == 0);
}
