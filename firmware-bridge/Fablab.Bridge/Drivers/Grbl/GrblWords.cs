using System.Globalization;
using System.Text.RegularExpressions;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>The few G-code words the sender itself must know.</summary>
internal static partial class GrblWords
{
    private static readonly TimeSpan LongestDwell = TimeSpan.FromHours(1);

    /// <summary>M2 or M30: acknowledged when all motion before it is done.</summary>
    public static bool EndsProgram(string line) => ProgramEnd().IsMatch(line);

    /// <summary>M0 or M1: the controller holds until a person lets it go on.</summary>
    public static bool Pauses(string line) => ProgramPause().IsMatch(line);

    /// <summary>How long a G4 in the line waits; nothing for any other line. No more than an hour is believed.</summary>
    public static TimeSpan Dwell(string line) =>
        DwellWord().Match(line) is { Success: true } match
        && double.TryParse(match.Groups["seconds"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestDwell.TotalSeconds))
            : TimeSpan.Zero;

    [GeneratedRegex(@"M\s*0*(2|30)(?![\d.])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ProgramEnd();

    [GeneratedRegex(@"M\s*(0+|0*1)(?![\d.])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ProgramPause();

    [GeneratedRegex(@"G\s*0*4(?![\d.]).*?P\s*(?<seconds>\d*\.?\d+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DwellWord();
}
