using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Notices.Pushing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Fablab.Browser.Tests;

/// <summary>
/// The real scripts in the real browser. Only its push service is played: the page's subscription is made by hand, and what the lab sent is handed
/// to the service worker by the browser's own tools.
/// </summary>
public class A_notice_without_an_open_page
{
    /// <summary>Subscribes as a browser does, without asking the service of its maker; keeps what it was asked with.</summary>
    private const string PlayedService = """
        PushManager.prototype.getSubscription = async () => null;
        PushManager.prototype.subscribe = async (asked) => {
          const encoded = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
          const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
          const keys = { p256dh: encoded(await crypto.subtle.exportKey("raw", pair.publicKey)), auth: encoded(crypto.getRandomValues(new Uint8Array(16))) };
          sessionStorage.setItem("asked", JSON.stringify(asked));
          return { toJSON: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/of-this-browser", keys }) };
        };
        """;

    [Test]
    public async Task Is_shown_by_a_browser_that_asked_for_it_and_opens_what_it_is_about()
    {
        var page = await BrowserLab.OpenAsync("fr", DemoIds.CampusManager);
        await page.Context.GrantPermissionsAsync(["notifications"]);
        await page.AddInitScriptAsync(PlayedService);
        await page.GotoAsync("/account");
        var key = await page.Locator("form[data-push]").GetAttributeAsync("data-push");

        await page.ClickAsync("form[data-push] button");
        await Assertions.Expect(page.Locator("form[action='/account/push/remove']")).ToBeVisibleAsync();
        var asked = JsonDocument.Parse(await page.EvaluateAsync<string>("sessionStorage.getItem('asked')")).RootElement;
        var kept = await SubscriptionsAsync();
        await DeliverAsync(page, new PushContent("Fraiseuse : en panne", "À partir de 9 h", "/notices", "machine-1", "fr"));
        var shown = await ShownAsync(page);
        var opened = await ClickAsync(page, "/notices");
        var elsewhere = await ClickAsync(page, "https://elsewhere.example/");
        await page.ClickAsync("form[action='/account/push/remove'] button");
        await Assertions.Expect(page.Locator("form[action='/account/push/remove']")).ToHaveCountAsync(0);
        var left = await SubscriptionsAsync();
        await page.Context.CloseAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((asked.GetProperty("userVisibleOnly").GetBoolean(), asked.GetProperty("applicationServerKey").GetString()), Is.EqualTo((true, key)));
            Assert.That(kept, Is.EqualTo(["https://fcm.googleapis.com/fcm/send/of-this-browser"]));
            Assert.That(shown, Is.EqualTo("Fraiseuse : en panne|À partir de 9 h|fr|machine-1"));
            Assert.That(opened, Does.EndWith("/notices"));
            Assert.That(elsewhere, Is.Null, "nothing but the lab's own pages is opened");
            Assert.That(left, Is.Empty);
        }
    }

    [Test]
    public async Task Is_not_offered_where_the_person_said_no()
    {
        var page = await BrowserLab.OpenAsync("en", DemoIds.CampusManager);
        await page.AddInitScriptAsync("Object.defineProperty(Notification, 'permission', { get: () => 'denied' });");

        await page.GotoAsync("/account");

        await Assertions.Expect(page.Locator("form[data-push]")).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    private static async Task DeliverAsync(IPage page, PushContent content)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        var registered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, told) =>
        {
            if (told?.GetProperty("registrations").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } one)
            {
                registered.TrySetResult(one.GetProperty("registrationId").GetString()!);
            }
        };
        await tools.SendAsync("ServiceWorker.enable");
        await tools.SendAsync("ServiceWorker.deliverPushMessage", new()
        {
            ["origin"] = new Uri(page.Url).GetLeftPart(UriPartial.Authority),
            ["registrationId"] = await registered.Task.WaitAsync(TimeSpan.FromSeconds(30)),
            ["data"] = JsonSerializer.Serialize(content, JsonSerializerOptions.Web),
        });
    }

    private static async Task<string> ShownAsync(IPage page)
    {
        await page.WaitForFunctionAsync("async () => (await (await navigator.serviceWorker.ready).getNotifications()).length > 0");
        return await page.EvaluateAsync<string>(
            "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(one => [one.title, one.body, one.lang, one.tag].join('|')).join('; ')");
    }

    /// <summary>Presses a notice about an address. A browser opens windows only for real presses, so the worker's script runs in the page here, and what it asks to open is noted.</summary>
    private static async Task<string?> ClickAsync(IPage page, string address)
    {
        var script = await page.EvaluateAsync<string>("async () => (await fetch('/push-worker.js')).text()");
        return await page.EvaluateAsync<string?>(
            $$"""
            (url) => {
              let opened = null;
              const handlers = {};
              const played = { location, addEventListener: (name, handler) => { handlers[name] = handler; }, clients: { openWindow: (asked) => { opened = asked; } } };
              ((self) => { {{script}} })(played);
              handlers.notificationclick({ notification: { close() {}, data: { url } }, waitUntil() {} });
              return opened;
            }
            """,
            address);
    }

    private static async Task<List<string>> SubscriptionsAsync()
    {
        await using var scope = BrowserLab.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<FablabDb>().PushSubscriptions.Select(row => row.Endpoint).ToListAsync();
    }
}
