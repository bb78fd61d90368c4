using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Billing;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Billing;

public class The_numbers_of_invoices(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Are_of_one_currency_each()
    {
        var francs = new TariffId(Guid.NewGuid());
        await Lab.WithDbAsync(async db =>
        {
            var euros = await db.Tariffs.AsNoTracking().SingleAsync(tariff => db.Machines.Any(m => m.Code == "printer-2" && m.Tariff == tariff.Id));
            db.Add(euros with { Id = francs, Name = "francs", Currency = "CHF" });
            await db.SaveChangesAsync();
            return await db.Machines.Where(m => m.Code == "printer-2").ExecuteUpdateAsync(set => set.SetProperty(m => m.Tariff, francs));
        });
        await UseOnProjectAsync("printer-1");
        await UseOnProjectAsync("printer-2");

        var issued = await IssueAsync();

        var stored = await Lab.WithDbAsync(db => db.Invoices.AsNoTracking().OrderBy(invoice => invoice.Number).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(issued.GetArrayLength(), Is.EqualTo(2));
            Assert.That(stored.Select(invoice => invoice.Number), Is.EqualTo(new[] { "DEMO-2026-000001", "DEMO-2026-000002" }));
            Assert.That(stored.Select(invoice => invoice.Net.Currency), Is.EquivalentTo(new[] { "EUR", "CHF" }));
        }
    }

    [Test]
    [DependsOnTest(nameof(Are_of_one_currency_each))]
    public async Task Begin_anew_with_the_year_and_the_chain_goes_on()
    {
        Lab.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 31, 23, 30, 0, TimeSpan.Zero));   // half past midnight in Rennes
        await UseOnProjectAsync("printer-1");

        var number = (await IssueAsync())[0].GetProperty("number").GetString();

        var counters = await Lab.WithDbAsync(db => db.InvoiceCounters.AsNoTracking().OrderBy(counter => counter.Year).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(number, Is.EqualTo("DEMO-2027-000001"));
            Assert.That(counters.Select(counter => counter.Year), Is.EqualTo(new[] { 2026, 2027 }));
            Assert.That(counters.Select(counter => counter.LastChainHash), Is.Unique);
        }
    }

    [Test]
    [DependsOnTest(nameof(Begin_anew_with_the_year_and_the_chain_goes_on))]
    public async Task Never_go_back_to_a_year_that_is_over_for_the_series()
    {
        await Lab.WithDbAsync(async db =>
        {
            // A node whose clock ran ahead has issued already.
            var last = await db.InvoiceCounters.AsNoTracking().SingleAsync(counter => counter.Year == 2027);
            db.Add(new InvoiceCounterRow
            {
                LegalEntity = last.LegalEntity, Year = 2028, Last = 7, LastChainHash = last.LastChainHash, LastIssuedOn = new LocalDate(2028, 1, 3),
            });
            return await db.SaveChangesAsync();
        });
        await UseOnProjectAsync("printer-1");

        var issued = (await IssueAsync())[0];

        var stored = await Lab.WithDbAsync(db => db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.Number == "DEMO-2028-000008"));
        Assert.That((issued.GetProperty("number").GetString(), stored.IssuedOn), Is.EqualTo(("DEMO-2028-000008", new LocalDate(2028, 1, 3))));
    }

    [Test]
    public void Of_two_legal_entities_never_share_a_series() =>
        Assert.That(
            async () => await Lab.WithDbAsync(async db =>
            {
                var twin = await db.LegalEntities.AsNoTracking().FirstAsync();
                db.Entry(twin).Property(entity => entity.Id).CurrentValue = Guid.NewGuid();
                db.Add(twin);
                return await db.SaveChangesAsync();
            }),
            Throws.InstanceOf<DbUpdateException>());

    private async Task UseOnProjectAsync(string machine)
    {
        Lab.Clock.Advance(TimeSpan.FromHours(2));
        var bridge = new BridgeSide(Lab);
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);   // access tokens do not live as long as this fixture
        var (_, session) = await bridge.BeginUseAsync(maker, machine, DemoIds.Drone.Value);
        await bridge.SendAsync(bridge.Meter(session, 600_000, 600_000, machine), bridge.Close(session, 600_000, machine: machine));
    }

    private async Task<JsonElement> IssueAsync()
    {
        var period = Lab.Clock.GetUtcNow().AddHours(1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        var answer = await administrator.PostAsJsonAsync($"/api/v1/organisations/{DemoIds.Startup.Value}/invoices", new { period, evenIfNotOver = true });
        Assert.That(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await JsonOfAsync(answer);
    }
}
