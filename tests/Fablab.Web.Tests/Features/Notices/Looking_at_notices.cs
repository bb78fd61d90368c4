using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Tests.Features.People;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Notices;

public sealed class Looking_at_notices(StorageProvider provider) : JoiningTest(provider)
{
    [Test]
    public async Task Is_asked_for_by_a_count_on_every_page_until_the_list_was_opened()
    {
        var (email, browser) = await SignedInAsync();
        using var _ = browser;
        await browser.GoAsync("/");
        var nothing = browser.Page.QuerySelector("nav.main .count");
        await TellAsync(email);
        await TellAsync(email);

        await browser.GoAsync("/");
        var marked = browser.Page.QuerySelector("nav.main a[href='/account'] .count")!;
        await browser.GoAsync("/account");
        var (list, heading, own) = (browser.Page.QuerySelectorAll("ul.timeline .badge").Length, browser.Page.QuerySelector("#notices")!.ParentElement!.TextContent, browser.Page.QuerySelector("nav.main .count"));
        await browser.GoAsync("/account");
        var again = browser.Page.QuerySelectorAll("ul.timeline .badge").Length;
        await browser.GoAsync("/");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(nothing, Is.Null);
            Assert.That((marked.QuerySelector("[aria-hidden]")!.TextContent, marked.QuerySelector(".hidden")!.TextContent), Is.EqualTo(("2", "2 new notices")));
            Assert.That((list, own), Is.EqualTo((2, (AngleSharp.Dom.IElement?)null)), "whoever looks has looked");
            Assert.That(heading, Does.Contain("2 new"));
            Assert.That(again, Is.Zero);
            Assert.That(browser.Page.QuerySelector("nav.main .count"), Is.Null);
        }
    }

    [Test]
    public async Task Goes_on_to_older_ones_page_by_page()
    {
        var (email, browser) = await SignedInAsync();
        using var _ = browser;
        using var program = await Lab.ClientOfAsync(email);
        foreach (var __ in Enumerable.Range(0, 120))
        {
            await TellAsync(email);
        }

        await browser.GoAsync("/");
        var mark = browser.Page.QuerySelector("nav.main .count [aria-hidden]")!.TextContent;
        await browser.GoAsync("/account");
        var shown = new List<int>();
        while (true)
        {
            shown.Add(browser.Page.QuerySelectorAll("ul.timeline > li").Length);
            if (browser.Page.QuerySelector("nav.pager a")?.GetAttribute("href") is not { } older)
            {
                break;
            }

            await browser.GoAsync(older);
        }

        var ids = new List<Guid>();
        for (var after = ""; ;)
        {
            var page = await program.GetFromJsonAsync<JsonElement>($"/api/v1/notices?limit=50{after}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(notice => notice.GetProperty("id").GetGuid()));
            if (!page.TryGetProperty("next", out var next))
            {
                break;
            }

            after = $"&after={next}";
        }

        Assert.That((mark, browser.Address.Split('?')[0]), Is.EqualTo(("99+", "/account/notices")));
        Assert.That(shown, Is.EqualTo([50, 50, 20]));
        Assert.That(ids.Distinct().Count(), Is.EqualTo(120), "those of one instant too");
    }

    [Test]
    public async Task Is_told_and_counted_through_the_api_and_never_goes_back()
    {
        var (email, browser) = await SignedInAsync();
        browser.Dispose();
        using var program = await Lab.ClientOfAsync(email);
        await TellAsync(email);
        var before = await CountAsync(program);
        var newest = (await program.GetFromJsonAsync<JsonElement>("/api/v1/notices")).GetProperty("items")[0];

        using var seen = await program.PutAsJsonAsync("/api/v1/notices/seen", new { until = newest.GetProperty("at").GetString() });
        var after = await CountAsync(program);
        using var earlier = await program.PutAsJsonAsync("/api/v1/notices/seen", new { until = "2020-01-01T00:00:00Z" });
        using var future = await program.PutAsJsonAsync("/api/v1/notices/seen", new { until = "2099-01-01T00:00:00Z" });
        var still = await CountAsync(program);
        Lab.Clock.Advance(TimeSpan.FromSeconds(1));
        await TellAsync(email);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((seen.StatusCode, earlier.StatusCode, future.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.NoContent)));
            Assert.That(newest.GetProperty("isNew").GetBoolean(), Is.True);
            Assert.That((before, after, still, await CountAsync(program)), Is.EqualTo((1, 0, 0, 1)), "nobody has seen what comes tomorrow");
        }
    }

    [Test]
    public async Task Costs_pages_one_statement_by_an_index_and_visitors_and_programs_nothing()
    {
        const string words = "NoticesSeenAt";
        var (email, browser) = await SignedInAsync();
        using var _ = browser;
        using var program = await Lab.ClientOfAsync(email);
        using var visitor = await OpenAsync();
        using var record = Lab.Statements.Record();

        await visitor.GoAsync("/sign-in");
        await program.GetStringAsync("/api/v1/members/me");
        await browser.Client.GetStringAsync(new Uri("/api/v1/members/me", UriKind.Relative));
        var (byOthers, all) = (record.OfWhoSaid(words), 0);
        await browser.GoAsync("/sites/atelier");
        var statements = record.OfWhoSaid(words).SelectMany(own => own).Where(one => one.Text.Contains(words, StringComparison.Ordinal)).ToList();
        all = statements.Count;
        var plan = await Lab.WithDbAsync(db => statements[0].ExplainAsync(db));

        Assert.That((byOthers.Count, all), Is.EqualTo((0, 1)));
        Assert.That(plan, Does.Contain("IX_Notices_Member_At"));
    }

    private static async Task<int> CountAsync(HttpClient program) => (await program.GetFromJsonAsync<JsonElement>("/api/v1/notices/new")).GetProperty("count").GetInt32();

    private async Task<(string Email, Pages.Browser Browser)> SignedInAsync()
    {
        var email = FreshAddress();
        using var client = await JoinedAsync(email);
        var browser = await OpenAsync();
        await browser.GoAsync("/sign-in");
        await browser.SendAsync("form[action='/sign-in']", new() { ["email"] = email, ["password"] = Password });
        return (email, browser);
    }
}
