using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>
/// What a print file says about itself: the slicer's own comments first, the moves where it is silent.
/// It is deliberately rough; only the numbers' shape matters to those who test against it.
/// </summary>
internal sealed partial class GcodeAnalysis
{
    /// <summary>Printing time of a line in a file that does not state its own time.</summary>
    private static readonly TimeSpan TimePerLine = TimeSpan.FromMilliseconds(100);

    /// <summary>More layers than any real file has; a bound so that a hostile file costs no memory.</summary>
    private const int LayerLimit = 20_000;

    private double _extruder;
    private double _extruded;
    private bool _isRelativeExtrusion;

    private GcodeAnalysis()
    {
    }

    public TimeSpan Duration { get; private set; }

    public double FilamentMillimetres { get; private set; }

    public double FilamentCubicCentimetres { get; private set; }

    public double ToolDegrees { get; private set; }

    public double BedDegrees { get; private set; }

    /// <summary>Bytes up to and including the last line that waits for a temperature; printing proper begins there.</summary>
    public long HeaderBytes { get; private set; }

    /// <summary>Where in the file the nozzle changes its height, and to what.</summary>
    public List<(long Offset, double Z)> Layers { get; } = [];

    public double MaxX { get; private set; }

    public double MaxY { get; private set; }

    public double MaxZ { get; private set; }

    public static GcodeAnalysis Of(byte[] content)
    {
        var analysis = new GcodeAnalysis();
        analysis.Read(Encoding.UTF8.GetString(content));
        return analysis;
    }

    private void Read(string text)
    {
        var offset = 0L;
        var codeLines = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            offset += Encoding.UTF8.GetByteCount(line) + 1;
            if (line.StartsWith(";"))
            {
                ReadComment(line.ToString());
            }
            else if (!line.IsWhiteSpace())
            {
                codeLines++;
                ReadCode(line, offset);
            }
        }

        if (Duration <= TimeSpan.Zero)
        {
            Duration = TimePerLine * Math.Max(1, codeLines);
        }

        if (FilamentMillimetres <= 0)
        {
            FilamentMillimetres = _extruded;
        }
    }

    private void ReadComment(string line)
    {
        if (EstimatedTime().Match(line) is { Success: true } time)
        {
            Duration = new TimeSpan(Part(time, "d"), Part(time, "h"), Part(time, "m"), Part(time, "s"));
        }
        else if (FilamentUsed().Match(line) is { Success: true } used)
        {
            var value = double.Parse(used.Groups["v"].ValueSpan, CultureInfo.InvariantCulture);
            if (used.Groups["u"].ValueSpan is "mm")
            {
                FilamentMillimetres = value;
            }
            else
            {
                FilamentCubicCentimetres = value;
            }
        }
    }

    private static int Part(Match time, string unit) =>
        int.TryParse(time.Groups[unit].ValueSpan, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private void ReadCode(ReadOnlySpan<char> line, long endOffset)
    {
        var comment = line.IndexOf(';');
        var code = comment < 0 ? line : line[..comment];
        var command = code.Trim().ToString().Split(' ', 2)[0];
        switch (command)
        {
            case "G0" or "G1":
                ReadMove(code, endOffset);
                break;
            case "G92" when Word(code, 'E') is { } position:
                _extruder = position;
                break;
            case "M82":
                _isRelativeExtrusion = false;
                break;
            case "M83":
                _isRelativeExtrusion = true;
                break;
            case "M104" or "M109" when ToolDegrees == 0:
                ToolDegrees = Word(code, 'S') ?? 0;
                break;
            case "M140" or "M190" when BedDegrees == 0:
                BedDegrees = Word(code, 'S') ?? 0;
                break;
            default:
                break;
        }

        if (command is "M109" or "M190")
        {
            HeaderBytes = endOffset;
        }
    }

    private void ReadMove(ReadOnlySpan<char> code, long endOffset)
    {
        MaxX = Math.Max(MaxX, Word(code, 'X') ?? 0);
        MaxY = Math.Max(MaxY, Word(code, 'Y') ?? 0);
        if (Word(code, 'Z') is { } z)
        {
            MaxZ = Math.Max(MaxZ, z);
            if (Layers.Count < LayerLimit && (Layers.Count == 0 || Layers[^1].Z != z))
            {
                Layers.Add((endOffset, z));
            }
        }

        if (Word(code, 'E') is { } e)
        {
            _extruded += _isRelativeExtrusion ? e : e - _extruder;
            _extruder = e;
        }
    }

    private static double? Word(ReadOnlySpan<char> code, char letter)
    {
        var at = code.IndexOf(letter);
        if (at < 0)
        {
            return null;
        }

        var rest = code[(at + 1)..];
        var end = rest.IndexOf(' ');
        return double.TryParse(end < 0 ? rest : rest[..end], CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    // PrusaSlicer and its descendants: "; estimated printing time (normal mode) = 1d 2h 3m 4s", each part optional.
    [GeneratedRegex(@"^;\s*estimated printing time \(normal mode\)\s*=\s*(?:(?<d>\d+)d\s*)?(?:(?<h>\d+)h\s*)?(?:(?<m>\d+)m\s*)?(?:(?<s>\d+)s)?")]
    private static partial Regex EstimatedTime();

    [GeneratedRegex(@"^;\s*filament used \[(?<u>mm|cm3)\]\s*=\s*(?<v>\d+(\.\d+)?)")]
    private static partial Regex FilamentUsed();
}
