namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>What a line is, before its words are read.</summary>
internal static class GcodeText
{
    private const int ShownOfLine = 40;

    /// <summary>Klipper's named commands begin with two letters or an underscore; a G-code word with one and a number.</summary>
    public static bool IsMacro(ReadOnlySpan<char> text) =>
        text[0] == '_' || (text.Length > 1 && char.IsAsciiLetter(text[0]) && (char.IsAsciiLetter(text[1]) || text[1] == '_'));

    /// <summary>Comments of CNC programs stand in round brackets, also between words.</summary>
    /// <param name="bare">Takes what is left; as long as the text at least.</param>
    public static ReadOnlySpan<char> WithoutBrackets(ReadOnlySpan<char> text, Span<char> bare)
    {
        var length = 0;
        var depth = 0;
        foreach (var c in text)
        {
            depth += c == '(' ? 1 : 0;
            if (depth == 0)
            {
                bare[length++] = c;
            }

            depth -= c == ')' && depth > 0 ? 1 : 0;
        }

        return bare[..length].Trim();
    }

    /// <summary>Enough of a line to find it by.</summary>
    public static string Beginning(ReadOnlySpan<char> text) => text[..Math.Min(text.Length, ShownOfLine)].ToString();
}
