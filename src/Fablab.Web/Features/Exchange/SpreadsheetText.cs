namespace Fablab.Web.Features.Exchange;

/// <summary>
/// Text in a CSV file that spreadsheets open: what begins like a formula gets an apostrophe before it, and loses it when it comes back.
/// Numbers are written as numbers and never pass here, so that a negative one stays one.
/// </summary>
internal static class SpreadsheetText
{
    // The wide forms are taken for the narrow ones by some spreadsheets.
    private const string Begins = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private const char Mark = '\'';

    /// <summary>Also text with apostrophes of its own before such a sign gets one more, so that each text comes back as it was.</summary>
    public static string Neutral(string text) => IsLikeFormula(text) ? Mark + text : text;

    public static string Original(string cell) => cell is [Mark, ..] && IsLikeFormula(cell) ? cell[1..] : cell;

    private static bool IsLikeFormula(string text)
    {
        var rest = text.AsSpan().TrimStart(Mark);
        return rest.Length > 0 && Begins.Contains(rest[0], StringComparison.Ordinal);
    }
}
