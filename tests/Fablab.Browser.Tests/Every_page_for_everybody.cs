using Deque.AxeCore.Playwright;
using Fablab.Web.Demo;
using Microsoft.Playwright;

namespace Fablab.Browser.Tests;

[Parallelizable(ParallelScope.Children)]
public class Every_page_for_everybody
{
    public static IEnumerable<TestCaseData> Pages()
    {
        (string? Who, string Address)[] pages =
        [
            (null, "/sign-in"), (null, "/forgotten-password"), (null, "/kiosk"), (DemoIds.AtelierManager, "/sites/atelier/presence?search=maker"), (DemoIds.Maker, "/sites/atelier/presence"),
            (DemoIds.AtelierManager, "/sites/atelier/presence/evacuation"), (DemoIds.AtelierManager, "/sites/atelier/kiosks"), (DemoIds.AtelierManager, "/sites/atelier/labels"),
            (DemoIds.Maker, "/account/visits"), (DemoIds.Maker, "/"), (DemoIds.Maker, "/sites/atelier"), (DemoIds.Maker, "/machines/printer-1"), (DemoIds.Maker, "/machines/printer-1/book"),
            (DemoIds.Maker, "/machines/printer-1/repeat"), (DemoIds.Maker, "/sites/atelier/book-together"), (DemoIds.Maker, "/sites/atelier/calendar"),
            (DemoIds.Maker, "/reservations"), (DemoIds.Maker, "/account"), (DemoIds.Maker, "/account/security"), (null, "/privacy"), (DemoIds.Maker, "/account/privacy"), (DemoIds.Administrator, $"/organisations/{DemoIds.Startup}"),
            (DemoIds.AtelierManager, "/sites/atelier/board"), (DemoIds.AtelierManager, "/sites/atelier/board/cnc-1/out-of-order"),
            (DemoIds.AtelierManager, "/sites/atelier/board/cnc-1/give-up-session"), (DemoIds.Maker, "/no-such-page"),
            (DemoIds.Maker, "/trainings"), (DemoIds.AtelierManager, $"/trainings/{DemoIds.MillingSession}"), (DemoIds.Maker, "/authorisations"), (DemoIds.SecondMaker, "/machines/cnc-1"),
            (DemoIds.AtelierManager, "/sites/atelier/authorisations"), (DemoIds.AtelierManager, "/sites/atelier/trainings/plan"),
        ];
        return from page in pages
               from language in new[] { "fr", "en" }
               from isDark in new[] { false, true }
               select new TestCaseData(page.Who, page.Address, language, isDark);
    }

    [TestCaseSource(nameof(Pages))]
    public async Task Has_no_barrier_that_axe_can_find(string? who, string address, string language, bool isDark)
    {
        var page = await BrowserLab.OpenAsync(language, who, isPhone: isDark, isDark: isDark, at: address);
        var result = await page.RunAxe();
        var hasSidewaysScroll = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
        await page.Context.CloseAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"), Is.Empty);
            Assert.That(hasSidewaysScroll, Is.False);
        }
    }

    [Test]
    public async Task Gives_a_thumb_enough_to_hit()
    {
        var page = await BrowserLab.OpenAsync(isPhone: true);

        await page.GotoAsync("/machines/printer-1");
        var small = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('main .button, main button, .opening, nav a')].filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)");
        await page.Context.CloseAsync();

        Assert.That(small, Is.Empty);
    }

    [Test]
    public async Task Weighs_little_on_the_first_visit()
    {
        var page = await BrowserLab.OpenAsync();
        List<IResponse> answers = [];
        page.Response += (_, answer) => answers.Add(answer);

        await page.GotoAsync("/sites/atelier", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.Locator("#live-state[data-state=on]").WaitForAsync();

        Assert.That(answers, Has.Count.LessThanOrEqualTo(8));
        await page.Context.CloseAsync();
    }
}
