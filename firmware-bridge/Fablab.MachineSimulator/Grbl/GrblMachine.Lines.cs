using System.Globalization;
using System.Text;

namespace Fablab.MachineSimulator.Grbl;

/// <summary>What GRBL makes of one received line.</summary>
internal sealed partial class GrblMachine
{
    private void Interpret(string raw)
    {
        if (raw.Length >= LineLimit)
        {
            Answer(GrblError.LineTooLong);
            return;
        }

        var line = Clean(raw);
        if (line.Length == 0)
        {
            Answer(GrblError.None);
        }
        else if (line[0] == '$')
        {
            Command(line);
        }
        else if (State is GrblState.Alarm or GrblState.Jog)
        {
            Answer(GrblError.Locked);
        }
        else
        {
            Execute(GrblBlock.Parse(line));
        }
    }

    /// <summary>Without comments and spaces, in upper case, as GRBL stores it.</summary>
    private static string Clean(string raw)
    {
        var line = new StringBuilder();
        var isComment = false;
        foreach (var letter in raw)
        {
            if (letter == ';' && !isComment)
            {
                break;
            }

            isComment = letter == '(' || (isComment && letter != ')');
            if (!isComment && letter is not (')' or ' ' or '\t') && letter > ' ')
            {
                line.Append(char.ToUpperInvariant(letter));
            }
        }

        return line.ToString();
    }

    private void Command(string line)
    {
        switch (line)
        {
            case "$":
                _lines.Add("[HLP:$$ $# $G $I $N $x=val $Nx=line $J=line $SLP $C $X $H ~ ! ? ctrl-x]");
                Answer(GrblError.None);
                break;
            case "$$" or "$#" or "$I" or "$N" or "$SLP" when State is not (GrblState.Idle or GrblState.Alarm):
                Answer(GrblError.NeedsIdle);
                break;
            case "$$":
                AnswerWith(Settings.Lines());
                break;
            case "$#":
                AnswerWith(Parameters());
                break;
            case "$G":
                AnswerWith([Modes()]);
                break;
            case "$I":
                AnswerWith(["[VER:1.1h.20190830:]", string.Create(CultureInfo.InvariantCulture, $"[OPT:V,{PlannerBlocks},{ReceiveBufferBytes}]")]);
                break;
            case "$N":
                AnswerWith(["$N0=", "$N1="]);
                break;
            case "$X":
                Unlock();
                break;
            case "$C":
                ToggleCheck();
                break;
            case "$H":
                Home();
                break;
            case "$SLP":
                Answer(GrblError.None);
                State = GrblState.Sleep;
                break;
            default:
                Set(line);
                break;
        }
    }

    private void AnswerWith(IEnumerable<string> lines)
    {
        _lines.AddRange(lines);
        Answer(GrblError.None);
    }

    private void Unlock()
    {
        if (State is GrblState.Alarm)
        {
            _lines.Add("[MSG:Caution: Unlocked]");
            State = GrblState.Idle;
        }

        Answer(GrblError.None);
    }

    private void ToggleCheck()
    {
        if (State is GrblState.Check)
        {
            _lines.Add("[MSG:Disabled]");
            Answer(GrblError.None);
            Reset();
            return;
        }

        if (State is not GrblState.Idle)
        {
            Answer(GrblError.NeedsIdle);
            return;
        }

        State = GrblState.Check;
        _lines.Add("[MSG:Enabled]");
        Answer(GrblError.None);
    }

    private void Home()
    {
        if (!Settings.HasHoming)
        {
            Answer(GrblError.HomingDisabled);
            return;
        }

        Array.Clear(_position);
        State = GrblState.Idle;
        Answer(GrblError.None);
    }

    private void Set(string line)
    {
        if (line.StartsWith("$J=", StringComparison.Ordinal))
        {
            Jog(line["$J=".Length..]);
            return;
        }

        if (line.StartsWith("$N", StringComparison.Ordinal) && line.Contains('=', StringComparison.Ordinal))
        {
            Answer(GrblError.None);
            return;
        }

        var equals = line.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? line.AsSpan(1) : line.AsSpan(1, equals - 1);
        if (!int.TryParse(name, CultureInfo.InvariantCulture, out var number))
        {
            Answer(GrblError.BadNumber);
        }
        else if (equals < 0)
        {
            Answer(GrblError.InvalidStatement);
        }
        else if (!double.TryParse(line.AsSpan(equals + 1), CultureInfo.InvariantCulture, out var value))
        {
            Answer(GrblError.BadNumber);
        }
        else
        {
            Answer(State is GrblState.Idle or GrblState.Alarm ? Settings.Set(number, value) : GrblError.NeedsIdle);
        }
    }

    private void Jog(string line)
    {
        if (State is not (GrblState.Idle or GrblState.Jog))
        {
            Answer(GrblError.NeedsIdle);
            return;
        }

        var block = GrblBlock.Parse(line);
        var error = block.Error != GrblError.None ? block.Error
            : block.Motion is not null || block.OneShot is not null || block.Program is not null || block.Spindle is not null ? GrblError.InvalidJog
            : block['F'] is null ? GrblError.NoFeedRate
            : !block.HasAxis ? GrblError.NoAxisWord
            : GrblError.None;
        if (error == GrblError.None && _planner.Count < PlannerBlocks)
        {
            Plan(Target(block, block.IsRelative ?? _isRelative), block['F']!.Value * UnitOf(block), isRapid: false, length: null);
            State = _planner.Count > 0 ? GrblState.Jog : GrblState.Idle;
        }

        Answer(error);
    }
}
