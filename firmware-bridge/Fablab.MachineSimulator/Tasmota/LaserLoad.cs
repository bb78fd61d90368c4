namespace Fablab.MachineSimulator.Tasmota;

/// <summary>
/// What the laser behind the plug draws while it has power: it idles, works in bursts with short idle gaps between
/// vectors, idles again, and starts over. The watts are those of a small CO2 laser with its extraction.
/// </summary>
internal static class LaserLoad
{
    public const double IdleWatts = 60;

    private static readonly (TimeSpan Length, double Watts)[] Script =
    [
        (TimeSpan.FromSeconds(20), IdleWatts),
        (TimeSpan.FromSeconds(40), 420),
        (TimeSpan.FromSeconds(4), IdleWatts),
        (TimeSpan.FromSeconds(25), 395),
        (TimeSpan.FromSeconds(6), IdleWatts),
        (TimeSpan.FromSeconds(50), 440),
        (TimeSpan.FromSeconds(45), IdleWatts),
    ];

    private static readonly TimeSpan Round = Script.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Length);

    /// <returns>The watts at that time after power came, and how long they stay so.</returns>
    public static (double Watts, TimeSpan For) At(TimeSpan sincePower)
    {
        var left = TimeSpan.FromTicks(sincePower.Ticks % Round.Ticks);
        foreach (var (length, watts) in Script)
        {
            if (left < length)
            {
                return (watts, length - left);
            }

            left -= length;
        }

        return (IdleWatts, Round);
    }
}
