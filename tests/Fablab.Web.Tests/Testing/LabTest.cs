using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Testing;

/// <summary>Tests of one subject against the running program, once on each database. The database is made once a fixture.</summary>
[TestFixture(StorageProvider.Sqlite)]
[TestFixture(StorageProvider.Postgres)]
public abstract class LabTest(StorageProvider provider)
{
    private static volatile JsonDocument? described;

    private int slotsHandedOut;

    private protected LabApp Lab { get; private set; } = null!;

    private protected HttpClient Maker { get; private set; } = null!;

    protected StorageProvider Provider { get; } = provider;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        Lab = new LabApp(Provider);
        Maker = await Lab.ClientOfAsync(DemoIds.Maker);
    }

    [OneTimeTearDown]
    public async Task Close_the_lab()
    {
        try
        {
            Assert.That(Lab.Answers.Undescribed(await DescriptionAsync()), Is.Empty, "every answer of the API is in its description");
        }
        finally
        {
            Maker?.Dispose();
            Lab?.Dispose();
        }
    }

    /// <summary>Of the API; the same in every lab, and not cheap to ask for.</summary>
    private async Task<JsonElement> DescriptionAsync()
    {
        if (described is { } known)
        {
            return known.RootElement;
        }

        using var visitor = Lab.Visitor();
        return (described = JsonDocument.Parse(await visitor.GetStringAsync("/openapi/v1.json"))).RootElement;
    }

    /// <summary>A slot that no other test of the fixture has, from tomorrow on.</summary>
    protected (DateTimeOffset Start, DateTimeOffset End) FreshSlot(int minutes = 60)
    {
        var start = new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero).AddHours(8 * slotsHandedOut++);
        return (start, start.AddMinutes(minutes));
    }

    private protected static Task<HttpResponseMessage> BookAsync(
        HttpClient client, (DateTimeOffset Start, DateTimeOffset End) slot, string machine = "printer-1", Guid? projectId = null, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/reservations")
        {
            Content = JsonContent.Create(new { machine, start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime, projectId }),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return client.SendAsync(request);
    }

    private protected static async Task<JsonElement> JsonOfAsync(HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonElement>();

    private protected static async Task<string[]> ProblemCodesOfAsync(HttpResponseMessage answer) =>
        [.. (await JsonOfAsync(answer)).GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("code").GetString()!)];
}
