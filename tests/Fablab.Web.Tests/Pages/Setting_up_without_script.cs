using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Pages;

public class Setting_up_without_script
{
    [Test]
    public async Task Leads_from_who_issues_invoices_to_a_machine()
    {
        using var lab = new PagesLab();
        using var administrator = await lab.OpenAsync("fr", DemoIds.Administrator);
        await administrator.GoAsync("/setup/legal-entities/new");

        await administrator.SendAsync("form.narrow", new() { ["name"] = "Association du Nord", ["legalForm"] = "Association loi 1901", ["address"] = "1 quai", ["siren"] = "732829321", ["iban"] = "FR7630006000011234567890189", ["invoiceSeries"] = "nord" });
        var (slip, beside) = (administrator.Status, administrator.Page.QuerySelector("#siren-problem")!.TextContent);
        var kept = administrator.Page.QuerySelector("#name")!.GetAttribute("value");
        await administrator.SendAsync("form.narrow", new() { ["siren"] = "732 829 320" });
        await administrator.GoAsync("/setup/tariffs/new");
        await administrator.SendAsync("form.narrow", new() { ["name"] = "Laser 6 €/h", ["rate"] = "6,50", ["increment"] = "0,333333" });
        await administrator.GoAsync("/setup/new-site");
        await administrator.SendAsync("form.narrow", new() { ["name"] = "Nord", ["code"] = "nord", ["address"] = "1 quai" });
        var machines = administrator.Address;
        await administrator.SendAsync("form.narrow", new() { ["name"] = "Scies", ["code"] = "scies" });
        await administrator.GoAsync("/sites/nord/machines/new");
        await administrator.SendAsync("form.narrow", new() { ["name"] = "Scie", ["code"] = "scie-1", ["maximum"] = "1,440" });
        var ambiguous = administrator.Page.QuerySelector("#maximum-problem")?.TextContent;
        await administrator.SendAsync("form.narrow", new() { ["maximum"] = "1440", ["tariff"] = "Laser 6 €/h", ["pool"] = "scies", ["hazardClass"] = "L" });
        await administrator.GoAsync("/machines/scie-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((slip, kept), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "Association du Nord")), "nothing typed is lost");
            Assert.That(beside, Does.Contain("neuf chiffres"));
            Assert.That(machines, Is.EqualTo("/sites/nord/machines"));
            Assert.That(ambiguous, Does.Contain("1440"));
            Assert.That(administrator.Text, Does.Contain("6,50 €"));
        }
    }

    [Test]
    public async Task Saving_a_price_or_a_machine_as_it_is_changes_nothing()
    {
        using var lab = new PagesLab();
        using var administrator = await lab.OpenAsync("en", DemoIds.Administrator);
        await administrator.GoAsync("/setup/tariffs/new");
        await administrator.SendAsync("form.narrow", new() { ["name"] = "Laser 6 €/h", ["rate"] = "6.333333", ["increment"] = "0.333333", ["vat"] = "5.5" });
        var tariff = administrator.Page.QuerySelectorAll("a.row").Single(link => link.TextContent.Contains("Laser 6", StringComparison.Ordinal)).GetAttribute("href")!;
        var before = await SettingsAsync();

        await administrator.GoAsync(tariff);
        await administrator.SendAsync("form.narrow");
        await administrator.GoAsync("/machines/printer-1/settings");
        await administrator.SendAsync("form.narrow");

        Assert.That(await SettingsAsync(), Is.EqualTo(before));

        async Task<string> SettingsAsync()
        {
            await using var scope = lab.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
            var printer = await db.Machines.AsNoTracking().SingleAsync(machine => machine.Code == "printer-1");
            var prices = await db.Tariffs.AsNoTracking().Where(one => one.Name == "Laser 6 €/h").ToListAsync();
            return $"{printer.Name} {printer.Model} {printer.Tariff} {printer.Pool} {printer.Bridge} {printer.Policy} {string.Join(';', prices)}";
        }
    }

    [Test]
    public async Task Tells_who_saves_over_another_and_lets_them_do_it_knowingly()
    {
        using var lab = new PagesLab();
        using var first = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var second = await lab.OpenAsync("en", DemoIds.Administrator);
        await first.GoAsync("/machines/printer-1/settings");
        await second.GoAsync("/machines/printer-1/settings");
        await first.SendAsync("form.narrow", new() { ["grace"] = "20" });

        await second.SendAsync("form.narrow", new() { ["model"] = "Another" });
        var (told, words) = (second.Status, second.Text);
        await second.SendAsync("form.narrow");

        Assert.That((told, words.Contains("overwrites", StringComparison.Ordinal), second.Address), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true, "/sites/atelier/machines")));
    }

    [Test]
    public async Task Pairs_a_bridge_and_shows_what_is_typed_into_its_plug()
    {
        using var lab = new PagesLab();
        using var manager = await lab.OpenAsync("fr", DemoIds.AtelierManager);
        await manager.GoAsync("/sites/atelier/bridges");

        await manager.SendAsync("section[aria-labelledby=make] form", new() { ["name"] = "Atelier Bois" });
        var (wrong, words) = (manager.Status, manager.Text);
        await manager.SendAsync("section[aria-labelledby=make] form", new() { ["name"] = "atelier-bois" });
        var command = manager.Page.QuerySelector("#pairing ~ p .secret")!.TextContent;
        await manager.SendAsync("section[aria-labelledby=bridge-atelier-bois] details form.narrow", new() { ["topic"] = "prise-scie" }, "section[aria-labelledby=bridge-atelier-bois] details form.narrow button");
        var password = manager.Page.QuerySelector("#device ~ dl .secret")?.TextContent;
        await manager.SendAsync("section[aria-labelledby=bridge-atelier-bois] form:has(button.danger[value=revoke])", button: "section[aria-labelledby=bridge-atelier-bois] button.danger[value=revoke]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((wrong, words.Contains("lettres minuscules", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(command, Does.Match("^Fablab.Bridge --pair http\\S+ [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$"));
            Assert.That(password, Has.Length.EqualTo(43));
            Assert.That(manager.Text, Does.Contain("Révoquée"));
        }
    }
}
