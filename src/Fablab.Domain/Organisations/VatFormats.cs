using System.Collections.Frozen;
using System.Text.RegularExpressions;
using static Fablab.Domain.Organisations.CheckSums;

namespace Fablab.Domain.Organisations;

/// <summary>What numbers of one country look like, and how they check themselves.</summary>
/// <param name="Form">Without the country.</param>
/// <param name="Sum">Asked only for what has the form; <see langword="null"/> where the country documents no simple one.</param>
internal sealed record VatFormat(Regex Form, Predicate<string>? Sum)
{
    public bool HasForm(string rest) => Form.IsMatch(rest);

    public bool IsChecked(string rest) => Sum?.Invoke(rest) ?? true;
}

/// <summary>
/// Forms: European Commission, VIES, "what is the format of a VAT number". Sums: the same Commission's "VAT numbers: check digit algorithms" for
/// administrations, and what the tax offices say of them: BE and LU remainders of 97 and 89; DE and HR ISO 7064; IT and SE the Luhn
/// formula; NL the test by eleven of the old numbers or, since 2020 for sole traders, ISO 7064 MOD 97-10; ES letters by 23 for people and the
/// CIF sum for companies. BG, CY, CZ, IE, LT, LV and RO have several kinds of numbers with sums of their own and are looked at by form.
/// </summary>
internal static partial class VatFormats
{
    private static readonly FrozenDictionary<string, VatFormat> All = new Dictionary<string, VatFormat>
    {
        ["AT"] = new(Austria(), IsAustrian),
        ["BE"] = new(Belgium(), rest => 97 - (Number(rest.AsSpan(0, 8)) % 97) == Number(rest.AsSpan(8))),
        ["BG"] = new(NineOrTenDigits(), null),
        ["CY"] = new(Cyprus(), null),
        ["CZ"] = new(EightToTenDigits(), null),
        ["DE"] = new(NineDigits(), rest => rest[0] != '0' && IsMod11And10(rest)),
        ["DK"] = new(EightDigits(), rest => Weighted(rest, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0),
        ["EE"] = new(NineDigits(), rest => Weighted(rest, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0),
        ["EL"] = new(NineDigits(), rest => Weighted(rest, 256, 128, 64, 32, 16, 8, 4, 2) % 11 % 10 == At(rest, 8)),
        ["ES"] = new(Spain(), IsSpanish),
        ["FI"] = new(EightDigits(), rest => IsByEleven(Weighted(rest, 7, 9, 10, 5, 8, 4, 2), At(rest, 7))),
        ["FR"] = new(France(), IsFrench),
        ["HR"] = new(ElevenDigits(), rest => IsMod11And10(rest)),
        ["HU"] = new(EightDigits(), rest => Weighted(rest, 9, 7, 3, 1, 9, 7, 3, 1) % 10 == 0),
        ["IE"] = new(Ireland(), null),
        ["IT"] = new(ElevenDigits(), rest => DigitSum(rest.AsSpan(0, 7)) > 0 && IsLuhn(rest)),
        ["LT"] = new(NineOrTwelveDigits(), null),
        ["LU"] = new(EightDigits(), rest => Number(rest.AsSpan(0, 6)) % 89 == Number(rest.AsSpan(6))),
        ["LV"] = new(ElevenDigits(), null),
        ["MT"] = new(EightDigits(), rest => Weighted(rest, 3, 4, 6, 7, 8, 9, 10, 1) % 37 == 0),
        ["NL"] = new(Netherlands(), IsDutch),
        ["PL"] = new(TenDigits(), rest => Weighted(rest, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == At(rest, 9)),
        ["PT"] = new(NineDigits(), IsPortuguese),
        ["RO"] = new(TwoToTenDigits(), null),
        ["SE"] = new(TwelveDigits(), rest => IsLuhn(rest.AsSpan(0, 10)) && rest.EndsWith("01", StringComparison.Ordinal)),
        ["SI"] = new(EightDigits(), rest => rest[0] != '0' && IsSlovene(rest)),
        ["SK"] = new(TenDigits(), rest => long.Parse(rest, System.Globalization.CultureInfo.InvariantCulture) % 11 == 0),
        ["XI"] = new(NorthernIreland(), null),
    }.ToFrozenDictionary();

    public static VatFormat? Of(string country) => All.GetValueOrDefault(country);

    // Letters in the key are of a newer kind whose sum the tax office does not publish; Monaco's numbers begin with 000 and hold no SIREN.
    private static bool IsFrench(string rest)
    {
        var (key, number) = (rest[..2], rest[2..]);
        var isMonaco = number.StartsWith("000", StringComparison.Ordinal);
        return (isMonaco || Siren.TryParse(number, out _)) && (!AreDigits(key) || (12 + (3 * (Number(number) % 97))) % 97 == Number(key));
    }

    private static bool IsAustrian(string rest)
    {
        var digits = rest.AsSpan(1);
        var sum = 4;
        for (var place = 0; place < 7; place++)
        {
            var digit = At(digits, place) * (1 + (place % 2));
            sum += digit > 9 ? digit - 9 : digit;
        }

        return (10 - (sum % 10)) % 10 == At(digits, 7);
    }

    private static bool IsDutch(string rest)
    {
        if (Weighted(rest, 9, 8, 7, 6, 5, 4, 3, 2) % 11 == At(rest, 8))
        {
            return true;
        }

        // ISO 7064 MOD 97-10 over NL and all that follows, letters as two digits from A = 10.
        var remainder = 0;
        foreach (var letter in "NL" + rest)
        {
            remainder = char.IsAsciiDigit(letter) ? ((remainder * 10) + letter - '0') % 97 : ((remainder * 100) + letter - 'A' + 10) % 97;
        }

        return remainder == 1;
    }

    private static bool IsPortuguese(string rest)
    {
        var check = 11 - (Weighted(rest, 9, 8, 7, 6, 5, 4, 3, 2) % 11);
        return rest[0] != '0' && At(rest, 8) == (check > 9 ? 0 : check);
    }

    private static bool IsSpanish(string rest)
    {
        const string Letters = "TRWAGMYFPDXBNJZSQVHLCKE";
        switch (rest[0])
        {
            case >= '0' and <= '9':
                return char.IsAsciiLetter(rest[8]) && rest[8] == Letters[Number(rest.AsSpan(0, 8)) % 23];
            case 'X' or 'Y' or 'Z':
                return rest[8] == Letters[((rest[0] - 'X') * 10_000_000 + Number(rest.AsSpan(1, 7))) % 23];
            case 'K' or 'L' or 'M':
                return rest[8] == Letters[Number(rest.AsSpan(1, 7)) % 23];
        }

        var sum = 0;
        for (var place = 1; place < 8; place++)
        {
            var digit = At(rest, place) * (1 + (place % 2));
            sum += digit > 9 ? digit - 9 : digit;
        }

        // Some kinds of company end with a digit and some with a letter; both say the same.
        var control = (10 - (sum % 10)) % 10;
        return char.IsAsciiDigit(rest[8]) ? At(rest, 8) == control : rest[8] == "JABCDEFGHI"[control];
    }

    private static bool IsSlovene(string rest)
    {
        var check = 11 - (Weighted(rest, 8, 7, 6, 5, 4, 3, 2) % 11);
        return check != 11 && check % 10 == At(rest, 7);
    }

    /// <summary>The last digit is what is missing to a multiple of eleven; numbers that would need ten are not given.</summary>
    private static bool IsByEleven(int sum, int check) => (11 - (sum % 11)) % 11 == check;

    [GeneratedRegex("^U[0-9]{8}$")]
    private static partial Regex Austria();

    [GeneratedRegex("^[01][0-9]{9}$")]
    private static partial Regex Belgium();

    [GeneratedRegex("^[0-9]{8}[A-Z]$")]
    private static partial Regex Cyprus();

    [GeneratedRegex("^[0-9A-HJ-NP-Z]{2}[0-9]{9}$")]
    private static partial Regex France();

    [GeneratedRegex("^([0-9]{7}[A-W][A-I]?|[0-9][A-Z+*][0-9]{5}[A-W])$")]
    private static partial Regex Ireland();

    [GeneratedRegex("^[0-9]{9}B[0-9]{2}$")]
    private static partial Regex Netherlands();

    [GeneratedRegex("^[A-Z0-9][0-9]{7}[A-Z0-9]$")]
    private static partial Regex Spain();

    [GeneratedRegex("^([0-9]{9}|[0-9]{12}|GD[0-4][0-9]{2}|HA[5-9][0-9]{2})$")]
    private static partial Regex NorthernIreland();

    [GeneratedRegex("^[0-9]{8}$")]
    private static partial Regex EightDigits();

    [GeneratedRegex("^[0-9]{9}$")]
    private static partial Regex NineDigits();

    [GeneratedRegex("^[0-9]{10}$")]
    private static partial Regex TenDigits();

    [GeneratedRegex("^[0-9]{11}$")]
    private static partial Regex ElevenDigits();

    [GeneratedRegex("^[0-9]{12}$")]
    private static partial Regex TwelveDigits();

    [GeneratedRegex("^[0-9]{9,10}$")]
    private static partial Regex NineOrTenDigits();

    [GeneratedRegex("^[0-9]{8,10}$")]
    private static partial Regex EightToTenDigits();

    [GeneratedRegex("^([0-9]{9}|[0-9]{12})$")]
    private static partial Regex NineOrTwelveDigits();

    [GeneratedRegex("^[0-9]{2,10}$")]
    private static partial Regex TwoToTenDigits();
}
