using System.Globalization;

namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>A letter in upper case with its number; <see cref="double.NaN"/> when it has none, as in <c>G28 X</c>.</summary>
internal readonly record struct GcodeWord(char Letter, double Value)
{
    /// <summary>
    /// Takes the next word off a line whose comments are gone. Spaces may stand between letter and number, and zeros before
    /// it, as firmwares allow: <c>m 0112</c> is M112.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<char> line, out GcodeWord word)
    {
        word = default;
        var at = 0;
        while (at < line.Length && !char.IsAsciiLetter(line[at]))
        {
            at++;
        }

        if (at == line.Length)
        {
            line = [];
            return false;
        }

        var letter = char.ToUpperInvariant(line[at++]);
        while (at < line.Length && line[at] is ' ' or '\t')
        {
            at++;
        }

        var start = at;
        while (at < line.Length && (char.IsAsciiDigit(line[at]) || line[at] == '.' || (at == start && line[at] is '+' or '-')))
        {
            at++;
        }

        var value = double.TryParse(line[start..at], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
        word = new GcodeWord(letter, value);
        line = line[at..];
        return true;
    }
}
