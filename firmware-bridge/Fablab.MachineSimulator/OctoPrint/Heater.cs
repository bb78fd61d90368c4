namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>A heater in degrees Celsius that moves towards its target at a fixed rate. Without a target it cools to the room.</summary>
internal sealed class Heater(double degreesPerSecond)
{
    public const double RoomDegrees = 21.3;

    /// <summary>Cooling is passive, so it is much slower than heating.</summary>
    private const double CoolingDegreesPerSecond = 1.7;

    public double Actual { get; private set; } = RoomDegrees;

    public double Target { get; set; }

    public TimeSpan TimeToReachTarget => Target <= Actual
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds((Target - Actual) / degreesPerSecond);

    public void Pass(TimeSpan elapsed)
    {
        var wanted = Math.Max(Target, RoomDegrees);
        var rate = wanted > Actual ? degreesPerSecond : CoolingDegreesPerSecond;
        var change = rate * elapsed.TotalSeconds;
        Actual = wanted > Actual ? Math.Min(wanted, Actual + change) : Math.Max(wanted, Actual - change);
    }
}
