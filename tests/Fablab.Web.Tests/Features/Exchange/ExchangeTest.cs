using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Exchange;

/// <summary>A lab into which files are imported, by its administrator and by the manager of one of its sites.</summary>
public abstract class ExchangeTest(StorageProvider provider) : LabTest(provider)
{
    private protected HttpClient Administrator { get; private set; } = null!;

    private protected HttpClient Manager { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Sign_in_staff()
    {
        Administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        Manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
    }

    [OneTimeTearDown]
    public void Sign_out_staff()
    {
        Administrator?.Dispose();
        Manager?.Dispose();
    }

    private protected static Task<HttpResponseMessage> SendAsync(HttpClient client, string kind, byte[] file, string query = "") =>
        client.PostAsync(new Uri($"/api/v1/imports/{kind}{query}", UriKind.Relative), new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } });

    private protected static Task<HttpResponseMessage> SendAsync(HttpClient client, string kind, string csv, string query = "") =>
        SendAsync(client, kind, Encoding.UTF8.GetBytes(csv), query);

    /// <returns>The whole answer.</returns>
    private protected static async Task<JsonElement> ImportAsync(HttpClient client, string kind, string csv, string query = "")
    {
        using var answer = await SendAsync(client, kind, csv, query);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    private protected static Task<JsonElement> TryAsync(HttpClient client, string kind, string csv) => ImportAsync(client, kind, csv, "?dryRun=true");

    /// <returns>Row by row: what happened to it, and the codes of its errors.</returns>
    private protected static string[] RowsOf(JsonElement report) =>
        [.. report.GetProperty("rows").EnumerateArray().Select(row => string.Join(' ',
            [row.GetProperty("outcome").GetString(), .. row.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString())]))];

    private protected static async Task<string> ExportAsync(HttpClient client, string file) =>
        (await client.GetStringAsync(new Uri($"/api/v1/exports/{file}", UriKind.Relative))).TrimStart('\uFEFF');
}
