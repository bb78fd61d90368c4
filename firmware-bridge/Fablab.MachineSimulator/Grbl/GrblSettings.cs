using System.Globalization;

namespace Fablab.MachineSimulator.Grbl;

/// <summary>GRBL's numbered settings in their printed form, with the values of a small router table.</summary>
internal sealed class GrblSettings
{
    private const int Millimetres = 3;

    private readonly SortedDictionary<int, double> _values = new()
    {
        [0] = 10, [1] = 25, [2] = 0, [3] = 0, [4] = 0, [5] = 1, [6] = 1,
        // 3 = machine position and buffer state; a fresh GRBL has 1, without the buffer.
        [10] = 3, [11] = 0.010, [12] = 0.002, [13] = 0, [20] = 0, [21] = 0, [22] = 0, [23] = 0, [24] = 25, [25] = 500, [26] = 250, [27] = 1,
        [30] = 1000, [31] = 0, [32] = 0, [100] = 250, [101] = 250, [102] = 250, [110] = 2000, [111] = 2000, [112] = 1000,
        [120] = 200, [121] = 200, [122] = 200, [130] = 200, [131] = 200, [132] = 200,
    };

    public bool ReportsBuffer => ((int)_values[10] & 2) != 0;

    public bool ReportsInches => _values[13] != 0;

    public bool HasHoming => _values[22] != 0;

    public bool IsLaser => _values[32] != 0;

    /// <summary>Rapid rate of an axis in millimetres a minute.</summary>
    public double RapidRate(int axis) => _values[110 + axis];

    public IEnumerable<string> Lines() => _values.Select(setting => $"${setting.Key}={Format(setting.Key, setting.Value)}");

    /// <returns>0, or the number of GRBL's error.</returns>
    public int Set(int number, double value)
    {
        if (!_values.ContainsKey(number))
        {
            return GrblError.InvalidStatement;
        }

        if (value < 0)
        {
            return GrblError.NegativeValue;
        }

        if (number == 20 && value != 0 && !HasHoming)
        {
            return GrblError.SoftLimitNeedsHoming;
        }

        _values[number] = value;
        return GrblError.None;
    }

    private static string Format(int number, double value)
    {
        var decimals = number is 11 or 12 or 24 or 25 or 27 or >= 100 ? Millimetres : 0;
        return value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }
}

/// <summary>The error numbers this simulator gives, all seen in <c>tests/recordings/grbl/06</c> or named in GRBL's documentation.</summary>
internal static class GrblError
{
    public const int None = 0;
    public const int ExpectedLetter = 1;
    public const int BadNumber = 2;
    public const int InvalidStatement = 3;
    public const int NegativeValue = 4;
    public const int HomingDisabled = 5;
    public const int NeedsIdle = 8;
    public const int Locked = 9;
    public const int SoftLimitNeedsHoming = 10;
    public const int LineTooLong = 11;
    public const int InvalidJog = 16;
    public const int Unsupported = 20;
    public const int SameModalGroup = 21;
    public const int NoFeedRate = 22;
    public const int NeedsInteger = 23;
    public const int TwoAxisCommands = 24;
    public const int RepeatedWord = 25;
    public const int NoAxisWord = 26;
    public const int MissingValue = 28;
    public const int InvalidTarget = 33;
    public const int NoArcOffset = 35;
    public const int UnusedWords = 36;
    public const int ToolTooBig = 38;
}
