using System.Diagnostics.CodeAnalysis;

namespace Fablab.Contracts;

/// <summary>
/// Codes that may stand in a topic: <c>[a-z0-9](-?[a-z0-9])*</c>, at most 40 characters. They are made by the program or
/// checked when typed; a name that a person chose freely never becomes part of a topic.
/// </summary>
public static class Codes
{
    public const int MaxLength = 40;

    /// <summary>The same as a regular expression for the whole text, its length aside.</summary>
    public const string Pattern = "[a-z0-9](-?[a-z0-9])*";

    public static bool IsValid([NotNullWhen(true)] string? code)
    {
        if (code is null || code.Length is 0 or > MaxLength || code[0] == '-' || code[^1] == '-')
        {
            return false;
        }

        for (var i = 0; i < code.Length; i++)
        {
            var c = code[i];
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') || (c == '-' && code[i - 1] == '-'))
            {
                return false;
            }
        }

        return true;
    }
}
