using System.Globalization;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Features.Billing;
using Fablab.Web.Features.Billing.Running;
using Fablab.Web.Hosting;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using UglyToad.PdfPig;

namespace Fablab.Web.Tests.Features.Billing;

public class Issuing_invoices(StorageProvider provider) : LabTest(provider)
{
    private static readonly string Path = $"/api/v1/organisations/{DemoIds.Startup.Value}/invoices";

    [Test]
    public async Task By_many_at_once_takes_each_charge_once_and_leaves_no_gap_in_the_numbers()
    {
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        for (var month = 0; month < 3; month++)
        {
            await UseOnProjectAsync();

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => IssueAsync(administrator)));

            Assert.That(answers.Count(answer => answer.IsSuccessStatusCode), Is.EqualTo(1));
        }

        var numbers = await Lab.WithDbAsync(db => db.Invoices.Select(invoice => invoice.Number).OrderBy(number => number).ToListAsync());
        var entries = await Lab.WithDbAsync(db => db.LedgerEntries.AsNoTracking().ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, numbers.Count).Select(number => $"DEMO-2026-{number:000000}")).And.Count.GreaterThanOrEqualTo(3));
            Assert.That(entries.GroupBy(entry => entry.Invoice).Select(invoice => invoice.Sum(entry => entry.Amount.Minor)), Has.All.Zero);
        }
    }

    [Test]
    public async Task Gives_a_document_that_its_organisation_alone_can_read()
    {
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        await UseOnProjectAsync();
        var issued = (await JsonOfAsync(await IssueAsync(administrator)))[0];
        var (id, number) = (issued.GetProperty("id").GetGuid(), issued.GetProperty("number").GetString()!);

        var mine = await owner.GetAsync($"/api/v1/invoices/{id}.pdf?language=fr");
        var theirs = await Maker.GetAsync($"/api/v1/invoices/{id}.pdf");

        using var pdf = PdfDocument.Open(await mine.Content.ReadAsByteArrayAsync());
        var text = string.Concat(pdf.GetPages().Select(page => page.Text)).Replace(" ", "", StringComparison.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.Contain($"Facture{number}").And.Contain("Inspectiondrone").And.Contain("TotalTTC"));
            Assert.That((int)theirs.StatusCode, Is.EqualTo(404));
        }
    }

    [Test]
    public async Task By_the_monthly_run_covers_what_is_left_of_ended_months_and_only_once()
    {
        await UseOnProjectAsync();
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        await IssueAsync(administrator);
        await UseOnProjectAsync();
        var options = Options.Create(new BillingOptions { IssuesMonthly = true });
        var run = new InvoiceRun(
            Lab.Services.GetRequiredService<IServiceScopeFactory>(), options, Lab.Services.GetRequiredService<LabClock>(), NullLogger<InvoiceRun>.Instance);

        var duringTheMonth = await run.RunAsync(CancellationToken.None);
        var now = Lab.Clock.GetUtcNow();
        Lab.Clock.SetUtcNow(new DateTimeOffset(now.Year, now.Month, 1, 4, 0, 0, TimeSpan.Zero).AddMonths(1).AddDays(2));
        var afterIt = await run.RunAsync(CancellationToken.None);
        var again = await run.RunAsync(CancellationToken.None);

        Assert.That((duringTheMonth, afterIt, again), Is.EqualTo((0, 1, 0)));
    }

    [Test]
    public async Task Is_refused_to_the_organisation_itself_and_before_the_month_is_over()
    {
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        await UseOnProjectAsync();

        var byOwner = await IssueAsync(owner);
        var tooSoon = await IssueAsync(administrator, evenIfNotOver: false);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)byOwner.StatusCode, Is.EqualTo(403));
            Assert.That((await JsonOfAsync(tooSoon)).GetProperty("code").GetString(), Is.EqualTo("period-not-over"));
        }
    }

    private async Task UseOnProjectAsync()
    {
        Lab.Clock.Advance(TimeSpan.FromHours(2));
        var bridge = new BridgeSide(Lab);
        var (_, session) = await bridge.BeginUseAsync(Maker, projectId: DemoIds.Drone.Value);
        await bridge.SendAsync(bridge.Meter(session, 600_000, 600_000), bridge.Close(session, 600_000));
    }

    private Task<HttpResponseMessage> IssueAsync(HttpClient client, bool evenIfNotOver = true) =>
        client.PostAsJsonAsync(Path, new { period = Lab.Clock.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture), evenIfNotOver });
}
