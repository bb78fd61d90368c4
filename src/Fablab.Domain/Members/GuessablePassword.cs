using System.Globalization;
using System.Text;

namespace Fablab.Domain.Members;

/// <summary>
/// Whether a password is made of what everybody tries first: common words in French and English, names and months, rows of a keyboard,
/// runs and repeats, years, and the account's own words, also with the usual digits for letters. What is left when those are taken
/// out decides: too little of it, and the password is guessed however long it is.
/// </summary>
public static class GuessablePassword
{
    /// <summary>So many characters must be left that are none of all that.</summary>
    public const int LeastLeft = 5;

    private const int ShortestOwnWord = 3;
    private const int ShortestRun = 3;

    private static readonly string[] Rows =
        ["qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "1234567890", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv", "1a2z3e4r5t6y"];

    private static readonly string[] Common =
    [
        "motdepasse", "password", "passwort", "passe", "pass", "secret", "bonjour", "welcome", "bienvenue", "letmein", "admin", "administrateur", "administrator", "root",
        "user", "login", "guest", "invite", "test", "demo", "hello", "salut", "coucou", "soleil", "sunshine", "princess", "princesse", "dragon", "monkey", "shadow", "master",
        "football", "foot", "basket", "baseball", "rugby", "chocolat", "chocolate", "doudou", "loulou", "chouchou", "minou", "chat", "chien", "cheval", "love", "amour", "iloveyou",
        "jetaime", "lovely", "mylove", "monamour", "cherie", "cheri", "bebe", "baby", "angel", "ange", "happy", "freedom", "liberte", "superman", "batman", "starwars", "pokemon",
        "naruto", "marseille", "paris", "lyon", "bretagne", "france", "london", "england", "canada", "ordinateur", "computer", "internet", "google", "facebook", "samsung",
        "iphone", "apple", "windows", "linux", "whatever", "trustno", "changeme", "default", "summer", "winter", "spring", "autumn", "hiver", "printemps", "automne",
        "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "janvier", "fevrier", "mars", "avril", "mai", "juin",
        "juillet", "aout", "septembre", "octobre", "novembre", "decembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "monday", "tuesday",
        "wednesday", "thursday", "friday", "saturday", "sunday", "nicolas", "julien", "thomas", "pierre", "alexandre", "camille", "marie", "julie", "sophie", "charlie", "michael",
        "jennifer", "jordan", "jessica", "daniel", "matthew", "maker", "makerspace", "fablab", "atelier", "laser", "printer", "imprimante", "machine", "robot", "arduino",
    ];

    // Longest first, so that no short word leaves the rest of a longer one behind.
    private static readonly string[] Known = [.. Common.OrderByDescending(word => word.Length)];

    /// <param name="ownWords">Name, mail address and the like.</param>
    public static bool Is(string password, IEnumerable<string> ownWords)
    {
        var left = Folded(password);
        var own = ownWords.SelectMany(word => Folded(word).Split([' ', '.', '-', '_', '@', '+'])).Where(word => word.Length >= ShortestOwnWord);
        foreach (var word in own.OrderByDescending(word => word.Length).Concat(Known))
        {
            left = left.Replace(word, "\n", StringComparison.Ordinal).Replace(Lettered(left, word), "\n", StringComparison.Ordinal);
        }

        return Rest(left) < LeastLeft;
    }

    /// <summary>Counts the characters that belong to no run, no repeat and no year.</summary>
    private static int Rest(string text)
    {
        var seen = new HashSet<string>();
        var rest = 0;
        for (var at = 0; at < text.Length;)
        {
            var taken = Math.Max(RunAt(text, at), YearAt(text, at));
            if (taken > 0)
            {
                at += taken;
                continue;
            }

            // A pair that came before adds nothing: abXabXabX is ab and X.
            var pair = text.Substring(at, Math.Min(2, text.Length - at));
            rest += text[at] != '\n' && seen.Add(pair) ? 1 : 0;
            at++;
        }

        return rest;
    }

    /// <returns>Length of the run along a row of the keyboard or of one character that begins here; 0 without one.</returns>
    private static int RunAt(string text, int at)
    {
        var longest = 1;
        while (at + longest < text.Length && text[at + longest] == text[at])
        {
            longest++;
        }

        foreach (var row in Rows)
        {
            longest = Math.Max(longest, Math.Max(Along(text, at, row, +1), Along(text, at, row, -1)));
        }

        return longest >= ShortestRun ? longest : 0;
    }

    private static int Along(string text, int at, string row, int step)
    {
        var (length, place) = (0, row.IndexOf(text[at], StringComparison.Ordinal));
        while (place >= 0 && place < row.Length && at + length < text.Length && text[at + length] == row[place])
        {
            length++;
            place += step;
        }

        return length;
    }

    private static int YearAt(string text, int at) =>
        at + 4 <= text.Length && int.TryParse(text.AsSpan(at, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1900 and < 2100 ? 4 : 0;

    /// <returns>The stretch of the text that is the word with digits and signs for letters, as it stands there; the word itself when there is none.</returns>
    private static string Lettered(string text, string word)
    {
        var at = string.Concat(text.Select(Letter)).IndexOf(word, StringComparison.Ordinal);
        return at < 0 ? word : text.Substring(at, word.Length);
    }

    private static char Letter(char sign) => sign switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        _ => sign,
    };

    /// <summary>Lower case, without accents; half a surrogate pair, which has no normal form, becomes the replacement character.</summary>
    private static string Folded(string text) =>
        string.Concat(string.Concat(text.EnumerateRunes()).Normalize(NormalizationForm.FormD).Where(sign => CharUnicodeInfo.GetUnicodeCategory(sign) is not UnicodeCategory.NonSpacingMark)).ToLowerInvariant();
}
