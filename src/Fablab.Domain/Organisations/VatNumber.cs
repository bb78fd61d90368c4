using System.Diagnostics.CodeAnalysis;

namespace Fablab.Domain.Organisations;

/// <summary>
/// VAT number of the European Union: the country's prefix (<c>EL</c> for Greece, <c>XI</c> for Northern Ireland) and what the country makes
/// of it. The form of each country is that of the Commission's VIES, the sums are in <see cref="VatFormats"/>. A good number may belong to nobody:
/// only VIES knows.
/// </summary>
public sealed record VatNumber
{
    private VatNumber(string country, string rest) => (Country, Rest) = (country, rest);

    /// <summary>Two letters as in the number.</summary>
    public string Country { get; }

    /// <summary>What stands behind the country.</summary>
    public string Rest { get; }

    /// <summary>The number of the company that a French VAT number names; <see langword="null"/> for other countries, and for Monaco, whose have none.</summary>
    public Siren? Siren => Country == "FR" && Siren.TryParse(Rest[2..], out var siren) ? siren : null;

    public static bool TryParse(string? text, [NotNullWhen(true)] out VatNumber? number)
    {
        number = Check(text) is VatTrouble.None ? Of(RegisterText.Compact(text)) : null;
        return number is not null;
    }

    /// <returns>What is wrong with it.</returns>
    public static VatTrouble Check(string? text)
    {
        var compact = RegisterText.Compact(text);
        if (compact.Length < 2 || VatFormats.Of(compact[..2]) is not { } format)
        {
            return VatTrouble.Country;
        }

        var rest = compact[2..];
        return !format.HasForm(rest) ? VatTrouble.Form : format.IsChecked(rest) ? VatTrouble.None : VatTrouble.CheckDigit;
    }

    public override string ToString() => Country + Rest;

    private static VatNumber Of(string compact) => new(compact[..2], compact[2..]);
}

/// <summary>Why a text is no VAT number.</summary>
public enum VatTrouble
{
    None,

    /// <summary>It begins with no country of the Union.</summary>
    Country,

    /// <summary>The country's numbers do not look like this.</summary>
    Form,

    /// <summary>It has the form, but a digit is wrong.</summary>
    CheckDigit,
}
