using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Hosting;

public sealed class Every_endpoint
{
    private LabApp lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new LabApp(StorageProvider.Sqlite);

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public void Says_who_may_call_it()
    {
        var without = lab.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => endpoint.DisplayName);

        Assert.That(without, Is.Empty);
    }

    [Test]
    public void Under_the_api_has_a_name_and_a_summary()
    {
        var without = lab.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .Where(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is null
                || endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IEndpointSummaryMetadata>() is null)
            .Select(endpoint => endpoint.DisplayName);

        Assert.That(without, Is.Empty);
    }

    [Test]
    public void Takes_bodies_of_which_the_limits_are_looked_at()
    {
        // Validation is written at build time, for what is public only; the attributes of other types are passed over in silence.
        var hidden = lab.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType)
            .Where(type => type is { IsPublic: false })
            .Select(type => type!.Name);

        Assert.That(hidden, Is.Empty);
    }

    [Test]
    public async Task Of_the_api_asks_a_visitor_to_sign_in()
    {
        using var visitor = lab.Visitor();

        using var answer = await visitor.GetAsync("/api/v1/machines");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
            Assert.That(answer.Headers.CacheControl!.NoStore, Is.True);
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'").And.Not.Contain("unsafe-inline"));
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
            Assert.That(answer.Headers.Contains("Strict-Transport-Security"), Is.False, "the demo speaks http");
        }
    }

    [Test]
    public async Task Stays_on_https_once_the_lab_is_reached_so()
    {
        using var secure = new LabApp(StorageProvider.Sqlite, new() { ["Web:PublicAddress"] = "https://lab.example" });
        using var visitor = secure.Visitor();

        using var answer = await visitor.GetAsync("/health/live");

        Assert.That(answer.Headers.Contains("Strict-Transport-Security"), Is.True);
    }

    [Test]
    public void Of_the_api_that_a_visitor_may_call_shows_nothing_of_members_and_bookings()
    {
        var open = lab.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(endpoint => endpoint.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName);

        Assert.That(open, Is.EquivalentTo(["SignIn", "ListSignInProviders", "CreateFirstAdministrator", "AskPasswordReset", "ResetPassword", "ListSitesToJoin", "Register", "AcceptSiteInvitation", "FetchJobFile", "PairBridge", "PairKiosk", "GetThisKiosk", "TapAtKiosk"]), "a bridge shows a token of its own for a file");
    }

    [TestCase("/health/live")]
    [TestCase("/health/ready")]
    [TestCase("/openapi/v1.json")]
    public async Task For_operators_and_programmers_is_open_in_the_demo(string path)
    {
        using var visitor = lab.Visitor();

        using var answer = await visitor.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Is_described_by_OpenAPI_3_1_with_times_as_text()
    {
        using var visitor = lab.Visitor();

        var document = System.Text.Json.JsonDocument.Parse(await visitor.GetStringAsync("/openapi/v1.json")).RootElement;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(document.GetProperty("openapi").GetString(), Does.StartWith("3.1"));
            Assert.That(document.GetProperty("paths").TryGetProperty("/api/v1/reservations", out _), Is.True);
            var start = document.GetProperty("components").GetProperty("schemas").GetProperty("BookMachineRequest").GetProperty("properties").GetProperty("start");
            Assert.That(start.ToString(), Does.Contain("date-time").Or.Contain("Instant"));
        }
    }
}
