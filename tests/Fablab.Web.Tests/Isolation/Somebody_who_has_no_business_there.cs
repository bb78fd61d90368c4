using System.Net;
using System.Text.RegularExpressions;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Isolation;

/// <summary>
/// A member of another organisation and the manager of another site call every address that the program has, with every verb and with the
/// ids of what is ours. The addresses are the program's own list, so new ones are in by themselves.
/// </summary>
[TestFixture(DemoIds.SecondMaker)]
[TestFixture(DemoIds.CampusManager)]
public sealed class Somebody_who_has_no_business_there(string who)
{
    /// <summary>Organisations belong to no site, so each manager may say that they know one.</summary>
    private const string VerifiedByAnyManager = "/api/v1/organisations/{id}/verify";

    private const int MostRead = 200_000;

    private static readonly TimeSpan StreamRead = TimeSpan.FromMilliseconds(500);

    private LabApp lab = null!;
    private ThingsOfOurs ours = null!;
    private Caller caller = null!;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        lab = ThingsOfOurs.Lab();
        ours = await ThingsOfOurs.MakeAsync(lab);
        caller = await Caller.OfAsync(lab, ours, who);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        caller.Dispose();
        lab.Dispose();
    }

    [Test]
    public void Meets_no_address_that_names_what_these_tests_do_not_know() =>
        Assert.That(Way.All(lab).SelectMany(way => ours.UnknownIn(way.Pattern).Select(name => $"{name} of {way.Verb} {way.Pattern}")), Is.Empty, "tell ThingsOfOurs what it is");

    [Test]
    public async Task Finds_nothing_where_our_things_are()
    {
        var (asked, told) = (0, new List<string>());
        foreach (var way in Way.All(lab).Where(way => !ThingsOfOurs.IsOpenedBySecret(way.Pattern) && way.Path is not VerifiedByAnyManager))
        {
            if (ours.Address(way.Pattern + way.Query) is not { } address)
            {
                continue;
            }

            var nothing = ours.AddressOfNothing(way.Pattern + way.Query);
            using var there = await caller.CallAsync(way, address);
            using var nowhere = await caller.CallAsync(way, nothing);
            asked++;
            if (there.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.Forbidden) || Words(await there.Content.ReadAsStringAsync(), address) != Words(await nowhere.Content.ReadAsStringAsync(), nothing))
            {
                told.Add($"{way.Verb} {way.Pattern}: {(int)there.StatusCode}, of nothing {(int)nowhere.StatusCode}");
            }
        }

        TestContext.Out.WriteLine($"{asked} addresses of things of ours");
        Assert.That(told, Is.Empty, "each answers the same as for what does not exist: 404, or 403 where only staff may do such a thing at all");
        Assert.That(asked, Is.GreaterThan(50));
    }

    [Test]
    public async Task Reads_nothing_of_ours_in_any_list_page_or_stream()
    {
        var (read, told) = (0, new List<string>());
        foreach (var way in Way.All(lab).Where(way => way.Verb is "GET" && ours.Address(way.Pattern + way.Query) is null && !ThingsOfOurs.IsOpenedBySecret(way.Pattern)))
        {
            using var answer = await caller.CallAsync(way, ours.AddressOfNothing(way.Pattern + way.Query));
            var text = await ReadAsync(answer);
            read++;
            told.AddRange(ours.Marks.Where(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)).Select(mark => $"{way.Pattern} says {mark}"));
        }

        TestContext.Out.WriteLine($"{read} addresses read");
        Assert.That(told, Is.Empty);
        Assert.That(read, Is.GreaterThan(50));
    }

    private static async Task<string> ReadAsync(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
        {
            return await answer.Content.ReadAsStringAsync();
        }

        // A stream has no end; what it says first is everything that it would say again.
        using var enough = new CancellationTokenSource(StreamRead);
        var (buffer, length) = (new byte[MostRead], 0);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        try
        {
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), enough.Token) is > 0 and var more)
            {
                length += more;
            }
        }
        catch (OperationCanceledException)
        {
        }

        return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>Without what differs from one answer to the next: the request's trace, form tokens, and the id that was asked for.</summary>
    private static string Words(string text, string address)
    {
        foreach (var id in address.Split('/', '?', '.').Where(segment => segment.Length > 8))
        {
            text = text.Replace(id, "…", StringComparison.OrdinalIgnoreCase);
        }

        text = Regex.Replace(text, "\"traceId\":\"[^\"]*\"", "");
        return Regex.Replace(text, "value=\"CfDJ8[^\"]*\"|00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]|[0-9A-Z]{13}:[0-9A-F]{8}", "");
    }
}
