using System.Text;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>Programs of the repository, beside the tests.</summary>
internal static class Gcode
{
    public const string Puck = "puck.gcode";

    /// <summary>A pass over 60 × 30 mm with the spindle on.</summary>
    public const string Facing = "facing.gcode";

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "gcode", name));

    /// <summary>
    /// The facing over and over. Of the short one a controller has so much in its own buffers that it comes to the end alone,
    /// whoever dies.
    /// </summary>
    public static byte[] LongFacing(int passes)
    {
        var lines = Encoding.ASCII.GetString(Read(Facing)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var firstCut = Array.FindIndex(lines, line => line.StartsWith("G0 X0", StringComparison.Ordinal));
        var lifted = Array.FindLastIndex(lines, line => line.StartsWith("G0 Z5", StringComparison.Ordinal));
        string[] repeated = [.. lines[..firstCut], .. Enumerable.Repeat(lines[firstCut..(lifted + 1)], passes).SelectMany(pass => pass), .. lines[(lifted + 1)..]];
        return Encoding.ASCII.GetBytes(string.Join('\n', repeated) + '\n');
    }
}
