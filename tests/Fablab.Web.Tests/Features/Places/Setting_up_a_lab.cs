using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Places;

/// <summary>From an empty lab to a booking: who issues invoices, a tariff, a site, a machine.</summary>
public sealed class Setting_up_a_lab(StorageProvider provider) : LabTest(provider)
{
    private static int counted;

    private HttpClient administrator = null!;
    private HttpClient manager = null!;

    [OneTimeSetUp]
    public async Task Staff_come_in() => (administrator, manager) = (await Lab.ClientOfAsync(DemoIds.Administrator), await Lab.ClientOfAsync(DemoIds.AtelierManager));

    [OneTimeTearDown]
    public void Staff_leave()
    {
        administrator.Dispose();
        manager.Dispose();
    }

    [Test]
    public async Task Leads_to_a_machine_that_can_be_booked_for_its_price()
    {
        var number = Next();
        var entity = (await MadeAsync(administrator, "/api/v1/legal-entities", Entity($"L{number}"))).GetProperty("id").GetGuid();
        await OkAsync(await administrator.PostAsJsonAsync("/api/v1/tariffs", Tariff($"Hours {number}", 12_000_000)));
        await MadeAsync(administrator, "/api/v1/sites", new { code = $"site-{number}", name = "North", address = "1 quai", timeZone = "Europe/Paris", legalEntityId = entity });
        await MadeAsync(administrator, $"/api/v1/sites/site-{number}/pools", new { code = $"saws-{number}", name = "Saws" });
        var machine = await MadeAsync(administrator, $"/api/v1/sites/site-{number}/machines", Machine($"saw-{number}", $"Hours {number}", pool: $"saws-{number}"));

        using var booked = await administrator.PostAsJsonAsync("/api/v1/reservations", new { machine = $"saw-{number}", start = "2026-03-04T09:00:00Z", end = "2026-03-04T10:00:00Z" });

        var seen = await administrator.GetFromJsonAsync<JsonElement>($"/api/v1/machines/saw-{number}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
            Assert.That(machine.GetProperty("requiresAuthorisation").GetBoolean(), Is.False);
            Assert.That(seen.GetProperty("price").GetProperty("hourlyRateMicros").GetInt64(), Is.EqualTo(12_000_000));
        }
    }

    [Test]
    public async Task Makes_a_new_version_of_a_price_and_leaves_what_is_booked_alone()
    {
        var number = Next();
        await OkAsync(await administrator.PostAsJsonAsync("/api/v1/tariffs", Tariff($"Hours {number}", 6_000_000)));
        await MadeAsync(manager, "/api/v1/sites/atelier/machines", Machine($"saw-{number}", $"Hours {number}"));
        var booked = await MadeAsync(manager, "/api/v1/reservations", new { machine = $"saw-{number}", start = "2026-03-04T09:00:00Z", end = "2026-03-04T10:00:00Z" });
        var before = await TariffOfAsync(booked.GetProperty("id").GetGuid());

        var next = await OkAsync(await administrator.PostAsJsonAsync("/api/v1/tariffs", Tariff($"Hours {number}", 7_500_000)));
        var same = await OkAsync(await administrator.PostAsJsonAsync("/api/v1/tariffs", Tariff($"Hours {number}", 7_500_000)));

        var machine = await manager.GetFromJsonAsync<JsonElement>($"/api/v1/machines/saw-{number}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((next.GetProperty("version").GetInt32(), same.GetProperty("version").GetInt32()), Is.EqualTo((2, 2)), "saying the same changes nothing");
            Assert.That(machine.GetProperty("price").GetProperty("hourlyRateMicros").GetInt64(), Is.EqualTo(7_500_000));
            Assert.That(await TariffOfAsync(booked.GetProperty("id").GetGuid()), Is.EqualTo(before));
        }
    }

