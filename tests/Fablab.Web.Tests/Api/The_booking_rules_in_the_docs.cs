using System.Text.Json;
using System.Text.RegularExpressions;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Api;

public partial class The_booking_rules_in_the_docs
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "booking-rules.md"));

    [Test]
    public void Name_every_kind()
    {
        var told = Rows().Matches(Text).SelectMany(row => Words().Matches(row.Groups["kinds"].Value)).Select(word => word.Groups["word"].Value);

        Assert.That(told, Is.EquivalentTo(RuleJson.Kinds.Keys));
    }

    [Test]
    public void Show_rules_that_are_taken()
    {
        var example = Example().Match(Text).Groups["json"].Value.Replace("\u2026", Guid.NewGuid().ToString(), StringComparison.Ordinal);

        var parsed = EditRules.Parse(JsonDocument.Parse(example).RootElement.GetProperty("rules"));

        Assert.That(parsed.Refusal, Is.Null);
    }

    [GeneratedRegex(@"```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^\| (?<kinds>`[a-z-]+`(, `[a-z-]+`)*) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("`(?<word>[a-z-]+)`")]
    private static partial Regex Words();
}
