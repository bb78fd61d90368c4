using Fablab.Domain.Machines;

namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>
/// Reads a program once, piece by piece, in memory that does not grow with the file, and gives a verdict: feed it, then
/// complete it. It never throws on what a file says.
/// </summary>
public sealed class GcodeAnalyzer(MachineProfile profile)
{
    public const int MaxProblems = 20;

    /// <summary>Of the part before the comment; more than any controller's line buffer takes.</summary>
    public const int MaxCommandLength = 256;

    // Slicers put whole start scripts into one comment line; what is kept of it is enough for all we read.
    private const int KeptOfLine = 1_024;
    private const int ChunkLength = 16_384;
    private const int HighestTool = 255;

    private static readonly Dictionary<int, string> RefusedM = new()
    {
        [112] = "emergency stop",
        [500] = "saves settings in the machine",
        [502] = "resets the machine's settings",
        [997] = "updates the firmware",
        [999] = "restarts a stopped machine",
    };

    private static readonly string[] RefusedMacros = ["FIRMWARE_RESTART", "RESTART", "SAVE_CONFIG", "EMERGENCY_STOP", "RUN_SHELL_COMMAND"];

    private readonly char[] line = new char[KeptOfLine];
    private readonly GcodeProblems problems = new();
    private readonly SortedSet<int> tools = [];
    private readonly SlicerComments comments = new();
    private readonly GcodeMotion motion = new(profile.RapidMillimetresPerMinute);
    private readonly GcodeArguments arguments = new();
    private readonly GcodeEnding ending = new();
    private readonly GcodeHeat heat = new(profile);
    private int kept;
    private int beforeComment;
    private bool isInComment;
    private bool lineHasText;
    private long commands;
    private bool isBinary;
    private bool previousWasReturn;
    private bool isComplete;
    private int modalMove = -1;
    private Heater pendingHeater;

    /// <summary>Reads to the end of the text.</summary>
    public static GcodeAnalysis Analyze(TextReader text, MachineProfile profile)
    {
        var analyzer = new GcodeAnalyzer(profile);
        var chunk = new char[ChunkLength];
        for (var read = text.Read(chunk); read > 0; read = text.Read(chunk))
        {
            analyzer.Feed(chunk.AsSpan(0, read));
        }

        return analyzer.Complete();
    }

    /// <param name="text">The next piece of the file; it may end anywhere, also within a line.</param>
    public void Feed(ReadOnlySpan<char> text)
    {
        ObjectDisposedException.ThrowIf(isComplete, this);
        foreach (var c in text)
        {
            if (c == '\n' && previousWasReturn)
            {
                previousWasReturn = false;
            }
            else if (c is '\n' or '\r')
            {
                previousWasReturn = c == '\r';
                EndLine();
            }
            else
            {
                previousWasReturn = false;
                Take(c);
            }
        }
    }

    public GcodeAnalysis Complete()
    {
        var endsMidLine = lineHasText;
        if (endsMidLine)
        {
            EndLine();
        }

        isComplete = true;
        var lines = problems.Line - 1;
        JudgeWhole(endsMidLine);
        var dialect = profile.Dialect ?? (motion.SawExtruder ? GcodeDialect.Printer : GcodeDialect.Grbl);
        var fromMoves = motion.SawMoves ? Duration.FromSeconds(motion.Seconds(dialect)) : (Duration?)null;
        return new GcodeAnalysis
        {
            Problems = problems.Found,
            Lines = lines,
            Slicer = comments.Slicer,
            Estimate = comments.Time ?? fromMoves,
            EstimateSource = comments.Time is not null ? EstimateSource.Slicer : fromMoves is not null ? EstimateSource.Moves : EstimateSource.None,
            FilamentMillimetres = comments.FilamentMillimetres ?? (motion.SawExtruder ? Math.Max(0, motion.Extruded) : null),
            FilamentGrams = comments.FilamentGrams,
            Material = comments.Material,
            NozzleCelsius = heat.Nozzle ?? comments.NozzleCelsius,
            BedCelsius = heat.Bed ?? comments.BedCelsius,
            X = motion.RangeOf(0),
            Y = motion.RangeOf(1),
            Z = motion.RangeOf(2),
            PathMillimetres = motion.Path,
            Tools = [.. tools],
        };
    }

    private void Take(char c)
    {
        lineHasText = true;
        isInComment |= c == ';';
        LookAt(c);
        if (kept < KeptOfLine)
        {
            line[kept++] = c;
        }

        if (!isInComment && ++beforeComment == MaxCommandLength + 1)
        {
            problems.Report("line-too-long", GcodeText.Beginning(line.AsSpan(0, 20)), $"Keep commands below {MaxCommandLength} characters; put text behind a semicolon.");
        }
    }

    /// <summary>Characters that a controller acts upon the moment they arrive, and those that no text has.</summary>
    private void LookAt(char c)
    {
        // On the wire a letter beyond ASCII is several bytes, any of which GRBL may take for an order.
        var actsAtOnce = c == '\u0018' || c is >= '\u0080' and <= '\u009f' || (c > '~' && !isInComment && profile.Dialect is GcodeDialect.Grbl);
        if (actsAtOnce)
        {
            problems.Report("realtime-byte", $"0x{(int)c:X2}", "Remove the control character: controllers obey it at once, wherever it stands.");
        }
        else if (!isBinary && ((c < ' ' && c != '\t') || c == '\u007f' || (!isInComment && c == '\ufffd')))
        {
            isBinary = true;
            problems.Report("binary-content", $"0x{(int)c:X2}", "Export the job as plain text G-code (not .bgcode, .3mf or a compressed file).");
        }
    }

