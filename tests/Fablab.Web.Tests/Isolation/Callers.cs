using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fablab.Web.Tests.Pages;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Isolation;

/// <summary>One address with one verb, as the program itself lists them.</summary>
internal sealed record Way(string Verb, string Pattern)
{
    private static readonly string[] Ending = ["/cancel", "/decline", "/withdraw", "/revoke", "/end", "/give-up-session", "/out-of-order", "/transfer"];

    public bool IsApi => Pattern.StartsWith("/api/", StringComparison.Ordinal);

    /// <summary>As the API's description writes it, without constraints.</summary>
    public string Path => Regex.Replace(Pattern, @"\{(\w+)[^}]*\}", "{$1}").TrimEnd('/');

    /// <summary>Where there would be nothing to see without it.</summary>
    public string Query => Path switch
    {
        "/api/v1/calendar" => "?site=atelier&from=2027-03-09T00:00:00Z&to=2027-03-16T00:00:00Z",
        "/api/v1/openings" => "?machine=printer-1&seconds=1800&from=2027-03-10T08:00:00Z&to=2027-03-10T20:00:00Z",
        "/api/v1/usage-sessions" => "?reservation={reservations}",
        "/sites/{code}/calendar" => "?day=2027-03-10",
        "/live" => "?site=atelier",
        "/api/v1/machines/{code}/availability" or "/api/v1/pools/{code}/availability" => "?from=2027-03-10T08:00:00Z&to=2027-03-10T12:00:00Z",
        _ => "",
    };

    /// <summary>Reads first, endings last, so that one call leaves something for the next to find.</summary>
    public int Turn => Verb is "GET" ? 0 : Verb is "DELETE" || Ending.Any(end => Pattern.EndsWith(end, StringComparison.Ordinal)) ? 2 : 1;

    public static IReadOnlyList<Way> All(LabApp lab) =>
    [
        .. lab.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.StaticAssets.StaticAssetDescriptor>() is null)
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(verb => new Way(verb, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))))
            .Where(way => way.Verb is "GET" or "POST" or "PUT" or "DELETE")
            .Distinct().OrderBy(way => way.Turn).ThenBy(way => way.Pattern, StringComparer.Ordinal).ThenBy(way => way.Verb, StringComparer.Ordinal),
    ];
}

/// <summary>Somebody who calls: the API by an access token, pages in a browser.</summary>
/// <param name="ours">What forms name.</param>
internal sealed class Caller(HttpClient api, Browser pages, GoodBodies bodies, ThingsOfOurs ours) : IDisposable
{
    /// <summary>What a browser sends with every form.</summary>
    private string token = "";

    public static async Task<Caller> OfAsync(LabApp lab, ThingsOfOurs ours, string email)
    {
        var api = await lab.ClientOfAsync(email);
        var caller = new Caller(
            api,
            await Browser.OpenAsync(lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", email),
            new GoodBodies(JsonNode.Parse(await api.GetStringAsync("/openapi/v1.json"))!),
            ours);
        await caller.TakeTokenAsync();
        return caller;
    }

    public async Task<HttpResponseMessage> CallAsync(Way way, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(way.Verb), new Uri(address, UriKind.Relative));
        if (way.Verb is not "GET")
        {
            request.Content = way.IsApi
                ? new StringContent(bodies.Of(way.Verb, way.Path)?.ToJsonString() ?? "", Encoding.UTF8, new MediaTypeHeaderValue("application/json"))
                : new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. Fields(way)]);
        }

        return await (way.IsApi ? api : pages.Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private IEnumerable<KeyValuePair<string, string>> Fields(Way way)
    {
        var said = ours.FieldsOf(way.Path).ToList();
        return ours.Fields.Where(field => said.All(one => one.Key != field.Key)).Concat(said);
    }

    public void Dispose()
    {
        api.Dispose();
        pages.Dispose();
    }

    private async Task TakeTokenAsync()
    {
        await pages.GoAsync("/account");
        token = pages.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
    }
}
