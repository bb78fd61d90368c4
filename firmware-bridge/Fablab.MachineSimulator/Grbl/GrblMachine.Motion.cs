namespace Fablab.MachineSimulator.Grbl;

/// <summary>Modes, positions and motion.</summary>
internal sealed partial class GrblMachine
{
    private const int Axes = 3;
    private const double MillimetresPerInch = 25.4;

    private static readonly char[] AxisLetters = ['X', 'Y', 'Z'];

    private readonly double[] _position = new double[Axes];
    private readonly double[][] _coordinateSystems = [.. Enumerable.Range(0, 6).Select(_ => new double[Axes])];
    private readonly double[] _shift = new double[Axes];
    private double[] _planned = new double[Axes];
    private int _motion;
    private int _plane = 17;
    private int _coordinateSystem;
    private bool _isRelative;
    private bool _isInches;
    private double _feed;
    private double _spindleSpeed;
    private int _tool;
    private int _spindle = 5;
    private int _coolant = 9;
    private int _feedOverride = 100;
    private int _rapidOverride = 100;
    private int _spindleOverride = 100;

    private void ResetModes()
    {
        (_motion, _plane, _coordinateSystem) = (0, 17, 0);
        (_isRelative, _isInches) = (false, false);
        (_feed, _spindleSpeed, _tool, _coolant) = (0, 0, 0, 9);
        TurnSpindle(5);
        (_feedOverride, _rapidOverride, _spindleOverride) = (100, 100, 100);
        Array.Clear(_shift);
        _planned = [.. _position];
    }

    /// <summary>Runs one block or puts it off until there is room, or until the machine stands still.</summary>
    private void Execute(GrblBlock block)
    {
        var error = block.Error == GrblError.None ? Unfit(block) : block.Error;
        if (error != GrblError.None)
        {
            Answer(error);
            return;
        }

        if (State is not GrblState.Check)
        {
            if (NeedsStandstill(block) && _planner.Count > 0)
            {
                Wait(Waiting.Standstill, block);
                return;
            }

            if (Moves(block) && _planner.Count >= PlannerBlocks)
            {
                Wait(Waiting.PlannerRoom, block);
                return;
            }
        }

        Apply(block);
    }

    private int Unfit(GrblBlock block)
    {
        var motion = block.Motion ?? _motion;
        if (block.OneShot is 10 or 92 && !block.HasAxis)
        {
            return GrblError.NoAxisWord;
        }

        if (block.OneShot is 10 && block['L'] is not (2 or 20))
        {
            return GrblError.Unsupported;
        }

        if (block.OneShot is not null || !block.HasAxis)
        {
            return block.Motion is 2 or 3 ? GrblError.NoAxisWord : GrblError.None;
        }

        if (motion != 0 && (block['F'] ?? _feed) <= 0)
        {
            return GrblError.NoFeedRate;
        }

        return motion is 2 or 3 && !block.HasArcOffset ? GrblError.NoArcOffset : GrblError.None;
    }

    private bool NeedsStandstill(GrblBlock block) =>
        block.OneShot is 4 || block.Program is not null
        || (block.Spindle is { } spindle && spindle != _spindle)
        || (block['S'] is { } speed && speed != _spindleSpeed && _spindle != 5 && !Settings.IsLaser)
        || (block.Coolant is { } coolant && coolant != _coolant);

    private static bool Moves(GrblBlock block) => block.HasAxis && block.OneShot is null or 28 or 30;

    private void Apply(GrblBlock block)
    {
        ApplyModes(block);
        if (block.OneShot is 4 && State is not GrblState.Check)
        {
            // A dwell is reported as Idle with an empty planner: not a sign that the job is done (recording 02).
            Wait(Waiting.Dwell, block);
            _dwellLeft = TimeSpan.FromSeconds(block['P']!.Value / _speed);
            return;
        }

        ApplyOffsets(block);
        if (Moves(block))
        {
            Move(block);
        }

        if (block.Program is 0 && State is not GrblState.Check)
        {
            Wait(Waiting.ProgramPause, block);
            (State, _isHoldComplete, _holdCompletesAt) = (GrblState.Hold, true, null);
            return;
        }

        if (block.Program is 2 or 30)
        {
            EndProgram();
        }

        Answer(GrblError.None);
    }

    private void ApplyModes(GrblBlock block)
    {
        _isInches = block.IsInches ?? _isInches;
        _feed = block['F'] is { } feed ? feed * UnitOf(block) : _feed;
        _spindleSpeed = block['S'] ?? _spindleSpeed;
        _tool = (int)(block['T'] ?? _tool);
        TurnSpindle(block.Spindle ?? _spindle);
        _coolant = block.Coolant ?? _coolant;
        _plane = block.Plane ?? _plane;
        _coordinateSystem = block.CoordinateSystem ?? _coordinateSystem;
        _isRelative = block.IsRelative ?? _isRelative;
        _motion = block.Motion ?? _motion;
        if (block.Spindle is not null || block['S'] is not null)
        {
            _reportsUntilOverride = 0;
        }
    }

    /// <param name="spindle">As in G-code: 3 and 4 turn it, 5 stops it.</param>
    private void TurnSpindle(int spindle)
    {
        if ((spindle == 5) != (_spindle == 5) && State is not GrblState.Check)
        {
            See(spindle == 5 ? "SpindleOff" : "SpindleOn");
        }

        _spindle = spindle;
    }

