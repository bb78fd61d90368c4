using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Api;

public sealed class A_body_that_cannot_be_read
{
    private LabApp lab = null!;
    private HttpClient client = null!;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        lab = new LabApp(StorageProvider.Sqlite);
        client = await lab.ClientOfAsync(DemoIds.Administrator);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        client.Dispose();
        lab.Dispose();
    }

    [TestCase("/api/v1/sign-in", """{ "password": "secret" }""")]
    [TestCase("/api/v1/sign-in", """{ "email": "maker@fablab.example" }""")]
    [TestCase("/api/v1/sign-in", """{ "email": null, "password": null }""")]
    [TestCase("/api/v1/access-tokens", """{ "days": 7 }""")]
    [TestCase("/api/v1/access-tokens", """{ "name": "script", "days": 2147483647 }""")]
    [TestCase("/api/v1/organisations/00000000-0000-7000-8000-000000000021/invoices", """{ "evenIfNotOver": true }""")]
    [TestCase("/api/v1/reservations/check", "")]
    public async Task Is_a_malformed_request(string address, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(new Uri(address, UriKind.Relative), content);

        Assert.That((answer.StatusCode, await CodeOfAsync(answer)), Is.EqualTo((HttpStatusCode.BadRequest, "malformed-request")));
    }

    [TestCase("text/plain")]
    [TestCase("application/json; charset=utf-99")]
    public async Task For_its_kind_is_a_malformed_request(string contentType)
    {
        using var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        using var answer = await client.PostAsync(new Uri("/api/v1/reservations/check", UriKind.Relative), content);

        Assert.That((answer.StatusCode, await CodeOfAsync(answer)), Is.EqualTo((HttpStatusCode.UnsupportedMediaType, "malformed-request")));
    }

    [Test]
    public async Task Sent_with_a_method_that_the_address_does_not_know_is_a_malformed_request()
    {
        using var answer = await client.PutAsync(new Uri("/api/v1/reservations/check", UriKind.Relative), null);

        Assert.That((answer.StatusCode, await CodeOfAsync(answer)), Is.EqualTo((HttpStatusCode.MethodNotAllowed, "malformed-request")));
    }

    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString();
}
