using System.Runtime.CompilerServices;

namespace Fablab.Testing;

/// <summary>
/// Compares a long text with the approved file beside the test. On a mismatch the text is written next to it as
/// <c>.received.</c>; a person reads the difference and renames the file to accept it.
/// </summary>
public static class Approved
{
    /// <summary>Compares with <c>{name}.approved.txt</c> in the folder of the test's source.</summary>
    public static void Matches(string text, [CallerMemberName] string name = "", [CallerFilePath] string source = "") =>
        MatchesFile(text, Path.Combine(Path.GetDirectoryName(source)!, $"{name}.approved.txt"));

    /// <summary>Compares with a named file, for texts that the documentation shows too.</summary>
    public static void MatchesFile(string text, string file)
    {
        var wanted = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        var received = ReceivedBeside(file);
        if (approved == wanted)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, wanted);
        Assert.Fail($"{Path.GetFileName(file)} says something else. Compare and, if the new text is right, accept it:\n  mv '{received}' '{file}'\n\n{wanted}");
    }

    private static string ReceivedBeside(string file)
    {
        var stem = Path.GetFileNameWithoutExtension(file);
        stem = stem.EndsWith(".approved", StringComparison.Ordinal) ? stem[..^".approved".Length] : stem;
        return Path.Combine(Path.GetDirectoryName(file)!, $"{stem}.received{Path.GetExtension(file)}");
    }
}
