using System.Net;
using System.Net.Sockets;
using Fablab.Web.Demo;
using Microsoft.Playwright;

namespace Fablab.Browser.Tests;

/// <summary>With an authenticator that the browser plays, in a lab whose address is the one in the browser, as passkeys need it.</summary>
public class A_passkey
{
    private LabOnKestrel lab = null!;
    private string address = "";

    [OneTimeSetUp]
    public void Open_a_lab_with_an_address()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        address = $"http://localhost:{port}";
        lab = new LabOnKestrel(address);
        lab.UseKestrel(port);
        lab.StartServer();
    }

    [OneTimeTearDown]
    public async Task Close_it() => await lab.DisposeAsync();

    [Test]
    public async Task Signs_in_without_a_password_until_it_is_removed()
    {
        var page = await BrowserLab.OpenAsync("en", DemoIds.Owner, address: address);
        await WithAuthenticatorAsync(page);

        await page.GotoAsync("/account/security");
        await Assertions.Expect(page.Locator("[role=alert]")).ToBeHiddenAsync();
        await page.FillAsync("#passkey-name", "My laptop");
        await page.ClickAsync("button:has-text('Add this device')");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("The passkey is added.");
        var listed = await page.Locator("#passkeys ~ form").First.InnerTextAsync();

        await SignOutAsync(page);
        await page.ClickAsync("button:has-text('Sign in with a passkey')");
        await page.WaitForURLAsync("**/");
        await page.GotoAsync("/account");
        var signedIn = await page.Locator("main").InnerTextAsync();

        await page.GotoAsync("/account/security");
        await page.ClickAsync("button:has-text('Remove')");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("The passkey is removed.");
        await SignOutAsync(page);
        await page.ClickAsync("button:has-text('Sign in with a passkey')");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("This passkey is not known here.");
        await page.Context.CloseAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(listed, Does.Contain("My laptop"));
            Assert.That(signedIn, Does.Contain("Oanez Owner"));
        }
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync("/account");
        await page.ClickAsync("form[action='/sign-out'] button");
        await page.WaitForURLAsync("**/sign-in");
    }

    private static async Task WithAuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }
}
