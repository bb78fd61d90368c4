using System.Diagnostics.CodeAnalysis;

namespace Fablab.Domain.Billing;

/// <summary>An account to pay into (ISO 13616): two letters of the country, two check digits, and up to 30 letters and digits of the bank. Whether it exists only the bank knows.</summary>
public sealed record Iban
{
    private Iban(string text) => Text = text;

    /// <summary>Without spaces, in capitals.</summary>
    public string Text { get; }

    /// <param name="typed">Spaces and small letters do not matter.</param>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out Iban? iban)
    {
        var text = new string([.. (typed ?? "").Where(letter => letter is not (' ' or '\u00a0'))]).ToUpperInvariant();
        iban = text.Length is >= 15 and <= 34 && text.All(char.IsAsciiLetterOrDigit) && char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1]) && Remainder(text[4..] + text[..4]) == 1
            ? new Iban(text) : null;
        return iban is not null;
    }

    public override string ToString() => Text;

    /// <summary>ISO 7064, MOD 97-10: letters count as 10 to 35.</summary>
    private static int Remainder(string text)
    {
        var rest = 0;
        foreach (var letter in text)
        {
            rest = char.IsAsciiDigit(letter) ? ((rest * 10) + letter - '0') % 97 : ((rest * 100) + letter - 'A' + 10) % 97;
        }

        return rest;
    }
}
