using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Pages;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Tests.Isolation;

/// <summary>What holds whatever is asked, by whomever.</summary>
public sealed class Every_answer
{
    private const string Payload = "<script>alert(1)</script><img src=x onerror=alert(2)>";

    private LabApp lab = null!;
    private ThingsOfOurs ours = null!;
    private Caller administrator = null!;

    private static readonly string[] Elsewhere = ["//evil.example", "/\\evil.example", "https://evil.example/", "/%2F/evil.example", "javascript:alert(1)", "\\\\evil.example"];

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        lab = ThingsOfOurs.Lab();
        ours = await ThingsOfOurs.MakeAsync(lab);
        using var maker = await lab.ClientOfAsync(DemoIds.Maker);
        using var reported = await maker.PostAsJsonAsync("/api/v1/machines/printer-1/faults", new { text = Payload, isDangerous = false });
        Assert.That(reported.IsSuccessStatusCode, Is.True);
        administrator = await Caller.OfAsync(lab, ours, DemoIds.Administrator);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        administrator.Dispose();
        lab.Dispose();
    }

    [Test]
    public async Task Has_the_headers_that_protect_its_reader()
    {
        // Signs itself out everywhere on the way, and leaves a lab that is no longer as it was.
        using var own = ThingsOfOurs.Lab();
        var things = await ThingsOfOurs.MakeAsync(own);
        using var caller = await Caller.OfAsync(own, things, DemoIds.AtelierManager);
        var without = new List<string>();
        foreach (var way in Way.All(lab))
        {
            using var answer = await caller.CallAsync(way, things.AddressOfNothing(way.Pattern));
            without.AddRange(Missing(answer).Select(what => $"{way.Verb} {way.Pattern} ({(int)answer.StatusCode}): {what}"));
        }

        Assert.That(without, Is.Empty);

        static IEnumerable<string> Missing(HttpResponseMessage answer)
        {
            var policy = Header(answer, "Content-Security-Policy");
            if (!policy.Contains("frame-ancestors 'none'", StringComparison.Ordinal) || policy.Contains("unsafe", StringComparison.Ordinal))
            {
                yield return $"policy {policy}";
            }

            if (Header(answer, "X-Content-Type-Options") != "nosniff")
            {
                yield return "nosniff";
            }

            if (Header(answer, "Referrer-Policy") is not ("no-referrer" or "same-origin" or "strict-origin-when-cross-origin"))
            {
                yield return $"referrer {Header(answer, "Referrer-Policy")}";
            }

            if (answer.Headers.CacheControl is not { } cache || !(cache.NoStore || cache.NoCache || cache.Private))
            {
                yield return $"cache {answer.Headers.CacheControl}";
            }

            if (answer.Headers.Contains("Access-Control-Allow-Origin"))
            {
                yield return "other sites may read it";
            }
        }
    }

    [Test]
    public async Task Lets_no_other_site_read_it()
    {
        using var visitor = lab.Visitor();
        visitor.DefaultRequestHeaders.Add("Origin", "https://evil.example");

        foreach (var address in new[] { "/", "/sign-in", "/api/v1/machines", "/openapi/v1.json", "/live?site=atelier", "/no-such-page" })
        {
            using var answer = await visitor.GetAsync(new Uri(address, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            Assert.That(answer.Headers.Select(header => header.Key), Has.None.StartsWith("Access-Control-"), address);
        }
    }

    /// <summary>Whatever has its key in its address: who has the address has what it opens.</summary>
    [Test]
    public async Task To_a_key_in_its_address_is_kept_nowhere_and_found_by_nobody()
    {
        using var visitor = lab.Visitor();
        List<string> open = [];
        foreach (var way in Way.All(lab).Where(way => way is { Verb: "GET", IsApi: false } && way.Pattern.EndsWith("/{key}", StringComparison.Ordinal)))
        {
            using var answer = await visitor.GetAsync(new Uri(way.Pattern.Replace("{key}", "AAAA", StringComparison.Ordinal), UriKind.Relative));
            if (answer.Headers.CacheControl is not { NoStore: true } || !answer.Headers.TryGetValues("X-Robots-Tag", out var robots) || !robots.Contains("noindex"))
            {
                open.Add(way.Pattern);
            }
        }

        Assert.That(open, Is.Empty);
    }

    [Test]
    public async Task Shows_markup_that_people_typed_as_text()
    {
        var (shown, raw) = (0, new List<string>());
        foreach (var way in Way.All(lab).Where(way => way is { Verb: "GET", IsApi: false } && way.Path is not "/live"))
        {
            using var answer = await administrator.CallAsync(way, AddressOf(way));
            var text = await answer.Content.ReadAsStringAsync();
            shown += text.Contains("&lt;script&gt;alert(1)", StringComparison.Ordinal) ? 1 : 0;
            if (text.Contains("<script>alert(1)", StringComparison.Ordinal) || text.Contains("<img src=x", StringComparison.Ordinal))
            {
                raw.Add(way.Pattern);
            }
        }

        Assert.That(raw, Is.Empty);
        Assert.That(shown, Is.Positive, "it is shown somewhere");
    }

    [Test]
    public async Task Hears_no_field_that_is_not_asked_for()
    {
        using var maker = await lab.ClientOfAsync(DemoIds.Maker);
        using var answer = await maker.PostAsJsonAsync("/api/v1/reservations", new
        {
            machine = "printer-2",
            start = "2027-03-22T09:00:00Z",
            end = "2027-03-22T10:00:00Z",
            id = Guid.NewGuid(),
            state = "completed",
            member = DemoIds.Numbered(1),
            bookedBy = DemoIds.Numbered(1),
            price = 0,
            tariff = Guid.NewGuid(),
            isAdministrator = true,
        });

        if (answer.StatusCode is HttpStatusCode.Created)
        {
            var booked = await answer.Content.ReadAsStringAsync();
            Assert.That(booked, Does.Contain("\"confirmed\"").IgnoreCase.And.Not.Contain(DemoIds.Numbered(1).ToString()));
        }
        else
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        }
    }

    [Test]
    public async Task Believes_no_forwarded_header_of_a_stranger()
    {
        using var visitor = lab.Visitor();
        visitor.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        visitor.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        visitor.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.77");
        visitor.DefaultRequestHeaders.Add("Forwarded", "host=evil.example;proto=https");

        using var page = await visitor.GetAsync("/reservations");
        using var refused = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = DemoIds.CampusManager, password = "wrong", tokenName = "x" });
        var addresses = await lab.WithDbAsync(db => db.Audit.AsNoTracking().Select(row => row.Address).Distinct().ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Headers.Location?.ToString(), Does.Not.Contain("evil"));
            Assert.That(addresses, Has.None.EqualTo("192.0.2.77"));
        }
    }

    [Test]
    public async Task Sets_cookies_that_no_script_and_no_other_site_reads()
    {
        using var secure = new LabApp(StorageProvider.Sqlite, new() { ["Web:PublicAddress"] = "https://lab.example" });
        secure.Clock.SetUtcNow(lab.Clock.GetUtcNow());
        using var client = secure.CreateClient(new() { BaseAddress = new Uri("https://lab.example"), AllowAutoRedirect = false });
        using var asked = await client.GetAsync("/sign-in");
        var form = await asked.Content.ReadAsStringAsync();
        var token = System.Text.RegularExpressions.Regex.Match(form, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        using var signedIn = await client.PostAsync("/sign-in", new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), new("email", DemoIds.Maker), new("password", DemoIds.Password)]));

        var cookies = new[] { asked, signedIn }.SelectMany(answer => answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(signedIn.StatusCode, Is.EqualTo(HttpStatusCode.SeeOther).Or.EqualTo(HttpStatusCode.Redirect));
            Assert.That(cookies, Has.Count.GreaterThanOrEqualTo(2));
            foreach (var cookie in cookies)
            {
                Assert.That(cookie, Does.StartWith("__Host-").And.Contain("secure").IgnoreCase.And.Contain("httponly").IgnoreCase.And.Contain("path=/").IgnoreCase);
                Assert.That(cookie, Does.Contain("samesite=lax").IgnoreCase.Or.Contain("samesite=strict").IgnoreCase);
            }
        }
    }

    [TestCaseSource(nameof(Elsewhere))]
    public async Task Sends_nobody_to_another_site(string address)
    {
        using var browser = await Browser.OpenAsync(lab.CreateClient(new() { AllowAutoRedirect = false }), "en", null);
        await browser.GoAsync($"/sign-in?returnUrl={Uri.EscapeDataString(address)}");
        var token = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var signedIn = await browser.Client.PostAsync($"/sign-in?returnUrl={Uri.EscapeDataString(address)}", Form(("email", DemoIds.Maker), ("password", DemoIds.Password), ("returnUrl", address)));
        using var switched = await browser.Client.PostAsync("/language", Form(("language", "fr"), ("returnUrl", address)));

        foreach (var answer in new[] { signedIn, switched })
        {
            var there = answer.Headers.Location?.ToString() ?? "/";
            Assert.That(there, Does.StartWith("/").And.Not.StartWith("//").And.Not.StartWith("/\\"), answer.RequestMessage!.RequestUri!.AbsolutePath);
        }

        FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
            new([new("__RequestVerificationToken", token), .. fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))]);
    }

    [TestCase("/.git/config")]
    [TestCase("/.env")]
    [TestCase("/appsettings.json")]
    [TestCase("/Fablab.Web.dll")]
    [TestCase("/fablab.db")]
    [TestCase("/jobs/")]
    [TestCase("/swagger/index.html")]
    [TestCase("/..%2f..%2fetc%2fpasswd")]
    [TestCase("/web.config")]
    [TestCase("/server-status")]
    public async Task Is_none_for_what_lies_beside_the_program(string address)
    {
        using var visitor = lab.Visitor();

        using var told = await visitor.GetAsync(new Uri(address, UriKind.Relative));
        using var answer = await administrator.CallAsync(new Way("GET", address), address);

        Assert.That(told.StatusCode, Is.EqualTo(HttpStatusCode.NotFound).Or.EqualTo(HttpStatusCode.Found), "a visitor is asked to sign in, whatever there is");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(answer.Headers.Server, Is.Empty, "it does not say what it runs on");
    }

    [Test]
    public void Comes_from_a_program_that_hashes_passwords_slowly()
    {
        // The first setting is the program's own; the tests' comes after it.
        var hashing = new PasswordHasherOptions();
        lab.Services.GetServices<IConfigureOptions<PasswordHasherOptions>>().First().Configure(hashing);

        Assert.That(hashing.IterationCount, Is.GreaterThanOrEqualTo(600_000));
    }

    private string AddressOf(Way way) => ours.Address(way.Pattern + way.Query) ?? ours.AddressOfNothing(way.Pattern + way.Query);

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
