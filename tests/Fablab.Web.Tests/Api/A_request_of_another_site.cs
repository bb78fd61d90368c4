using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Api;

/// <summary>A page elsewhere makes a browser that is signed in here send something.</summary>
public sealed class A_request_of_another_site
{
    private PagesLab lab = null!;
    private Browser browser = null!;

    public static IEnumerable<string> Forms()
    {
        using var lab = new PagesLab();
        return [.. lab.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(route => !route.StartsWith("/api/", StringComparison.Ordinal))];
    }

    [OneTimeSetUp]
    public async Task Sign_in()
    {
        lab = new PagesLab();
        browser = await lab.OpenAsync("en", DemoIds.Administrator);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        browser.Dispose();
        lab.Dispose();
    }

    [TestCaseSource(nameof(Forms))]
    public async Task With_a_form_is_refused_for_want_of_the_token(string route)
    {
        var address = route.Replace("{code}", "atelier").Replace("{machine}", "cnc-1").Replace("{id:guid}", DemoIds.Startup.ToString()).Replace("{project:guid}", DemoIds.Housing.ToString()).Replace("{member:guid}", DemoIds.Numbered(71).ToString()).Replace("{key}", "made-up");
        using var nothing = new FormUrlEncodedContent([]);

        using var answer = await browser.Client.PostAsync(new Uri(address, UriKind.Relative), nothing);

        Assert.That((address.Contains('{'), answer.StatusCode), Is.EqualTo((false, HttpStatusCode.BadRequest)));
    }

    [TestCaseSource(nameof(Forms))]
    public async Task With_nothing_where_a_form_is_wanted_is_refused_for_programs_too(string route)
    {
        var address = route.Replace("{code}", "atelier").Replace("{machine}", "cnc-1").Replace("{id:guid}", DemoIds.Startup.ToString()).Replace("{project:guid}", DemoIds.Housing.ToString()).Replace("{member:guid}", DemoIds.Numbered(71).ToString()).Replace("{key}", "made-up");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, UriKind.Relative));
        request.Headers.Accept.ParseAdd("*/*");

        using var answer = await browser.Client.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [TestCase("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [TestCase("Origin", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [TestCase("Origin", "null", HttpStatusCode.Forbidden)]
    [TestCase("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [TestCase("Origin", "http://localhost", HttpStatusCode.OK)]
    public async Task With_the_cookie_changes_nothing_through_the_api(string header, string value, HttpStatusCode expected)
    {
        var start = lab.Clock.GetUtcNow().AddDays(1).UtcDateTime;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/reservations/check")
        {
            Content = JsonContent.Create(new { machine = "printer-1", start, end = start.AddHours(1) }),
        };
        request.Headers.Add(header, value);

        using var answer = await browser.Client.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(expected));
    }
}