    private static readonly TestCaseData<string, object, string>[] Impossible =
    [
        new("/api/v1/legal-entities", Entity("NEW", siren: "123456789"), "siren-invalid"),
        new("/api/v1/legal-entities", Entity("NEW", iban: "FR7630006000011234567890188"), "iban-invalid"),
        new("/api/v1/legal-entities", Entity("NEW", vat: "FR00732829320"), "vat-number-invalid"),
        new("/api/v1/sites", new { code = "nowhere", name = "North", address = "1 quai", timeZone = "Europe/Rennes", legalEntityId = DemoIds.Numbered(41) }, "time-zone-unknown"),
        new("/api/v1/sites", new { code = "nowhere", name = "North", address = "1 quai", timeZone = "Europe/Paris", legalEntityId = Guid.Empty }, "legal-entity-unknown"),
        new("/api/v1/sites", new { code = "nowhere", name = "North", address = "1 quai", timeZone = "Europe/Paris", legalEntityId = DemoIds.Numbered(41), latitude = 48 }, "position-incomplete"),
        new("/api/v1/sites/atelier/machines", Machine("none", "No such tariff"), "tariff-unknown"),
        new("/api/v1/sites/atelier/machines", Machine("none", DemoTariff, pool: "no-such-pool"), "pool-unknown"),
        new("/api/v1/sites/atelier/machines", Machine("none", DemoTariff, bridge: "campus-bridge"), "bridge-unknown"),
        new("/api/v1/sites/atelier/machines", Machine("none", DemoTariff, minimum: 7_200, maximum: 3_600), "minimum-above-maximum"),
        new("/api/v1/sites/atelier/machines", Machine("none", DemoTariff, hazard: "h", unattended: true), "hazard-unattended"),
    ];

    private const string DemoTariff = "3D printing";

