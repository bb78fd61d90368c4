using System.Globalization;
using Fablab.Domain.Machines;

namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>Whether a move stays where the machine's tool may go.</summary>
internal static class GcodeReach
{
    private const double Tolerance = 0.001;

    /// <param name="arguments">Of the move; an axis that it does not name stays where it was judged before.</param>
    public static void Judge(GcodeArguments arguments, GcodeMotion motion, ReachableSpace reach, GcodeProblems problems)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var (min, max) = axis switch { 0 => (reach.MinX, reach.MaxX), 1 => (reach.MinY, reach.MaxY), _ => (reach.MinZ, reach.MaxZ) };
            var at = motion.PositionOf(axis);
            if (arguments.Has("XYZ"[axis]) && (at < min - Tolerance || at > max + Tolerance))
            {
                problems.Report(
                    "outside-the-machine",
                    string.Create(CultureInfo.InvariantCulture, $"{"XYZ"[axis]}{at:0.###}"),
                    string.Create(CultureInfo.InvariantCulture, $"Move the part: {"XYZ"[axis]} goes from {min:0.###} to {max:0.###} mm on this machine."));
            }
        }
    }
}
