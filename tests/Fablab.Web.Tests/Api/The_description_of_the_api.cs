using System.Text.Json;
using Fablab.Testing;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Api;

public sealed class The_description_of_the_api
{
    /// <summary>What nobody can ask for by the API: what is done at the kiosk of a machine is done on its screen.</summary>
    private static readonly string[] OnPagesAlone = ["pin-needed"];

    private LabApp lab = null!;
    private JsonElement description;

    [OneTimeSetUp]
    public async Task Read_it()
    {
        lab = new LabApp(StorageProvider.Sqlite);
        using var visitor = lab.Visitor();
        description = JsonDocument.Parse(await visitor.GetStringAsync("/openapi/v1.json")).RootElement.Clone();
    }

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public void Is_what_was_agreed()
    {
        var lines = Operations().Select(operation =>
            $"{operation.Method.ToUpperInvariant(),-6} {operation.Path,-50} {operation.Json.GetProperty("operationId").GetString(),-27} {ScopeOf(operation.Json),-12} {string.Join(' ', operation.Json.GetProperty("responses").EnumerateObject().Select(r => r.Name).Order())}");

        Approved.MatchesFile(string.Join('\n', lines), Path.Combine(Repository.Root, "tests/Fablab.Web.Tests/Api/operations.approved.txt"));
    }

    [Test]
    public void Tells_of_every_refusal_somewhere()
    {
        var text = description.GetProperty("paths").ToString();

        Assert.That(RefusalTable.Answers.Keys.Except(OnPagesAlone).Where(code => !text.Contains($"`{code}`", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Says_what_a_refusal_looks_like() =>
        Assert.That(
            Operations().SelectMany(operation => operation.Json.GetProperty("responses").EnumerateObject())
                .Where(response => response.Name[0] is '4' or '5')
                .Select(response => response.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString())
                .Distinct(),
            Is.EqualTo(new[] { "#/components/schemas/Refusal" }));

    [Test]
    public void Names_one_scope_for_every_operation_that_is_not_open_to_everybody() =>
        Assert.That(Operations().Where(operation => ScopeOf(operation.Json) == "").Select(operation => operation.Path), Is.Empty, "say in OperationScopes which it needs");

    [Test]
    public void Knows_every_operation_that_the_table_of_scopes_names() =>
        Assert.That(OperationScopes.Named.Except(Operations().Select(operation => operation.Json.GetProperty("operationId").GetString()!)), Is.Empty);

    /// <returns>"-" for what everybody may call; with a star what an organisation's own token may read.</returns>
    private static string ScopeOf(JsonElement operation)
    {
        if (!operation.TryGetProperty("security", out var asked))
        {
            return "";
        }

        var isOpen = operation.TryGetProperty("description", out var told) && told.GetString()!.Contains("organisation's own tokens", StringComparison.Ordinal);
        return asked.GetArrayLength() == 0 ? "-" : string.Join(' ', asked[0].GetProperty("accessToken").EnumerateArray().Select(word => word.GetString())) + (isOpen ? "*" : "");
    }

    private IEnumerable<(string Path, string Method, JsonElement Json)> Operations() =>
        from path in description.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        orderby path.Name, operation.Name
        select (path.Name, operation.Name, operation.Value);
}
