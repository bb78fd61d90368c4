using System.Net;
using System.Text;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Fablab.Web.Tests.Pages;

public class An_invoice_on_the_organisations_page
{
    private const string Form = "form.narrow";

    private static readonly string Page = $"/organisations/{DemoIds.Startup}?month=2027-03";

    private LabApp lab = null!;
    private HttpClient maker = null!;

    [SetUp]
    public async Task Use_a_machine_on_a_project()
    {
        lab = new LabApp(StorageProvider.Sqlite);

        // Not in the past: the client's cookies live by the clock of this computer.
        lab.Clock.SetUtcNow(new DateTimeOffset(2027, 3, 1, 8, 0, 0, TimeSpan.Zero));
        maker = await lab.ClientOfAsync(DemoIds.Maker);
        var bridge = new BridgeSide(lab);
        var (_, session) = await bridge.BeginUseAsync(maker, projectId: DemoIds.Drone.Value);
        await bridge.SendAsync(bridge.Meter(session, 600_000, 600_000), bridge.Close(session, 600_000));
    }

    [TearDown]
    public void Close_the_lab()
    {
        maker.Dispose();
        lab.Dispose();
    }

    [Test]
    public async Task Is_issued_before_the_month_is_over_only_when_that_is_said()
    {
        using var administrator = await OpenAsync(DemoIds.Administrator);
        await administrator.GoAsync(Page);

        await administrator.SendAsync(Form);
        var tooSoon = (administrator.Status, Said: administrator.Page.QuerySelector("[role=alert]")?.TextContent, Links: Links(administrator));
        await administrator.SendAsync(Form, new() { ["evenIfNotOver"] = "true" });
        var issued = (administrator.Status, administrator.Address, Links: Links(administrator));
        await administrator.SendAsync(Form, new() { ["evenIfNotOver"] = "true" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((tooSoon.Status, tooSoon.Links.Count), Is.EqualTo((HttpStatusCode.UnprocessableEntity, 0)));
            Assert.That(tooSoon.Said, Does.Contain("March 2027 is not over"));
            Assert.That((issued.Status, issued.Address), Is.EqualTo((HttpStatusCode.OK, Page)));
            Assert.That(issued.Links, Is.EqualTo(new[] { "/invoices/DEMO-2027-000001.pdf" }));
            Assert.That(administrator.Page.QuerySelector("[role=alert]")?.TextContent, Does.Contain("nothing left to invoice"));
            Assert.That(Links(administrator), Has.Count.EqualTo(1));
        }
    }

    [TestCase(DemoIds.Owner, HttpStatusCode.Forbidden)]
    [TestCase(DemoIds.Maker, HttpStatusCode.Forbidden)]
    [TestCase(DemoIds.AtelierManager, HttpStatusCode.Forbidden)]
    public async Task Is_issued_by_nobody_but_the_administrator(string who, HttpStatusCode answer)
    {
        using var browser = await OpenAsync(who);

        // Whoever may not see the form may still know what it would send.
        await browser.GoAsync("/account");
        var token = browser.Page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("evenIfNotOver", "true")]);
        var sent = await browser.Client.PostAsync(new Uri(Page, UriKind.Relative), form);
        using var administrator = await OpenAsync(DemoIds.Administrator);
        await administrator.GoAsync(Page);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sent.StatusCode, Is.EqualTo(answer));
            Assert.That(Links(administrator), Is.Empty);
        }
    }

    [TestCase(DemoIds.Owner, HttpStatusCode.OK)]
    [TestCase(DemoIds.Administrator, HttpStatusCode.OK)]
    [TestCase(DemoIds.Maker, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.SecondMaker, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.AtelierManager, HttpStatusCode.NotFound)]
    public async Task Opens_for_who_pays_and_for_the_administrator(string who, HttpStatusCode answer)
    {
        using var administrator = await OpenAsync(DemoIds.Administrator);
        await administrator.GoAsync(Page);
        await administrator.SendAsync(Form, new() { ["evenIfNotOver"] = "true" });
        using var reader = await OpenAsync(who);

        var sent = await reader.Client.GetAsync(new Uri(Links(administrator).Single(), UriKind.Relative));
        var unknown = await reader.Client.GetAsync(new Uri("/invoices/DEMO-2027-000002.pdf", UriKind.Relative));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((sent.StatusCode, unknown.StatusCode), Is.EqualTo((answer, HttpStatusCode.NotFound)));
            if (answer is HttpStatusCode.OK)
            {
                Assert.That(sent.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/pdf"));
                Assert.That(sent.Content.Headers.ContentDisposition?.FileName, Is.EqualTo("DEMO-2027-000001.pdf"));
                Assert.That(Encoding.Latin1.GetString(await sent.Content.ReadAsByteArrayAsync()), Does.StartWith("%PDF"));
            }
        }
    }

    [Test]
    public async Task Sends_a_visitor_to_sign_in_first()
    {
        using var visitor = await Browser.OpenAsync(lab.CreateClient(), "en", null);

        await visitor.GoAsync("/invoices/DEMO-2027-000001.pdf");

        Assert.That(visitor.Address, Does.StartWith("/sign-in"));
    }

    private static List<string> Links(Browser browser) => [.. browser.Page.QuerySelectorAll("a[href$='.pdf']").Select(link => link.GetAttribute("href")!)];

    private Task<Browser> OpenAsync(string who) => Browser.OpenAsync(lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", who);
}
