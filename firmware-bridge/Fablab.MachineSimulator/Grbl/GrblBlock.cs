using System.Globalization;

namespace Fablab.MachineSimulator.Grbl;

/// <summary>
/// One line of G-code taken apart: its words, and the error GRBL would give for it before looking at the machine's state.
/// The order of checks is GRBL's, because the number of the first error found is what clients see.
/// </summary>
internal sealed class GrblBlock
{
    private readonly Dictionary<char, double> _words = [];
    private readonly HashSet<int> _groups = [];

    private GrblBlock()
    {
    }

    public int Error { get; private set; }

    /// <summary>0, 1, 2 or 3 when the line names a motion.</summary>
    public int? Motion { get; private set; }

    /// <summary>4, 10, 28, 30, 92 and the like: codes that act once. Tenths count: 28.1 is 281, 92.1 is 921.</summary>
    public int? OneShot { get; private set; }

    public bool? IsRelative { get; private set; }

    public bool? IsInches { get; private set; }

    public int? CoordinateSystem { get; private set; }

    public int? Plane { get; private set; }

    public bool UsesMachineCoordinates { get; private set; }

    /// <summary>0, 2 or 30.</summary>
    public int? Program { get; private set; }

    /// <summary>3, 4 or 5.</summary>
    public int? Spindle { get; private set; }

    /// <summary>7, 8 or 9.</summary>
    public int? Coolant { get; private set; }

    public bool HasAxis => _words.ContainsKey('X') || _words.ContainsKey('Y') || _words.ContainsKey('Z');

    public bool HasArcOffset => _words.ContainsKey('I') || _words.ContainsKey('J') || _words.ContainsKey('K') || _words.ContainsKey('R');

    public double? this[char word] => _words.TryGetValue(word, out var value) ? value : null;

    /// <param name="line">Without comments and spaces, in upper case.</param>
    public static GrblBlock Parse(string line)
    {
        var block = new GrblBlock();
        block.Error = block.Read(line);
        return block;
    }

    private int Read(string line)
    {
        var at = 0;
        while (at < line.Length)
        {
            var letter = line[at++];
            if (letter is < 'A' or > 'Z')
            {
                return GrblError.ExpectedLetter;
            }

            var start = at;
            while (at < line.Length && (char.IsAsciiDigit(line[at]) || line[at] is '.' or '-' or '+'))
            {
                at++;
            }

            if (!double.TryParse(line.AsSpan(start, at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                return GrblError.BadNumber;
            }

            var error = letter switch
            {
                'G' => ReadG(value),
                'M' => ReadM(value),
                _ => ReadWord(letter, value),
            };
            if (error != GrblError.None)
            {
                return error;
            }
        }

        return OneShot is 4 && this['P'] is null ? GrblError.MissingValue : GrblError.None;
    }

    private int ReadG(double value)
    {
        var tenths = (int)Math.Round(value * 10);
        switch (tenths)
        {
            case 0 or 10 or 20 or 30:
                if (Motion is not null || OneShot is 10 or 28 or 30 or 92)
                {
                    return GrblError.TwoAxisCommands;
                }

                Motion = tenths / 10;
                return Group(1);
            case 40:
                OneShot = 4;
                return Group(0);
            case 100 or 280 or 300 or 920:
                if (Motion is not null)
                {
                    return GrblError.TwoAxisCommands;
                }

                OneShot = tenths / 10;
                return Group(0);
            case 281 or 301 or 921:
                OneShot = tenths;
                return Group(0);
            case 530:
                UsesMachineCoordinates = true;
                return Group(0);
            case 170 or 180 or 190:
                Plane = tenths / 10;
                return Group(2);
            case 900 or 910:
                IsRelative = tenths == 910;
                return Group(3);
            case 911:
                return Group(4);
            case 930 or 940:
                return Group(5);
            case 200 or 210:
                IsInches = tenths == 200;
                return Group(6);
            case 400:
                return Group(7);
            case 490:
                return Group(8);
            case >= 540 and <= 590 when tenths % 10 == 0:
                CoordinateSystem = (tenths / 10) - 54;
                return Group(12);
            case 610:
                return Group(13);
            case 800:
                return Group(1);
            default:
                return GrblError.Unsupported;
        }
    }

    private int ReadM(double value)
    {
        // GRBL keeps M numbers in a byte: what is more, like a fraction, is no whole number to it.
        if (value != Math.Floor(value) || value > byte.MaxValue)
        {
            return GrblError.NeedsInteger;
        }

        switch ((int)value)
        {
            case 0 or 1 or 2 or 30:
                Program = (int)value;
                return Group(104);
            case 3 or 4 or 5:
                Spindle = (int)value;
                return Group(107);
            case 7 or 8 or 9:
                Coolant = (int)value;
                return Group(108);
            default:
                return GrblError.Unsupported;
        }
    }

    private int ReadWord(char letter, double value)
    {
        if (letter is not ('F' or 'I' or 'J' or 'K' or 'L' or 'N' or 'P' or 'R' or 'S' or 'T' or 'X' or 'Y' or 'Z'))
        {
            return GrblError.Unsupported;
        }

        if (!_words.TryAdd(letter, value))
        {
            return GrblError.RepeatedWord;
        }

        if (letter == 'T' && value > byte.MaxValue)
        {
            return GrblError.ToolTooBig;
        }

        return letter is 'F' or 'N' or 'P' or 'S' or 'T' && value < 0 ? GrblError.NegativeValue : GrblError.None;
    }

    private int Group(int group) => _groups.Add(group) ? GrblError.None : GrblError.SameModalGroup;
}
