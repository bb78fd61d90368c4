using Fablab.Domain.Trainings;
using Microsoft.Extensions.Localization;

namespace Fablab.Web.Components;

/// <summary>Texts that depend on a number or on what the lab wrote.</summary>
internal static class Words
{
    /// <summary>A text that the lab wrote in one or both languages, in the reader's where it is there.</summary>
    public static string Said(this Wording wording) => wording.In(Language.Current);

    /// <summary>Takes <c>{key}_one</c> or <c>{key}_other</c>. French counts 0 as singular, English does not.</summary>
    /// <param name="more">Further arguments, after the count.</param>
    public static string Count(IStringLocalizer texts, string key, int count, params object[] more)
    {
        var isOne = count == 1 || (count == 0 && Language.Current == "fr");
        return texts[$"{key}_{(isOne ? "one" : "other")}", [count, .. more]];
    }
}
