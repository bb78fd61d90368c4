using Fablab.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Browser.Tests;

public class A_maker_with_a_phone
{
    private static int daysHandedOut;

    [TestCase(true)]
    [TestCase(false)]
    public async Task Finds_a_printer_sees_the_price_books_and_cancels(bool hasScript)
    {
        var page = await BrowserLab.OpenAsync("fr", isPhone: true, hasScript: hasScript);
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(10 + daysHandedOut++);

        await page.ClickAsync("a:has-text('Voir Atelier Rennes')");
        await page.ClickAsync("#machine-printer-1 .button");
        await page.ClickAsync("a:has-text('Réserver')");
        await page.FillAsync("#date", day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await page.FillAsync("#time", "14:00");
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "cube.gcode", MimeType = "text/plain", Buffer = "; estimated printing time (normal mode) = 20m 0s\nG28\nG1 X10 Y10 E1 F1200\n"u8.ToArray() });
        await page.ClickAsync("button[value=check]");
        var price = await page.Locator("#check").InnerTextAsync();
        await page.ClickAsync("button[value=confirm]");
        var booked = await page.Locator("main").InnerTextAsync();
        await page.ClickAsync("button[value=cancel]");
        var cancelled = await page.Locator("main").InnerTextAsync();
        await page.Context.CloseAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(price.Replace('\u00a0', ' '), Does.Contain("3,00 € HT, 3,60 € TTC"));
            Assert.That(booked, Does.Contain("Le créneau est à vous.").And.Contain("cube.gcode"));
            Assert.That(cancelled, Does.Contain("Annulée"));
        }
    }

    [Test]
    public async Task Sees_a_machine_change_without_reloading()
    {
        var page = await BrowserLab.OpenAsync("en", isPhone: true);
        await page.GotoAsync("/sites/campus");
        await page.Locator("#live-state[data-state=on]").WaitForAsync();

        var (board, bridge) = (BrowserLab.Services.GetRequiredService<Board>(), new BridgeAddress("campus", "campus-bridge"));
        board.Heard(bridge, new Online { Epoch = 1, BootId = Guid.NewGuid(), Up = true });
        board.Reported(bridge, new ReportedTwin
        {
            Machine = "laser-1", Version = 1, Epoch = 1, DesiredVersion = 1, At = TimeProvider.System.GetUtcNow(), Mode = MachineMode.InSession, Link = ReportedLink.Up,
            Activity = ReportedActivity.Running, Relay = RelayState.Closed,
        });

        await Assertions.Expect(page.Locator("#machine-laser-1 .badge")).ToContainTextAsync("Running");
        await page.Context.CloseAsync();
    }
}
