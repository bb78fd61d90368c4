using Fablab.Domain.Machines;

namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>Follows the tool through a program: where it goes, how far, and how long that takes at the feeds named.</summary>
internal sealed class GcodeMotion(double rapid)
{
    private const int Extruder = 3;
    private const double MillimetresPerInch = 25.4;
    private const double Turn = 2 * Math.PI;
    private const double LongestSensibleSeconds = 1e8;

    private readonly double[] position = new double[4];

    /// <summary>What <c>G92</c> put between the program's numbers and the machine's.</summary>
    private readonly double[] offset = new double[4];

    private readonly GcodeRange?[] ranges = new GcodeRange?[3];
    private double unit = 1;
    private double feed;
    private bool isRelative;
    private bool isExtruderRelative;
    private double dwellP;
    private double dwellS;
    private double seconds;

    public double Path { get; private set; }

    public double Extruded { get; private set; }

    public bool SawExtruder { get; private set; }

    public bool SawMoves { get; private set; }

    public GcodeRange? RangeOf(int axis) => ranges[axis];

    public double Seconds(GcodeDialect dialect) =>
        Math.Min(LongestSensibleSeconds, seconds + dwellS + (dialect is GcodeDialect.Printer ? dwellP / 1_000 : dwellP));

    /// <summary>Settings that hold until they are changed.</summary>
    public void Set(int code)
    {
        switch (code)
        {
            case 20:
                unit = MillimetresPerInch;
                break;
            case 21:
                unit = 1;
                break;
            case 90:
                (isRelative, isExtruderRelative) = (false, false);
                break;
            case 91:
                (isRelative, isExtruderRelative) = (true, true);
                break;
        }
    }

    public void SetExtruder(bool relative) => isExtruderRelative = relative;

    public void Dwell(GcodeArguments arguments)
    {
        dwellP += Math.Clamp(arguments['P'] ?? 0, 0, LongestSensibleSeconds);
        dwellS += Math.Clamp(arguments['S'] ?? 0, 0, LongestSensibleSeconds);
    }

    /// <summary><c>G28</c>: the named axes, or all three, are at their zero.</summary>
    public void Home(GcodeArguments arguments)
    {
        var all = !(arguments.Has('X') || arguments.Has('Y') || arguments.Has('Z'));
        for (var axis = 0; axis < Extruder; axis++)
        {
            if (all || arguments.Has("XYZ"[axis]))
            {
                (position[axis], offset[axis]) = (0, 0);
            }
        }
    }

    /// <summary><c>G92</c>: the tool stays, its numbers change.</summary>
    public void Rename(GcodeArguments arguments)
    {
        for (var axis = 0; axis <= Extruder; axis++)
        {
            if (arguments["XYZE"[axis]] is { } value)
            {
                offset[axis] = position[axis] - (value * unit);
            }
        }
    }

    /// <returns>Whether the move does work: it is no rapid and goes somewhere.</returns>
    public bool Move(int code, GcodeArguments arguments)
    {
        SawMoves = true;
        feed = arguments['F'] is { } f and > 0 ? f * unit : feed;
        Span<double> target = [position[0], position[1], position[2], position[3]];
        for (var axis = 0; axis <= Extruder; axis++)
        {
            if (arguments["XYZE"[axis]] is { } value)
            {
                var relative = axis == Extruder ? isExtruderRelative : isRelative;
                target[axis] = (relative ? position[axis] : offset[axis]) + (value * unit);
            }
        }

        var line = Math.Sqrt(Square(target[0] - position[0]) + Square(target[1] - position[1]) + Square(target[2] - position[2]));
        var length = code is 2 or 3 ? Math.Max(line, Arc(code == 2, target, arguments)) : line;
        var pushed = target[Extruder] - position[Extruder];
        SawExtruder |= arguments.Has('E');
        Extruded += pushed;
        Path += length;
        var speed = feed > 0 && (code != 0 || SawExtruder) ? feed : rapid;
        seconds += (length > 0 ? length : Math.Abs(pushed)) / speed * 60;
        for (var axis = 0; axis <= Extruder; axis++)
        {
            position[axis] = target[axis];
            if (axis < Extruder && arguments.Has("XYZ"[axis]))
            {
                Widen(axis, target[axis]);
            }
        }

        return code != 0 && (length > 0 || pushed != 0);
    }

    public double PositionOf(int axis) => position[axis];

    /// <summary>Length of an arc in the XY plane from centre or radius; the height it gains is a leg of a right triangle.</summary>
    private double Arc(bool clockwise, ReadOnlySpan<double> target, GcodeArguments arguments)
    {
        var (dx, dy) = (target[0] - position[0], target[1] - position[1]);
        if (arguments['R'] is { } radius)
        {
            var chord = Math.Sqrt(Square(dx) + Square(dy));
            radius *= unit;
            var half = Math.Asin(Math.Clamp(chord / 2 / Math.Max(Math.Abs(radius), 1e-9), 0, 1));
            var turn = radius < 0 ? Turn - (2 * half) : 2 * half;
            return Slope(Math.Abs(radius) * turn, target);
        }

        var (i, j) = ((arguments['I'] ?? 0) * unit, (arguments['J'] ?? 0) * unit);
        var from = Math.Atan2(-j, -i);
        var to = Math.Atan2(dy - j, dx - i);
        var sweep = (((clockwise ? from - to : to - from) % Turn) + Turn) % Turn;
        sweep = sweep < 1e-9 ? Turn : sweep;   // back to where it began: the whole circle
        return Slope(Math.Sqrt(Square(i) + Square(j)) * sweep, target);
    }

    private double Slope(double flat, ReadOnlySpan<double> target) => Math.Sqrt(Square(flat) + Square(target[2] - position[2]));

    private void Widen(int axis, double at) => ranges[axis] = ranges[axis] is { } range
        ? at < range.Min || at > range.Max ? new GcodeRange(Math.Min(range.Min, at), Math.Max(range.Max, at)) : range
        : new GcodeRange(at, at);

    private static double Square(double x) => x * x;
}
