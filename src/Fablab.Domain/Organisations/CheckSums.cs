namespace Fablab.Domain.Organisations;

/// <summary>The sums by which registers protect numbers against slips of typing.</summary>
internal static class CheckSums
{
    public static bool AreDigits(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>The Luhn formula (ISO/IEC 7812-1, annex B): from the right every second digit counts twice, by the sum of its digits.</summary>
    public static bool IsLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var place = 0; place < digits.Length; place++)
        {
            var digit = (digits[^(place + 1)] - '0') * (1 + (place % 2));
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    /// <summary>ISO 7064, MOD 11,10: the last digit is the check character.</summary>
    public static bool IsMod11And10(ReadOnlySpan<char> digits)
    {
        var rest = 10;
        foreach (var digit in digits[..^1])
        {
            var sum = (rest + digit - '0') % 10;
            rest = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (rest + digits[^1] - '0') % 10 == 1;
    }

    public static int DigitSum(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        foreach (var digit in digits)
        {
            sum += digit - '0';
        }

        return sum;
    }

    /// <summary>Each digit times the weight in its place; what has no weight does not count.</summary>
    public static int Weighted(ReadOnlySpan<char> digits, params ReadOnlySpan<int> weights)
    {
        var sum = 0;
        for (var place = 0; place < weights.Length; place++)
        {
            sum += (digits[place] - '0') * weights[place];
        }

        return sum;
    }

    public static int At(ReadOnlySpan<char> digits, int place) => digits[place] - '0';

    public static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
}