    [TestCaseSource(nameof(Impossible))]
    public async Task Refuses_what_cannot_be_and_says_which(string address, object body, string reason)
    {
        using var answer = await administrator.PostAsJsonAsync(address, body);

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), problem.ToString());
            Assert.That(problem.GetProperty("facts").GetProperty("reasons").EnumerateArray().Select(one => one.GetString()), Is.EqualTo(new[] { reason }));
        }
    }

    [Test]
    public async Task Gives_each_code_and_series_once()
    {
        using var series = await administrator.PostAsJsonAsync("/api/v1/legal-entities", Entity("DEMO"));
        using var site = await administrator.PostAsJsonAsync("/api/v1/sites", new { code = "atelier", name = "North", address = "1 quai", timeZone = "Europe/Paris", legalEntityId = DemoIds.Numbered(41) });
        using var machine = await manager.PostAsJsonAsync("/api/v1/sites/atelier/machines", Machine("printer-1", DemoTariff));
        using var asPool = await manager.PostAsJsonAsync("/api/v1/sites/atelier/machines", Machine("printers", DemoTariff));
        using var pool = await manager.PostAsJsonAsync("/api/v1/sites/atelier/pools", new { code = "printer-1", name = "Printers" });

        foreach (var answer in new[] { series, site, machine, asPool, pool })
        {
            Assert.That((answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "code-taken")), answer.RequestMessage!.RequestUri!.ToString());
        }
    }

    [Test]
    public async Task Edits_a_machine_as_one_saw_it_and_not_over_what_another_saved()
    {
        var number = Next();
        await MadeAsync(manager, "/api/v1/sites/atelier/machines", Machine($"saw-{number}", DemoTariff));
        using var read = await manager.GetAsync(new Uri($"/api/v1/machines/saw-{number}/settings", UriKind.Relative));
        using var first = await PutAsync(number, read.Headers.ETag!, "Saw one");
        using var second = await PutAsync(number, read.Headers.ETag!, "Saw two");

        var settings = await first.Content.ReadFromJsonAsync<JsonElement>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
            Assert.That((settings.GetProperty("name").GetString(), settings.GetProperty("graceSeconds").GetInt64(), settings.GetProperty("maximumSeconds").GetInt64()), Is.EqualTo(("Saw one", 600L, 43_200L)), "what is left out stays");
        }
    }

    [Test]
    public async Task Is_for_administrators_and_machines_for_managers_of_their_site()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        using var entities = await manager.GetAsync(new Uri("/api/v1/legal-entities", UriKind.Relative));
        using var site = await manager.PostAsJsonAsync("/api/v1/sites", new { code = "mine", name = "North", address = "1 quai", timeZone = "Europe/Paris", legalEntityId = DemoIds.Numbered(41) });
        using var tariff = await manager.PostAsJsonAsync("/api/v1/tariffs", Tariff("Free for friends", 0));
        using var machine = await elsewhere.PostAsJsonAsync("/api/v1/sites/atelier/machines", Machine("theirs", DemoTariff));
        using var settings = await elsewhere.GetAsync(new Uri("/api/v1/machines/printer-1/settings", UriKind.Relative));
        using var edit = await Maker.PutAsJsonAsync("/api/v1/machines/printer-1/settings", Machine("printer-1", DemoTariff));

        Assert.That(
            new[] { entities, site, tariff, machine, settings, edit }.Select(answer => answer.StatusCode),
            Is.EqualTo(new[] { HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound }));
    }

    [Test]
    public async Task Stands_in_the_audit_before_and_after()
    {
        var number = Next();
        await MadeAsync(manager, "/api/v1/sites/atelier/machines", Machine($"saw-{number}", DemoTariff));
        using var edited = await PutAsync(number, EntityTagHeaderValue.Any, "Band saw");

        var entry = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(one => one.Action == "machine-changed").OrderByDescending(one => one.Id).FirstAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entry.After!["changed"], Is.EqualTo("name"));
            Assert.That(entry.After.Values.Concat(entry.Before!.Values), Has.None.Contains("saw ").And.None.EqualTo("Band saw"), "no word that somebody typed");
        }
    }

    [Test]
    public async Task Asks_for_an_authorisation_when_a_machine_becomes_a_hazard()
    {
        var number = Next();
        await MadeAsync(manager, "/api/v1/sites/atelier/machines", Machine($"saw-{number}", DemoTariff));

        using var edited = await manager.PutAsJsonAsync($"/api/v1/machines/saw-{number}/settings", new { name = "Saw", category = "other", tariff = DemoTariff, hazardClass = "h" });

        Assert.That((await edited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("requiresAuthorisation").GetBoolean(), Is.True);
    }

    private async Task<HttpResponseMessage> PutAsync(int number, EntityTagHeaderValue tag, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/machines/saw-{number}/settings")
        {
            Content = JsonContent.Create(new { name, category = "other", tariff = DemoTariff, hazardClass = "l", graceSeconds = 600 }),
        };
        request.Headers.IfMatch.Add(tag);
        return await manager.SendAsync(request);
    }

    private Task<Guid> TariffOfAsync(Guid reservation) =>
        Lab.WithDbAsync(db => db.Reservations.AsNoTracking().Where(row => row.Id == new Fablab.Domain.Reservations.ReservationId(reservation)).Select(row => row.Tariff.Value).SingleAsync());

    private int Next() => Interlocked.Increment(ref counted) + (Provider is StorageProvider.Sqlite ? 0 : 1_000);

    private static object Entity(string series, string siren = "732 829 320", string iban = "FR76 3000 6000 0112 3456 7890 189", string? vat = null) =>
        new { name = "Association du Nord", legalForm = "Association loi 1901", address = "1 quai, 35000 Rennes", siren, vatNumber = vat, iban, invoiceSeries = series };

    private static object Tariff(string name, long rate) => new { name, currency = "EUR", hourlyRateMicros = rate, basis = "session", incrementSeconds = 60, vatRateBasisPoints = 2_000 };

    private static object Machine(
        string code, string tariff, string? pool = null, string? bridge = null, long? minimum = null, long? maximum = null, string hazard = "l", bool? unattended = null) => new
        {
            code,
            name = "Saw",
            category = "other",
            tariff,
            pool,
            bridge,
            hazardClass = hazard,
            minimumSeconds = minimum,
            maximumSeconds = maximum,
            startsUnattended = unattended,
        };

    private static async Task<JsonElement> MadeAsync(HttpClient by, string address, object body)
    {
        using var answer = await by.PostAsJsonAsync(address, body);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> OkAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
    }
}