    private void ApplyOffsets(GrblBlock block)
    {
        var isChanged = block.CoordinateSystem is not null || block.OneShot is 10 or 92 or 921;
        switch (block.OneShot)
        {
            case 921:
                Array.Clear(_shift);
                break;
            case 92:
                ForEachAxis(block, (axis, value) => _shift[axis] = _planned[axis] - _coordinateSystems[_coordinateSystem][axis] - value);
                break;
            case 10:
                var system = _coordinateSystems[block['P'] is { } p and >= 1 and <= 6 ? (int)p - 1 : _coordinateSystem];
                ForEachAxis(block, (axis, value) => system[axis] = block['L'] is 20 ? _planned[axis] - _shift[axis] - value : value);
                break;
            default:
                break;
        }

        if (isChanged)
        {
            _reportsUntilOffset = 0;
        }
    }

    private void ForEachAxis(GrblBlock block, Action<int, double> action)
    {
        for (var axis = 0; axis < Axes; axis++)
        {
            if (block[AxisLetters[axis]] is { } value)
            {
                action(axis, value * UnitOf(block));
            }
        }
    }

    private double UnitOf(GrblBlock block) => block.IsInches ?? _isInches ? MillimetresPerInch : 1;

    private double Offset(int axis) => _coordinateSystems[_coordinateSystem][axis] + _shift[axis];

    private double[] Target(GrblBlock block, bool isRelative)
    {
        double[] target = [.. _planned];
        ForEachAxis(block, (axis, value) => target[axis] =
            block.UsesMachineCoordinates ? value
            : isRelative ? _planned[axis] + value
            : value + Offset(axis));
        return target;
    }

    private void Move(GrblBlock block)
    {
        var target = block.OneShot is 28 or 30 ? new double[Axes] : Target(block, _isRelative);
        var isRapid = _motion == 0 || block.OneShot is not null;
        if (State is GrblState.Check)
        {
            return;
        }

        var length = _motion is 2 or 3 && block.OneShot is null ? ArcLength(block, target) : (double?)null;
        Plan(target, isRapid ? RapidRate(_planned, target) : _feed, isRapid, length);
        if (_planner.Count > 0)
        {
            State = GrblState.Run;
        }
    }

    private void Plan(double[] target, double rate, bool isRapid, double? length)
    {
        var distance = length ?? Distance(_planned, target);
        if (distance > 0)
        {
            _planner.Enqueue(new GrblMove(_planned, target, distance, rate, isRapid));
            _planned = target;
        }
    }

    private static double Distance(double[] from, double[] to) =>
        Math.Sqrt(from.Zip(to, (a, b) => (b - a) * (b - a)).Sum());

    /// <summary>The slowest axis sets the rate of a rapid: each may move at most at its own.</summary>
    private double RapidRate(double[] from, double[] to)
    {
        var distance = Distance(from, to);
        var rate = double.MaxValue;
        for (var axis = 0; axis < Axes; axis++)
        {
            var share = Math.Abs(to[axis] - from[axis]) / Math.Max(distance, double.Epsilon);
            if (share > 0)
            {
                rate = Math.Min(rate, Settings.RapidRate(axis) / share);
            }
        }

        return rate;
    }

    private double ArcLength(GrblBlock block, double[] target)
    {
        var chord = Distance(_planned, target);
        var radius = block['R'] is { } r
            ? Math.Abs(r) * UnitOf(block)
            : Math.Sqrt(Square(block['I']) + Square(block['J']) + Square(block['K'])) * UnitOf(block);
        if (radius <= 0)
        {
            return chord;
        }

        // The sweep from the chord alone: good to half a circle, and a closed arc is a whole one.
        return chord == 0 ? 2 * Math.PI * radius : 2 * radius * Math.Asin(Math.Min(1, chord / (2 * radius)));

        static double Square(double? value) => value is { } v ? v * v : 0;
    }

    private double RateOf(GrblMove move) => Math.Max(1, move.Rate * (move.IsRapid ? _rapidOverride : _feedOverride) / 100);

    private void EndProgram()
    {
        _lines.Add("[MSG:Pgm End]");
        (_motion, _plane, _coordinateSystem, _isRelative) = (1, 17, 0, false);
        TurnSpindle(5);
        See("ProgramEnd");
        _coolant = 9;
        (_feedOverride, _rapidOverride, _spindleOverride) = (100, 100, 100);
        (_reportsUntilOffset, _reportsUntilOverride) = (0, 0);
    }

    private void Override(byte value)
    {
        (_feedOverride, _rapidOverride, _spindleOverride) = value switch
        {
            0x90 => (100, _rapidOverride, _spindleOverride),
            0x91 => (Bounded(_feedOverride + 10), _rapidOverride, _spindleOverride),
            0x92 => (Bounded(_feedOverride - 10), _rapidOverride, _spindleOverride),
            0x93 => (Bounded(_feedOverride + 1), _rapidOverride, _spindleOverride),
            0x94 => (Bounded(_feedOverride - 1), _rapidOverride, _spindleOverride),
            0x95 => (_feedOverride, 100, _spindleOverride),
            0x96 => (_feedOverride, 50, _spindleOverride),
            0x97 => (_feedOverride, 25, _spindleOverride),
            0x99 => (_feedOverride, _rapidOverride, 100),
            0x9A => (_feedOverride, _rapidOverride, Bounded(_spindleOverride + 10)),
            0x9B => (_feedOverride, _rapidOverride, Bounded(_spindleOverride - 10)),
            0x9C => (_feedOverride, _rapidOverride, Bounded(_spindleOverride + 1)),
            0x9D => (_feedOverride, _rapidOverride, Bounded(_spindleOverride - 1)),
            _ => (_feedOverride, _rapidOverride, _spindleOverride),
        };
        _reportsUntilOverride = 0;

        static int Bounded(int percent) => Math.Clamp(percent, 10, 200);
    }
}
