using System.Net;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Tariffs_without_script
{
    [Test]
    public async Task Are_asked_for_with_a_document_looked_at_and_answered()
    {
        using var lab = new PagesLab();
        using var maker = await lab.OpenAsync("fr", DemoIds.Maker);
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await manager.GoAsync("/people/groups");
        await manager.SendAsync("section[aria-labelledby=new] form", new() { ["code"] = "apprentices", ["name"] = "Apprentices", ["askable"] = "true" });
        await maker.GoAsync("/account/tariffs");

        await maker.SendAsync("form.narrow", file: ("file", "carte.pdf", new MemoryStream("<html>"u8.ToArray())));
        var (wrong, told) = (maker.Status, maker.Text);
        await maker.SendAsync("form.narrow", file: ("file", "carte.pdf", new MemoryStream("%PDF-1.7 une carte"u8.ToArray())));
        var waits = maker.Text;
        await manager.GoAsync("/people/tariff-requests");
        var link = manager.Page.QuerySelector("a[download]")!.GetAttribute("href")!;
        using var proof = await manager.Client.GetAsync(new Uri(link, UriKind.Relative));
        using var stolen = await maker.Client.GetAsync(new Uri(link, UriKind.Relative));
        await manager.SendAsync("main form.narrow:has([name=reason])", button: "button[value=refuse]");
        var (mute, asksWhy) = (manager.Status, manager.Text);
        await manager.SendAsync("main form.narrow", new() { ["until"] = "31/08/2027" }, "button[value=accept]");
        var (unread, asksDay) = (manager.Status, manager.Text);
        await manager.SendAsync("main form.narrow", new() { ["until"] = "2027-08-31", ["seen"] = "card" }, "button[value=accept]");
        await maker.GoAsync("/account/tariffs");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((wrong, told.Contains("renommer un autre type de fichier ne suffit pas", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(waits, Does.Contain("Apprentices").And.Contain("En attente"));
            Assert.That((proof.StatusCode, stolen.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
            Assert.That(proof.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
            Assert.That((mute, asksWhy.Contains("Tell the member why", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That((unread, asksDay.Contains("Write days like 2026-12-31", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)), "not a tariff for ever");
            Assert.That(manager.Text, Does.Contain("No request waits"));
            Assert.That(maker.Text, Does.Contain("Accepté"));
        }
    }
}
