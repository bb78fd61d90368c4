using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Isolation;

/// <summary>
/// An organisation's own token calls every operation of the API with the ids of what is the organisation's, and with those of what is not. The
/// operations are the program's own list, so new ones are in by themselves.
/// </summary>
public sealed class A_token_that_is_nobody
{
    private LabApp lab = null!;
    private ThingsOfOurs ours = null!;
    private HttpClient own = null!;
    private HttpClient another = null!;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        lab = ThingsOfOurs.Lab();
        ours = await ThingsOfOurs.MakeAsync(lab);
        using var owner = await lab.ClientOfAsync(DemoIds.Owner);
        using var stranger = await lab.ClientOfAsync(DemoIds.SecondMaker);
        using var signedUp = await stranger.PostAsJsonAsync("/api/v1/organisations", new
        {
            name = "Another",
            kind = "association",
            address = new { line1 = "12 rue du Phare", postcode = "29200", city = "Brest", country = "FR" },
        });
        Assert.That(signedUp.StatusCode, Is.EqualTo(HttpStatusCode.Created), await signedUp.Content.ReadAsStringAsync());
        own = await TokenAsync(owner, DemoIds.Startup.ToString());
        another = await TokenAsync(stranger, (await signedUp.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        own.Dispose();
        another.Dispose();
        lab.Dispose();
    }

    [Test]
    public async Task Reads_seven_things_of_its_organisation_and_is_refused_everything_else()
    {
        var (read, wrong) = (new List<string>(), new List<string>());
        foreach (var (way, name) in Operations())
        {
            using var answer = await CallAsync(own, way);
            if (answer.StatusCode is HttpStatusCode.OK && way.Verb is "GET")
            {
                read.Add(name);
            }
            else if (answer.StatusCode is not HttpStatusCode.Forbidden || !(await answer.Content.ReadAsStringAsync()).Contains("\"code\":\"not-for-organisations\"", StringComparison.Ordinal))
            {
                wrong.Add($"{name}: {(int)answer.StatusCode}");
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(wrong, Is.Empty);
            Assert.That(read, Is.EquivalentTo([
                "GetInvoicePdf", "GetOrganisation", "ListOrganisationCharges", "ListOrganisationInvoices", "ListOrganisationMembers", "ListOrganisationProjects", "ListOrganisationReservations",
            ]));
        }
    }

    [Test]
    public async Task Finds_nothing_of_another_organisation()
    {
        var found = new List<string>();
        foreach (var (way, name) in Operations().Where(operation => operation.Way.Verb is "GET"))
        {
            using var answer = await CallAsync(another, way);
            if (answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden))
            {
                found.Add($"{name}: {(int)answer.StatusCode}");
            }
        }

        Assert.That(found, Is.Empty);
    }

    [Test]
    public async Task Opens_no_page_and_no_stream()
    {
        var opened = new List<string>();
        using var visitor = lab.Visitor();
        visitor.DefaultRequestHeaders.Authorization = own.DefaultRequestHeaders.Authorization;
        foreach (var address in new[] { "/", "/account", "/organisations", $"/organisations/{DemoIds.Startup}", "/live?site=atelier", "/invoices/OURS-2026-000001.pdf" })
        {
            using var answer = await visitor.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            if (answer.StatusCode is not HttpStatusCode.Found)
            {
                opened.Add($"{address}: {(int)answer.StatusCode}");
            }
        }

        Assert.That(opened, Is.Empty, "a visitor is asked to sign in");
    }

    /// <summary>Those that are not open to everybody.</summary>
    private IEnumerable<(Way Way, string Name)> Operations() =>
        from endpoint in lab.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where pattern.StartsWith("/api/", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        from verb in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (new Way(verb, pattern), endpoint.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName);

    private async Task<HttpResponseMessage> CallAsync(HttpClient client, Way way)
    {
        using var request = new HttpRequestMessage(new HttpMethod(way.Verb), new Uri(ours.Address(way.Pattern + way.Query) ?? ours.AddressOfNothing(way.Pattern + way.Query), UriKind.Relative));
        request.Content = way.Verb is "GET" ? null
            : way.Path is "/api/v1/jobs" or "/api/v1/imports/{kind}" or "/api/v1/me/tariff-requests" ? new MultipartFormDataContent { { new StringContent("G1"), "file", "cube.gcode" } }
            : new StringContent("{}", Encoding.UTF8, "application/json");
        return await client.SendAsync(request);
    }

    private async Task<HttpClient> TokenAsync(HttpClient owner, string organisation)
    {
        using var made = await owner.PostAsJsonAsync($"/api/v1/organisations/{organisation}/tokens", new { name = "Accounting" });
        return lab.ClientWith((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!);
    }
}
