using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Fablab.Web.Tests.Pages;

/// <summary>Every visible word lies in the resources, in both languages, and every resource is used.</summary>
public partial class The_texts_of_the_pages
{
    private static readonly string Web = Path.Combine(Root(), "src", "Fablab.Web");

    private static readonly string[] Areas =
        [.. Directory.GetFiles(Path.Combine(Web, "Resources"), "*.resx").Select(Path.GetFileNameWithoutExtension).Where(name => !name!.Contains('.', StringComparison.Ordinal)).Select(name => name!)];

    private static readonly IReadOnlyList<(string File, string Text)> Sources =
    [
        .. Directory.GetFiles(Web, "*.*", SearchOption.AllDirectories)
            .Where(file => (file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)) && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (Path.GetRelativePath(Web, file), File.ReadAllText(file))),
    ];

    private static readonly HashSet<string> Units = ["kWh", "CO", "W"];

    [TestCaseSource(nameof(Areas))]
    public void Say_the_same_things_in_both_languages(string area)
    {
        var (english, french) = (Read(area, ""), Read(area, ".fr"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(french.Keys, Is.EquivalentTo(english.Keys));
            Assert.That(english.Keys.Where(key => !Holes(english[key]).SetEquals(Holes(french.GetValueOrDefault(key, "")))), Is.Empty, "placeholders differ");
            Assert.That(english.Concat(french).Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => text.Key), Is.Empty);
        }
    }

    [TestCaseSource(nameof(Areas))]
    public void Are_all_there_and_all_used(string area)
    {
        var keys = Read(area, "").Keys.ToHashSet();
        var (used, prefixes) = UsesOf(area);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(used.Except(keys), Is.Empty, "missing");
            Assert.That(prefixes.Where(prefix => !keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal))), Is.Empty, "missing family");
            Assert.That(keys.Where(key => !used.Contains(key) && !prefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))), Is.Empty, "unused");
        }
    }

    [Test]
    public void Are_nowhere_in_the_markup()
    {
        var found = from source in Sources
                    where source.File.EndsWith(".razor", StringComparison.Ordinal)
                    from word in WordsIn(source.Text)
                    select $"{source.File}: {word}";

        Assert.That(found, Is.Empty);
    }

    private static Dictionary<string, string> Read(string area, string suffix) => XDocument.Load(Path.Combine(Web, "Resources", $"{area}{suffix}.resx"))
        .Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static HashSet<string> Holes(string text) => [.. Hole().Matches(text).Select(match => match.Value)];

    private static (HashSet<string> Used, HashSet<string> Prefixes) UsesOf(string area)
    {
        var (used, prefixes) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (_, text) in Sources)
        {
            foreach (var name in Regex.Matches(text, $@"IStringLocalizer<{area}>\s+(\w+)").Select(match => match.Groups[1].Value).Distinct())
            {
                // T["Key"…], T[x ? "Key" : "Other"…]
                foreach (Match literal in Regex.Matches(text, $@"\b{name}\[([^\[\]$]*?)[,\]]"))
                {
                    used.UnionWith(Literal().Matches(literal.Groups[1].Value).Where(match => match.Groups[1].Length == 0).Select(match => match.Groups[2].Value));
                }

                prefixes.UnionWith(Regex.Matches(text, $@"\b{name}\[\$""([\w.\-]+)\{{").Select(match => match.Groups[1].Value));
                foreach (Match plural in Regex.Matches(text, $@"Words\.Count\({name}, ""([\w.]+)"""))
                {
                    used.UnionWith([$"{plural.Groups[1].Value}_one", $"{plural.Groups[1].Value}_other"]);
                }
            }
        }

        return (used, prefixes);
    }

    private static IEnumerable<string> WordsIn(string razor)
    {
        var markup = Code().Replace(razor, "");
        markup = Regex.Replace(markup, @"@\*.*?\*@", "", RegexOptions.Singleline);
        foreach (var attribute in SpokenAttribute().Matches(markup).Select(match => match.Value))
        {
            yield return attribute;
        }

        markup = Regex.Replace(markup, @"^\s*(@(if|foreach|switch|using|inject|namespace)\b.*|else.*|case .*|default:|break;|var .*|[{}]|<!DOCTYPE.*)\s*$", "", RegexOptions.Multiline);
        markup = WithoutExpressions(markup);
        markup = Regex.Replace(markup, "<[^>]*>", " ");
        foreach (var word in Word().Matches(markup).Select(match => match.Value).Where(word => !Units.Contains(word)))
        {
            yield return word;
        }
    }

    /// <summary>Takes out <c>@name[…](…).more</c> and <c>@(…)</c>, brackets balanced, strings skipped.</summary>
    private static string WithoutExpressions(string markup)
    {
        var kept = new System.Text.StringBuilder();
        for (var at = 0; at < markup.Length;)
        {
            if (markup[at] != '@')
            {
                kept.Append(markup[at++]);
                continue;
            }

            at++;
            if (BlockStart().Match(markup, at) is { Success: true } block)
            {
                at = EndOfBrackets(markup, at + block.Length - 1);
                continue;
            }

            while (at < markup.Length && (char.IsLetterOrDigit(markup[at]) || markup[at] is '_' or '.' or '!' or '(' or '['))
            {
                at = markup[at] is '(' or '[' ? EndOfBrackets(markup, at) : at + 1;
            }
        }

        return kept.ToString();
    }

    private static int EndOfBrackets(string markup, int at)
    {
        var (depth, isText) = (0, false);
        for (; at < markup.Length; at++)
        {
            isText ^= markup[at] == '"';
            depth += isText ? 0 : markup[at] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (depth == 0)
            {
                return at + 1;
            }
        }

        return at;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Fablab.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run the tests from within the repository.");
        }

        return folder;
    }

    [GeneratedRegex(@"\G(if|foreach) \(")]
    private static partial Regex BlockStart();

    [GeneratedRegex(@"\{\d")]
    private static partial Regex Hole();

    [GeneratedRegex("(\\$?)\"([\\w.\\-]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^@code \{.*", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex("(aria-label|placeholder|title|alt)=\"[^\"@]+\"")]
    private static partial Regex SpokenAttribute();

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Word();
}
