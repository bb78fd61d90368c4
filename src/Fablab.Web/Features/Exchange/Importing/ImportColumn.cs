using System.Globalization;
using System.Text;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>A column that an import understands.</summary>
/// <param name="Name">As our own exports write it.</param>
/// <param name="Aliases">Other programs' names for it, the likeliest first; of several in one file, each row takes the first that is filled.</param>
internal sealed record ImportColumn(string Name, params string[] Aliases)
{
    /// <summary>A file without it, or without one of its <see cref="Instead"/>, is no file of this kind.</summary>
    public bool IsNeeded { get; init; }

    /// <summary>Columns that may stand in for a needed one.</summary>
    public string[] Instead { get; init; } = [];

    public IEnumerable<string> Headings => [Key(Name), .. Aliases.Select(Key)];

    /// <summary>Headings are the same whatever their case, accents, blanks and signs: <c>E-mail</c> is <c>email</c>, <c>Prénom</c> is <c>prenom</c>.</summary>
    public static string Key(string heading)
    {
        var key = new StringBuilder(heading.Length);
        foreach (var letter in heading.Normalize(NormalizationForm.FormD).Where(letter => char.IsLetterOrDigit(letter) && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark))
        {
            key.Append(char.ToLowerInvariant(letter));
        }

        return key.ToString();
    }
}
