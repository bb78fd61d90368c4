using Deque.AxeCore.Playwright;
using Fablab.Web.Demo;
using Microsoft.Playwright;

namespace Fablab.Browser.Tests;

[Parallelizable(ParallelScope.Children)]
public class Every_page_for_everybody
{
    /// <summary>A page is opened once and looked at in each: its server knows nothing of them.</summary>
    private static readonly (string Name, ViewportSize Size, ColorScheme Scheme)[] Looks =
    [
        ("wide and light", new() { Width = 1280, Height = 900 }, ColorScheme.Light),
        ("on a phone and dark", new() { Width = 390, Height = 844 }, ColorScheme.Dark),
    ];

    public static IEnumerable<TestCaseData> Pages()
    {
        (string? Who, string Address)[] pages =
        [
            (null, "/sign-in"), (null, "/forgotten-password"), (null, "/kiosk"), (DemoIds.AtelierManager, "/sites/atelier/presence?search=maker"), (DemoIds.Maker, "/sites/atelier/presence"),
            (DemoIds.AtelierManager, "/sites/atelier/presence/evacuation"), (DemoIds.AtelierManager, "/sites/atelier/kiosks"), (DemoIds.AtelierManager, "/sites/atelier/labels"),
            (DemoIds.Maker, "/account/visits"), (DemoIds.Maker, "/"), (DemoIds.Maker, "/sites/atelier"), (DemoIds.Maker, "/machines/printer-1"), (DemoIds.Maker, "/machines/printer-1/book"),
            (DemoIds.Maker, "/machines/printer-1/repeat"), (DemoIds.Maker, "/sites/atelier/book-together"), (DemoIds.Maker, "/sites/atelier/calendar"),
            (DemoIds.Maker, "/reservations"), (DemoIds.Maker, "/account"), (DemoIds.Maker, "/account/security"), (null, "/privacy"), (DemoIds.Maker, "/account/privacy"), (DemoIds.Administrator, $"/organisations/{DemoIds.Startup}"),
            (DemoIds.Administrator, "/setup"), (DemoIds.Administrator, "/setup/new-site"), (DemoIds.AtelierManager, "/sites/atelier/machines"), (DemoIds.AtelierManager, "/machines/printer-1/settings"),
            (DemoIds.AtelierManager, "/sites/atelier/bridges"), (DemoIds.AtelierManager, "/sites/atelier/board"), (DemoIds.AtelierManager, "/sites/atelier/board/cnc-1/out-of-order"),
            (DemoIds.AtelierManager, "/sites/atelier/board/cnc-1/give-up-session"), (DemoIds.Maker, "/no-such-page"),
            (DemoIds.Maker, "/trainings"), (DemoIds.AtelierManager, $"/trainings/{DemoIds.MillingSession}"), (DemoIds.Maker, "/authorisations"), (DemoIds.SecondMaker, "/machines/cnc-1"),
            (DemoIds.AtelierManager, "/sites/atelier/authorisations"), (DemoIds.AtelierManager, "/sites/atelier/trainings/plan"),
            (DemoIds.AtelierManager, "/sites/atelier/refunds"), (DemoIds.AtelierManager, $"/authorisations/{DemoIds.Numbered(71)}/cnc-1"), (DemoIds.AtelierManager, $"/authorisations/{DemoIds.Numbered(72)}/cnc-1"),
            (DemoIds.Maker, $"/authorisations/{DemoIds.Numbered(71)}/cnc-1"),
            (DemoIds.AtelierManager, "/sites/atelier/authorisations?search=maker"), (DemoIds.Maker, "/account/notices"), (DemoIds.Maker, "/account/sites/atelier/leave"), (DemoIds.Maker, "/account/tariffs"),
            (DemoIds.AtelierManager, "/people/tariff-requests"),
        ];
        return from page in pages
               from language in new[] { "fr", "en" }
               select new TestCaseData(page.Who, page.Address, language);
    }

    [TestCaseSource(nameof(Pages))]
    public async Task Has_no_barrier_that_axe_can_find(string? who, string address, string language)
    {
        var page = await BrowserLab.OpenAsync(language, who, at: address);
        List<string> barriers = [];
        foreach (var (name, size, scheme) in Looks)
        {
            await page.SetViewportSizeAsync(size.Width, size.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var result = await page.RunAxe();
            barriers.AddRange(result.Violations.Select(violation => $"{name}: {violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"));
            if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
            {
                barriers.Add($"{name}: scrolls sideways");
            }
        }

        await page.Context.CloseAsync();

        Assert.That(barriers, Is.Empty);
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
