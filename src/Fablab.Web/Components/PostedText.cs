namespace Fablab.Web.Components;

/// <summary>Text of several lines from a form.</summary>
internal static class PostedText
{
    /// <summary>Browsers send every line break as two characters and count it as one.</summary>
    public static string Of(string? posted) => posted?.ReplaceLineEndings("\n").Trim() ?? "";

    public static string Of(IFormCollection posted, string field) => Of(posted[field].ToString());
}