    private void EndLine()
    {
        if (lineHasText && !isBinary)
        {
            ReadLine(line.AsSpan(0, kept));
        }

        (kept, beforeComment, isInComment, lineHasText) = (0, 0, false, false);
        problems.Line++;
    }

    private void ReadLine(ReadOnlySpan<char> text)
    {
        var semicolon = text.IndexOf(';');
        if (semicolon >= 0)
        {
            comments.Read(text[(semicolon + 1)..]);
            text = text[..semicolon];
        }

        text = text.Trim();
        if (text.IsEmpty)
        {
            return;
        }

        if (text[0] is '$' or '@')
        {
            commands++;
            problems.Report("command-refused", GcodeText.Beginning(text), "Remove the line: settings and host commands are not part of a job.");
            return;
        }

        if (text[0] == '%')
        {
            ending.ProgramEnded();
            return;
        }

        Span<char> bare = stackalloc char[KeptOfLine];
        var commandText = GcodeText.WithoutBrackets(text, bare);
        if (!commandText.IsEmpty)
        {
            ReadCommands(commandText);
        }
    }

    private void ReadCommands(ReadOnlySpan<char> text)
    {
        if (GcodeText.IsMacro(text))
        {
            ReadMacro(text);
            return;
        }

        arguments.Clear();
        var rest = text;
        var main = -1;
        var isFirst = true;
        var rawText = false;
        while (!rawText && GcodeWord.TryTake(ref rest, out var word))
        {
            commands++;
            switch (word.Letter)
            {
                case 'N' when isFirst:
                    continue;
                case 'G':
                    main = ReadG(Whole(word.Value), main);
                    break;
                case 'M':
                    rawText = ReadM(Whole(word.Value));
                    break;
                case 'T' when isFirst || main < 0:
                    UseTool(Whole(word.Value));
                    break;
                default:
                    arguments.Add(word);
                    break;
            }

            isFirst = false;
        }

        var realtime = text.IndexOfAny('!', '~', '?');
        if (realtime >= 0 && (!rawText || profile.Dialect is GcodeDialect.Grbl))
        {
            problems.Report("realtime-byte", text[realtime].ToString(), "Remove the character: controllers obey it at once, wherever it stands.");
        }

        Run(main);
    }

    private int ReadG(int code, int main)
    {
        switch (code)
        {
            case 0 or 1 or 2 or 3:
                modalMove = code;
                return code;
            case 4 or 28 or 92:
                return code;
            default:
                motion.Set(code);
                return main;
        }
    }

    /// <returns>Whether the rest of the line is text for people or a file name, not words.</returns>
    private bool ReadM(int code)
    {
        if (RefusedM.TryGetValue(code, out var why))
        {
            problems.Report("command-refused", $"M{code}", $"Remove the line: it {(code == 112 ? "is an " : "")}{why}.");
        }

        switch (code)
        {
            case 82 or 83:
                motion.SetExtruder(relative: code == 83);
                break;
            case 3 or 4:
                ending.ToolOn();
                break;
            case 2 or 30 or 5 or 18 or 84:
                ending.ProgramEnded();
                break;
            case 104 or 109:
                pendingHeater = Heater.Nozzle;
                break;
            case 140 or 190:
                pendingHeater = Heater.Bed;
                break;
        }

        return code is 16 or 23 or 28 or 32 or 117 or 118 or 928;
    }

    private void Run(int main)
    {
        if (pendingHeater is not Heater.None)
        {
            Heat(pendingHeater, arguments['S'] ?? arguments['R']);
            pendingHeater = Heater.None;
            return;
        }

        switch (main)
        {
            case 4:
                motion.Dwell(arguments);
                break;
            case 28:
                motion.Home(arguments);
                break;
            case 92:
                motion.Rename(arguments);
                break;
            case 0 or 1 or 2 or 3:
                Move(main);
                break;
            case < 0 when modalMove >= 0 && (arguments.Has('X') || arguments.Has('Y') || arguments.Has('Z')):
                Move(modalMove);
                break;
        }
    }

    private void Move(int code)
    {
        if (motion.Move(code, arguments))
        {
            ending.Worked();
        }

        if (profile.Reach is { } reach)
        {
            GcodeReach.Judge(arguments, motion, reach, problems);
        }
    }

    private void Heat(Heater heater, double? celsius)
    {
        if (celsius is not { } target)
        {
            return;
        }

        if (heater is Heater.Nozzle)
        {
            ending.Heated(target > 0);
        }

        heat.Ask(heater, target, problems);
    }

    private void JudgeWhole(bool endsMidLine)
    {
        if (isBinary)
        {
            return;
        }

        problems.Line--;
        heat.JudgeMacros(comments, problems);
        if (commands == 0)
        {
            problems.Line = 0;
            problems.Report("empty-file", "", "Choose a file that holds a job.");
        }
        else if (comments.MarksItsEnd ? !comments.ReachedItsEnd : ending.IsMissing(endsMidLine))
        {
            problems.Report("truncated", "", "The end of the job is missing. Export or upload the file again.");
        }

    }

    private void UseTool(int number)
    {
        if (number is >= 0 and <= HighestTool)
        {
            tools.Add(number);
        }
    }

    private void ReadMacro(ReadOnlySpan<char> text)
    {
        commands++;
        var end = text.IndexOfAny(' ', '\t');
        var name = (end < 0 ? text : text[..end]).ToString();
        if (RefusedMacros.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            problems.Report("command-refused", GcodeText.Beginning(text), "Remove the line: it is no part of a job.");
        }

        ending.ProgramEnded();
    }

    private static int Whole(double value) => value is >= 0 and < 100_000 ? (int)value : -1;
}
