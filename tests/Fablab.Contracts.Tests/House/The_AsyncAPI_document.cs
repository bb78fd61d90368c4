using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Fablab.Contracts.Tests.House;

/// <summary>Holds <c>docs/asyncapi.yaml</c> against the types that are really sent. It is read line by line: its layout is regular.</summary>
public partial class The_AsyncAPI_document
{
    private static readonly BridgeAddress Bridge = new("north", "bridge-a");

    private static readonly string[] Lines = File.ReadAllLines(Find());

    private static IEnumerable<Type> Messages => typeof(Topics).Assembly.GetExportedTypes()
        .Where(type => type is { IsEnum: false, IsGenericTypeDefinition: false } && ContractsJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object, Properties.Count: > 0 });

    private static IEnumerable<Type> Words => typeof(Topics).Assembly.GetExportedTypes()
        .Where(type => type.IsEnum && type.GetCustomAttribute<JsonConverterAttribute>() is not null);

    [Test]
    public void Has_every_topic_and_no_other()
    {
        string[] sent =
        [
            Topics.Hello(Bridge), Topics.Online(Bridge), Topics.Reported(Bridge, "laser-1"), Topics.Journal(Bridge), Topics.LeaseRequest(Bridge, "laser-1"),
            Topics.Desired(Bridge, "laser-1"), Topics.LeaseAnswer(Bridge, "laser-1"), Topics.JournalAck(Bridge), Topics.Replay(Bridge),
        ];

        var written = Lines.Select(line => line.Trim()).Where(line => line.StartsWith("address: ", StringComparison.Ordinal)).Select(line => line["address: ".Length..]
            .Replace("{site}", "north", StringComparison.Ordinal).Replace("{bridge}", "bridge-a", StringComparison.Ordinal).Replace("{machine}", "laser-1", StringComparison.Ordinal));

        Assert.That(written, Is.EquivalentTo(sent));
    }

    [TestCaseSource(nameof(Messages))]
    public void Has_the_fields_of(Type message)
    {
        var fields = ContractsJson.Default.GetTypeInfo(message)!.Properties;
        var schema = Schema(message.Name);

        using var all = Assert.EnterMultipleScope();
        Assert.That(schema.Select(line => Field().Match(line)).Where(field => field.Success).Select(field => field.Groups[1].Value), Is.EquivalentTo(fields.Select(field => field.Name)));
        Assert.That(Listed(schema, "required"), Is.EquivalentTo(fields.Where(IsRequired).Select(field => field.Name)));
    }

    [TestCaseSource(nameof(Words))]
    public void Has_the_words_of(Type word)
    {
        var words = word.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);

        Assert.That(Listed(Schema(word.Name), "enum"), Is.EqualTo(words));
    }

    [Test]
    public void Has_no_other_types() =>
        Assert.That(Lines.SkipWhile(line => line != "  schemas:").Select(line => Name().Match(line)).Where(name => name.Success).Select(name => name.Groups[1].Value),
            Is.EquivalentTo(Messages.Concat(Words).Select(type => type.Name).Append("SignedLeaseAnswer")));

    [Test]
    public void Refers_only_to_what_it_has()
    {
        var schemas = Lines.SkipWhile(line => line != "  schemas:").Select(line => Name().Match(line)).Where(name => name.Success).Select(name => name.Groups[1].Value).ToList();

        Assert.That(Lines.SelectMany(line => Reference().Matches(line)).Select(reference => reference.Groups[1].Value).Except(schemas), Is.Empty);
    }

    /// <summary>A positional field without a question mark is required too: the constructor asks for it.</summary>
    private static bool IsRequired(JsonPropertyInfo field) =>
        field.IsRequired || (IsPositional(field) && Nullable.GetUnderlyingType(field.PropertyType) is null);

    private static bool IsPositional(JsonPropertyInfo field) => field.DeclaringType.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .Any(parameter => string.Equals(parameter.Name, field.Name, StringComparison.OrdinalIgnoreCase));

    private static List<string> Schema(string name)
    {
        var schema = Lines.SkipWhile(line => line != "  schemas:").SkipWhile(line => line != $"    {name}:").Skip(1)
            .TakeWhile(line => line.StartsWith("      ", StringComparison.Ordinal)).ToList();
        Assert.That(schema, Is.Not.Empty, $"docs/asyncapi.yaml has no schema {name}");
        return schema;
    }

    private static string[] Listed(List<string> schema, string key)
    {
        var line = schema.FirstOrDefault(line => line.StartsWith($"      {key}: [", StringComparison.Ordinal));
        return line is null ? [] : line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fablab.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return Path.Combine(folder.FullName, "docs", "asyncapi.yaml");
    }

    [GeneratedRegex("^        ([a-zA-Z0-9]+):$")]
    private static partial Regex Field();

    [GeneratedRegex("^    ([A-Z][A-Za-z]+):$")]
    private static partial Regex Name();

    [GeneratedRegex(@"#/components/schemas/(\w+)")]
    private static partial Regex Reference();
}
