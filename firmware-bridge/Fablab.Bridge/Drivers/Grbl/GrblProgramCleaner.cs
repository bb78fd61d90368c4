using System.Buffers;
using System.Text;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>
/// Makes of one line of a file what is sent, and refuses what must never be: settings, and bytes the controller picks out of
/// the stream as commands of their own.
/// </summary>
internal static class GrblProgramCleaner
{
    private static readonly SearchValues<char> RealtimeCharacters = SearchValues.Create("?!~");

    /// <returns><see langword="null"/> when nothing is left to send.</returns>
    /// <exception cref="ControllerRefusedException">The line must not be sent; the message names it and what to do.</exception>
    public static GrblProgramLine? Clean(ReadOnlySpan<byte> raw, int number, int maxCharacters)
    {
        var text = WithoutComments(Encoding.Latin1.GetString(raw));

        // A percent sign only frames a tape; GRBL would call it an error.
        if (text.Length == 0 || text == "%")
        {
            return null;
        }

        if (text.Contains('$', StringComparison.Ordinal) || text[0] == '[')
        {
            throw Refused(number, $"it holds a command for the controller's settings ({Shown(text)}). Take it out and let the lab's staff set up the machine");
        }

        if (text.AsSpan().IndexOfAny(RealtimeCharacters) is >= 0 and var at)
        {
            throw Refused(number, $"it holds '{text[at]}', which a GRBL controller obeys at once. Take it out, or move it into a comment");
        }

        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '\x7e') is >= 0 and var odd)
        {
            throw Refused(number, $"it holds the byte 0x{(int)text[odd]:X2}, which is no G-code and may be obeyed as a command. Export the file as plain text");
        }

        if (text.Length > maxCharacters)
        {
            throw Refused(number, $"it has {text.Length} characters and the controller takes {maxCharacters}. Split the line or write shorter numbers");
        }

        return new GrblProgramLine(number, text);
    }

    private static string WithoutComments(string line)
    {
        var kept = new StringBuilder(line.Length);
        var isComment = false;
        foreach (var character in line)
        {
            if (isComment)
            {
                isComment = character != ')';
            }
            else if (character == ';')
            {
                break;
            }
            else if (character == '(')
            {
                isComment = true;
            }
            else if (character is not (' ' or '\t'))
            {
                kept.Append(character);
            }
            else if (kept.Length > 0 && kept[^1] != ' ')
            {
                kept.Append(' ');
            }
        }

        return kept.ToString().Trim(' ');
    }

    private static ControllerRefusedException Refused(int number, string why) =>
        new($"Line {number} cannot be sent: {why}.", RefusalKind.UnsupportedFile);

    private static string Shown(string text) => text.Length <= 20 ? text : text[..20] + "…";
}
