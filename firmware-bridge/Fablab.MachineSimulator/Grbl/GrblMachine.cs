using System.Globalization;
using System.Text;

namespace Fablab.MachineSimulator.Grbl;

/// <summary>What GRBL calls its machine states.</summary>
internal enum GrblState
{
    Idle,
    Run,
    Hold,
    Jog,
    Alarm,
    Check,
    Sleep,
}

/// <summary>
/// A GRBL 1.1h controller with a three-axis machine as one state machine without clock or socket: bytes go in, lines come
/// out, time passes by <see cref="Advance"/>. Behaviour is that of <c>tests/recordings/grbl</c>: a line is acknowledged
/// when it is parsed and has room in the planner, not when its motion is done; M3, M5, G4, M0 and M30 wait for the motion.
/// Moves take distance by feed, without acceleration.
/// </summary>
internal sealed partial class GrblMachine
{
    public const string Banner = "Grbl 1.1h ['$' for help]";

    private const int ReceiveBufferBytes = 128;
    private const int PlannerBlocks = 15;
    private const int LineLimit = 80;

    /// <summary>What was seen is remembered up to so many things; older ones are forgotten.</summary>
    private const int RememberedSights = 1_000;

    private static readonly TimeSpan HoldDeceleration = TimeSpan.FromMilliseconds(150);

    private readonly double _speed;
    private readonly List<string> _lines = [];
    private readonly Queue<string> _seen = new();
    private readonly Queue<byte> _received = new();
    private readonly Queue<GrblMove> _planner = new();
    private Waiting _waiting;
    private GrblBlock? _waitingBlock;
    private TimeSpan _dwellLeft;
    private DateTimeOffset? _holdCompletesAt;
    private bool _isHoldComplete;

    public GrblMachine(double speed, DateTimeOffset now)
    {
        _speed = speed;
        Now = now;
        Greet();
    }

    /// <summary>Why the line being worked on has not been acknowledged yet.</summary>
    private enum Waiting
    {
        Nothing,
        PlannerRoom,
        Standstill,
        Dwell,
        ProgramPause,
    }

    public DateTimeOffset Now { get; private set; }

    public GrblState State { get; private set; } = GrblState.Idle;

    public GrblSettings Settings { get; } = new();

    /// <summary>What a person beside the machine saw, oldest first: <c>SpindleOn</c>, <c>SpindleOff</c>, <c>ProgramEnd</c>, <c>Reset</c>.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    /// <summary>Nothing runs, is queued or half received: a new client may be greeted as by a fresh board.</summary>
    public bool IsAtRest => State is GrblState.Idle && _planner.Count == 0 && _waiting is Waiting.Nothing && _received.Count == 0;

    private bool IsMoving => _planner.Count > 0 && State is GrblState.Run or GrblState.Jog;

    /// <summary>Lines for the client since the last call, without their line ends.</summary>
    public IReadOnlyList<string> TakeLines()
    {
        string[] taken = [.. _lines];
        _lines.Clear();
        return taken;
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (!ExecuteRealtime(value) && _received.Count < ReceiveBufferBytes)
            {
                // What does not fit is lost, as on the real serial line.
                _received.Enqueue(value);
            }
        }

