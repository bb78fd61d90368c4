using Fablab.Web.Components;
using Fablab.Web.Data.Rows;

namespace Fablab.Web.Features.Machines.Mending;

/// <summary>What a member typed to report a problem.</summary>
/// <param name="Key">The same when the form is sent twice.</param>
public sealed record FaultForm(string Text, bool IsDangerous, string Key)
{
    public static FaultForm Empty => new("", false, NewKey());

    /// <summary>Whether it can be reported as it is.</summary>
    public bool IsReadable => IsText(Text);

    public static FaultForm Read(IFormCollection form) => new(
        PostedText.Of(form, "text"), form["dangerous"].Count > 0, form["key"].ToString() is { Length: 32 } key ? key : NewKey());

    public static bool IsText(string text) => text.Length is > 0 and <= FaultRow.LongestText;

    private static string NewKey() => Guid.NewGuid().ToString("N");
}
