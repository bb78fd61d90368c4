using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Privacy;

/// <summary>Who reads the name of somebody who has booked: nobody, unless they allow it, and then other members on the calendar's page alone.</summary>
public sealed class A_name
{
    private static readonly string[] Known = ["printer-1", "atelier", "printers"];

    private LabApp lab = null!;
    private Somebody one = null!;
    private HttpClient visitor = null!;
    private HttpClient peer = null!;
    private HttpClient reader = null!;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        lab = new LabApp(StorageProvider.Sqlite);
        one = await Somebody.MakeAsync(lab);
        visitor = lab.Visitor();
        peer = await lab.ClientOfAsync(DemoIds.SecondMaker);
        reader = await lab.ReaderOfAsync(DemoIds.SecondMaker);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        one?.Client.Dispose();
        visitor?.Dispose();
        peer?.Dispose();
        reader?.Dispose();
        lab?.Dispose();
    }

    [Test]
    public async Task Stands_on_no_page_and_in_no_answer_that_a_visitor_may_read()
    {
        var (read, told) = (0, new List<string>());
        foreach (var endpoint in lab.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(IsForVisitors))
        {
            foreach (var address in AddressesOf(endpoint))
            {
                using var answer = await visitor.GetAsync(new Uri(address, UriKind.Relative));
                read++;
                var text = await answer.Content.ReadAsStringAsync();
                told.AddRange(Somebody.Marks.Where(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)).Select(mark => $"{address}: {mark}"));
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.GreaterThan(20));
            Assert.That(told, Is.Empty);
        }
    }

    [Test]
    public async Task Stands_in_no_feed_of_a_machine()
    {
        using var made = await peer.PostAsJsonAsync("/api/v1/feeds", new { name = "Wall", machine = "printer-1" });
        var address = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("address").GetString()!;

        var text = await visitor.GetStringAsync(new Uri(address).PathAndQuery);

        Assert.That(text, Does.Contain("BEGIN:VEVENT").And.Not.Contain("Zephyrine"));
    }

    [Test]
    public async Task Is_read_by_other_members_in_the_calendar_only_while_its_owner_allows_it()
    {
        var allowed = await CalendarAsync();
        using var no = await one.Client.PutAsJsonAsync("/api/v1/me/consents/nameShown", new { isGiven = false });
        var withdrawn = await CalendarAsync();
        using var yes = await one.Client.PutAsJsonAsync("/api/v1/me/consents/nameShown", new { isGiven = true });
        var history = (await one.Client.GetFromJsonAsync<JsonElement>("/api/v1/me/consents"))[0];

        using (Assert.EnterMultipleScope())
        {
            Assert.That((no.StatusCode, yes.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NoContent)));
            Assert.That(allowed, Does.Contain(Somebody.Name));
            Assert.That(withdrawn, Does.Not.Contain(Somebody.Name));
            Assert.That(history.GetProperty("isGiven").GetBoolean(), Is.True);
            Assert.That(history.GetProperty("history").GetArrayLength(), Is.EqualTo(2), "both times that they said yes, and the no between");
        }
    }

    [TestCase("/")]
    [TestCase("/sites/atelier")]
    [TestCase("/machines/printer-1")]
    [TestCase("/machines/printer-1/book?start=2026-03-03T09:00:00Z&minutes=60")]
    [TestCase("/api/v1/calendar?site=atelier&from=2026-03-02T08:00:00Z&to=2026-03-09T08:00:00Z")]
    [TestCase("/api/v1/machines/printer-1/availability?from=2026-03-02T08:00:00Z&to=2026-03-09T08:00:00Z")]
    [TestCase("/api/v1/machines/printer-1/live")]
    [TestCase("/api/v1/training-sessions")]
    public async Task Is_read_by_other_members_nowhere_else_even_then(string address)
    {
        using var answer = await reader.GetAsync(new Uri(address, UriKind.Relative));

        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("Zephyrine"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Is_nobodys_to_show_by_default()
    {
        using var answer = await peer.GetAsync(new Uri("/api/v1/me/consents", UriKind.Relative));
        var consents = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.That(consents.EnumerateArray().Select(consent => consent.GetProperty("isGiven").GetBoolean()), Is.All.False);
    }

    private async Task<string> CalendarAsync() => WebUtility.HtmlDecode(await reader.GetStringAsync("/sites/atelier/calendar?day=2026-03-03"));

    private static bool IsForVisitors(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") != false;

    /// <summary>With what a visitor could know in the place of each parameter.</summary>
    private static IEnumerable<string> AddressesOf(RouteEndpoint endpoint)
    {
        var pattern = endpoint.RoutePattern;
        var parts = pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
            _ => "*",
        })));
        var address = "/" + string.Join('/', parts);
        return address.Contains('*', StringComparison.Ordinal) ? Known.Append(Guid.Empty.ToString()).Select(known => address.Replace("*", known, StringComparison.Ordinal)) : [address];
    }
}
