using System.Globalization;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>From then on current could flow through a plug, or not; by the plug's own clock, which is that of this computer.</summary>
internal sealed record PlugChange(bool IsOn, DateTimeOffset At)
{
    /// <param name="line">As the simulator tells it: <c>on 2026-03-29T07:00:00.0000000+00:00</c>.</param>
    public static PlugChange Parse(string line)
    {
        var parts = line.Split(' ');
        return new PlugChange(parts[0] == "on", DateTimeOffset.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
