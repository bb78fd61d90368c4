using Deque.AxeCore.Playwright;
using Fablab.Web.Demo;
using Microsoft.Playwright;

namespace Fablab.Browser.Tests;

public class A_tablet_at_the_door
{
    private static int tablets;

    [TestCase("fr", false)]
    [TestCase("en", true)]
    public async Task Greets_whoever_holds_a_badge_to_it_and_has_no_barrier(string language, bool isDark)
    {
        var tablet = await PairAsync(language, isDark, machine: null);
        var barriers = await BarriersAsync(tablet);

        // A reader types, whatever was touched before.
        await tablet.ClickAsync("h1");
        await tablet.Keyboard.TypeAsync(DemoPresence.BadgeNumber);
        await tablet.Keyboard.PressAsync("Enter");
        await tablet.Locator(".greeting").WaitForAsync();
        var greeting = await tablet.Locator("h1").InnerTextAsync();
        barriers = [.. barriers, .. await BarriersAsync(tablet)];
        await Assertions.Expect(tablet.Locator("#badge")).ToBeFocusedAsync();
        await tablet.Context.CloseAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(barriers, Is.Empty);
            Assert.That(greeting, Does.EndWith("Malo"));
        }
    }

    [TestCase("en", false)]
    [TestCase("fr", true)]
    public async Task Or_at_a_machine_serves_who_badged_and_has_no_barrier(string language, bool isDark)
    {
        var tablet = await PairAsync(language, isDark, machine: "printer-2");
        var barriers = await BarriersAsync(tablet);

        await tablet.FillAsync("#badge", DemoPresence.BadgeNumber);
        await tablet.Keyboard.PressAsync("Enter");
        await tablet.Locator("#hello").WaitForAsync();
        await tablet.ClickAsync("summary");
        barriers = [.. barriers, .. await BarriersAsync(tablet)];
        await tablet.ClickAsync("button[value=done]");
        await Assertions.Expect(tablet.Locator("#badge")).ToBeVisibleAsync();
        await tablet.Context.CloseAsync();

        Assert.That(barriers, Is.Empty);
    }

    [Test]
    public async Task Says_that_the_lab_cannot_be_reached_and_sends_nothing()
    {
        var tablet = await PairAsync("en", false, machine: null);

        await tablet.Context.SetOfflineAsync(true);
        await Assertions.Expect(tablet.Locator("#unreachable")).ToBeVisibleAsync();
        await tablet.FillAsync("#badge", DemoPresence.BadgeNumber);
        await tablet.Keyboard.PressAsync("Enter");
        await Assertions.Expect(tablet.Locator("#badge")).ToHaveValueAsync(DemoPresence.BadgeNumber);
        await tablet.Context.SetOfflineAsync(false);
        await Assertions.Expect(tablet.Locator("#unreachable")).ToBeHiddenAsync();
        await tablet.Context.CloseAsync();
    }

    [Test]
    public async Task Goes_back_to_its_start_without_script()
    {
        var tablet = await PairAsync("en", false, machine: null, hasScript: false);

        await tablet.FillAsync("#badge", "31415926");
        await tablet.PressAsync("#badge", "Enter");
        await tablet.Locator("[role=alert]:visible").WaitForAsync();
        await Assertions.Expect(tablet.Locator("[role=alert]:visible")).ToHaveCountAsync(0);
        await tablet.Context.CloseAsync();
    }

    /// <summary>A manager makes the kiosk, and a tablet takes its code.</summary>
    private static async Task<IPage> PairAsync(string language, bool isDark, string? machine, bool hasScript = true)
    {
        var manager = await BrowserLab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GotoAsync("/sites/atelier/kiosks");
        await manager.FillAsync("#name", $"Tablet {Interlocked.Increment(ref tablets)}");
        await manager.SelectOptionAsync("#machine", machine ?? "");
        await manager.ClickAsync("form:has(#name) button");
        var code = await manager.Locator("code.secret").InnerTextAsync();
        await manager.Context.CloseAsync();

        var tablet = await BrowserLab.OpenAsync(language, null, isPhone: isDark, isDark: isDark, hasScript: hasScript);
        await tablet.GotoAsync("/kiosk");
        await tablet.FillAsync("#code", code);
        await tablet.PressAsync("#code", "Enter");
        await tablet.Locator("#badge").WaitForAsync();
        return tablet;
    }

    private static async Task<string[]> BarriersAsync(IPage page)
    {
        var found = await page.RunAxe();
        var small = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('main .button, main button, main summary')].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)");
        var scrolls = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
        return [.. found.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"), .. small, .. scrolls ? ["scrolls sideways"] : Array.Empty<string>()];
    }
}