        Work();
    }

    public void Receive(string text) => Receive(Encoding.Latin1.GetBytes(text));

    /// <summary>When something will happen by itself; <see langword="null"/> when only a client can cause anything.</summary>
    public DateTimeOffset? NextDue()
    {
        if (State is GrblState.Hold)
        {
            return _holdCompletesAt;
        }

        return IsMoving ? Now + TimeLeft(_planner.Peek())
            : _waiting is Waiting.Dwell ? Now + _dwellLeft
            : null;
    }

    public void Advance(DateTimeOffset now)
    {
        while (NextDue() is { } due && due <= now)
        {
            Pass(due);
            Happen();
            Work();
        }

        Pass(now);
    }

    /// <summary>The board starts anew: power-on, a reset by DTR, or byte 0x18.</summary>
    public void Reset()
    {
        var losesPosition = IsMoving || (State is GrblState.Hold && !_isHoldComplete);
        if (losesPosition)
        {
            _lines.Add("ALARM:3");
        }

        // The line that was being worked on when the reset struck still gets its answer (recordings 04 and 05).
        if (_waiting is not Waiting.Nothing)
        {
            _lines.Add("ok");
        }

        var staysAlarmed = losesPosition || State is GrblState.Alarm;
        _received.Clear();
        _planner.Clear();
        (_waiting, _waitingBlock, _dwellLeft) = (Waiting.Nothing, null, TimeSpan.Zero);
        (_holdCompletesAt, _isHoldComplete) = (null, false);
        State = staysAlarmed ? GrblState.Alarm : GrblState.Idle;
        See("Reset");
        ResetModes();
        Greet();
        if (staysAlarmed)
        {
            _lines.Add("[MSG:'$H'|'$X' to unlock]");
        }
    }

    private void Greet()
    {
        _lines.Add("");
        _lines.Add(Banner);
        (_reportsUntilOffset, _reportsUntilOverride) = (0, 0);
    }

    private bool ExecuteRealtime(byte value)
    {
        switch (value)
        {
            case (byte)'?':
                _lines.Add(Report());
                return true;
            case (byte)'!':
                Hold();
                return true;
            case (byte)'~':
                Resume();
                return true;
            case 0x18:
                Reset();
                return true;
            case 0x85:
                CancelJog();
                return true;
            case >= 0x80:
                Override(value);
                return true;
            default:
                return false;
        }
    }

    private void Hold()
    {
        if (State is GrblState.Run or GrblState.Jog)
        {
            _holdCompletesAt = Now + (HoldDeceleration / _speed);
            (State, _isHoldComplete) = (GrblState.Hold, false);
        }
        else if (State is GrblState.Idle)
        {
            (State, _isHoldComplete, _holdCompletesAt) = (GrblState.Hold, true, null);
        }
    }

    private void Resume()
    {
        // GRBL ignores a cycle start while it is still slowing down.
        if (State is not GrblState.Hold || !_isHoldComplete)
        {
            return;
        }

        State = _planner.Count > 0 ? GrblState.Run : GrblState.Idle;
        _isHoldComplete = false;
        if (_waiting is Waiting.ProgramPause)
        {
            Acknowledge();
        }
    }

    private void CancelJog()
    {
        if (State is GrblState.Jog)
        {
            _planner.Clear();
            State = GrblState.Idle;
        }
    }

    private void Pass(DateTimeOffset until)
    {
        var elapsed = until - Now;
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        Now = until;
        if (IsMoving)
        {
            var move = _planner.Peek();
            move.Pass(elapsed.TotalMinutes * RateOf(move) * _speed);
            move.PositionInto(_position);
        }
        else if (_waiting is Waiting.Dwell && State is not GrblState.Hold)
        {
            _dwellLeft -= elapsed;
        }
    }

    private void Happen()
    {
        if (State is GrblState.Hold)
        {
            (_isHoldComplete, _holdCompletesAt) = (true, null);
        }
        else if (IsMoving)
        {
            _planner.Dequeue().EndInto(_position);
            if (_planner.Count == 0)
            {
                State = GrblState.Idle;
            }
        }
        else if (_waiting is Waiting.Dwell)
        {
            Acknowledge();
        }
    }

    private TimeSpan TimeLeft(GrblMove move) => TimeSpan.FromMinutes(move.Left / (RateOf(move) * _speed));

    /// <summary>Works through the received lines as far as GRBL's main loop would get now.</summary>
    private void Work()
    {
        while (State is not GrblState.Hold and not GrblState.Sleep)
        {
            if (_waiting is Waiting.Dwell or Waiting.ProgramPause)
            {
                return;
            }

            if (_waiting is Waiting.PlannerRoom or Waiting.Standstill)
            {
                if (_waiting is Waiting.PlannerRoom ? _planner.Count >= PlannerBlocks : _planner.Count > 0)
                {
                    return;
                }

                var block = _waitingBlock!;
                (_waiting, _waitingBlock) = (Waiting.Nothing, null);
                Execute(block);
                continue;
            }

            if (TakeLine() is not { } line)
            {
                return;
            }

            Interpret(line);
        }
    }

    private string? TakeLine()
    {
        if (!_received.Contains((byte)'\n') && !_received.Contains((byte)'\r'))
        {
            // A line longer than the buffer would block it for ever; GRBL has by then counted an overflow.
            if (_received.Count < ReceiveBufferBytes)
            {
                return null;
            }

            _received.Clear();
            return new string('0', LineLimit + 1);
        }

        var line = new StringBuilder();
        while (_received.TryDequeue(out var value) && value is not ((byte)'\n' or (byte)'\r'))
        {
            line.Append((char)value);
        }

        return line.ToString();
    }

    private void Acknowledge()
    {
        (_waiting, _waitingBlock) = (Waiting.Nothing, null);
        _lines.Add("ok");
    }

    private void Wait(Waiting what, GrblBlock block) => (_waiting, _waitingBlock) = (what, block);

    private void See(string what)
    {
        _seen.Enqueue(what);
        if (_seen.Count > RememberedSights)
        {
            _seen.Dequeue();
        }
    }

    private void Answer(int error) =>
        _lines.Add(error == GrblError.None ? "ok" : string.Create(CultureInfo.InvariantCulture, $"error:{error}"));
}
