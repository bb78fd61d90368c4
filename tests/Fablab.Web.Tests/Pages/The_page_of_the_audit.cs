using System.Net;
using Fablab.Web.Demo;
using Fablab.Web.Features.Audit;

namespace Fablab.Web.Tests.Pages;

public class The_page_of_the_audit
{
    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Says_in_words_who_signed_in()
    {
        using var administrator = await lab.OpenAsync("fr", DemoIds.Administrator);

        await administrator.GoAsync("/audit?action=signed-in");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(administrator.Page.QuerySelectorAll("tbody tr"), Is.Not.Empty);
            Assert.That(administrator.Page.QuerySelector("tbody")!.TextContent, Does.Contain("Connexion"));
            Assert.That(administrator.Page.QuerySelectorAll("#action option"), Has.Length.EqualTo(AuditActions.All.Count + 1), "every action can be looked for");
        }
    }

    [Test]
    public async Task Is_not_there_for_members()
    {
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);

        foreach (var address in new[] { "/audit", "/audit/export.csv", "/audit/export.jsonl" })
        {
            await maker.GoAsync(address);
            Assert.That(maker.Status, Is.EqualTo(HttpStatusCode.NotFound), address);
        }
    }

    [Test]
    public async Task Gives_a_file_only_to_who_proved_a_moment_ago_to_be_there()
    {
        using var administrator = await lab.OpenAsync("en", DemoIds.Administrator);
        await administrator.GoAsync("/audit/export.csv?action=signed-in");
        var fresh = administrator.Address;

        lab.Clock.Advance(TimeSpan.FromMinutes(6));
        await administrator.GoAsync("/audit/export.csv?action=signed-in");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fresh, Does.StartWith("/audit/export.csv"));
            Assert.That(administrator.Address, Does.StartWith("/account/confirm"));
        }
    }
}
