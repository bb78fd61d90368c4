using System.Globalization;

namespace Fablab.Web.Components;

/// <summary>The two languages of the pages. A culture also says how numbers and dates are written, hence the countries.</summary>
internal static class Language
{
    public const string Cookie = "fablab-language";

    public static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    public static IReadOnlyList<CultureInfo> All { get; } = [French, English];

    public static string Current => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;

    /// <param name="code"><c>fr</c> or <c>en</c>, as accounts and the cookie hold it.</param>
    /// <returns>The culture, or <see langword="null"/> for anything else.</returns>
    public static CultureInfo? Of(string? code) => All.FirstOrDefault(culture => culture.TwoLetterISOLanguageName == code);
}
