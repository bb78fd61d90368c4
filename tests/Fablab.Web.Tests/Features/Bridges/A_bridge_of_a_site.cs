using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Contracts;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Messaging.Broker;
using Fablab.Web.Tests.Messaging;
using Fablab.Web.Tests.Messaging.Broker;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Bridges;

public sealed class A_bridge_of_a_site(StorageProvider provider) : LabTest(provider)
{
    private static int made;

    private HttpClient manager = null!;

    [OneTimeSetUp]
    public async Task A_manager_comes_in() => manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

    [OneTimeTearDown]
    public void The_manager_leaves() => manager.Dispose();

    [Test]
    public async Task Is_paired_by_a_code_that_counts_once_and_learns_where_the_broker_is()
    {
        var (_, name, code) = await MakeAsync();
        using var program = Lab.Visitor();

        using var first = await program.PostAsJsonAsync("/api/v1/bridge/pair", new { code = code.ToLowerInvariant().Replace('-', ' ') });
        using var again = await program.PostAsJsonAsync("/api/v1/bridge/pair", new { code });

        var told = await JsonAsync(first);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((told.GetProperty("site").GetString(), told.GetProperty("id").GetString()), Is.EqualTo(("atelier", name)));
            Assert.That(() => BridgeKey.Parse(told.GetProperty("key").GetString()!), Throws.Nothing);
            Assert.That((told.GetProperty("broker").GetProperty("host").GetString(), told.GetProperty("broker").GetProperty("port").GetInt32()), Is.EqualTo(("localhost", Broker.Port)));
            Assert.That(told.GetProperty("broker").GetProperty("tls").GetBoolean(), Is.False);
            Assert.That(await CodeAsync(again), Is.EqualTo("pairing-refused"));
        }
    }

    [Test]
    public async Task Enters_the_broker_with_what_it_got_and_hears_its_own_topics()
    {
        var (_, name, code) = await MakeAsync();
        var key = await PairAsync(code);

        await using var link = await EnterWith(name, key.MqttPassword).StartConnectedAsync($"fablab/v1/atelier/{name}/down/#");

        await link.SayAsync($"fablab/v1/atelier/{name}/up/online", """{"epoch":1,"bootId":"6d9a3a0e-5b1e-4a44-8f0b-1f86c1a7a001","up":true}""").Soonest();
        Assert.That(link.Link.IsConnected, Is.True);
    }

    [Test]
    public async Task Is_shut_out_of_every_door_when_it_is_revoked()
    {
        var (id, name, code) = await MakeAsync();
        var key = await PairAsync(code);
        await using var link = await EnterWith(name, key.MqttPassword).StartConnectedAsync();
        using var revoked = await manager.PostAsync(new Uri($"/api/v1/bridges/{id}/revoke", UriKind.Relative), null);

        await link.DisconnectedAsync();
        using var file = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/bridges/{name}/jobs/{Guid.NewGuid()}/file");
        file.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.HttpToken);
        using var visitor = Lab.Visitor();
        using var answer = await visitor.SendAsync(file);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(revoked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That((await ListedAsync(id)).TryGetProperty("revokedAt", out _), Is.True);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(await EnteredAsync(name, key), Is.False, "and does not come in again");
        }
    }

    [Test]
    public async Task Gives_its_place_to_the_program_that_takes_a_new_code_and_not_before()
    {
        var (id, name, code) = await MakeAsync();
        var old = await PairAsync(code);
        using var renewed = await manager.PostAsync(new Uri($"/api/v1/bridges/{id}/renew", UriKind.Relative), null);
        Assert.That(await EnteredAsync(name, old), Is.True, "the old one works until the code is used");

        var key = await PairAsync((await JsonAsync(renewed)).GetProperty("pairingCode").GetString()!);

        Assert.That((await EnteredAsync(name, key), await EnteredAsync(name, old)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Has_a_code_that_ends_after_few_wrong_guesses_and_after_a_quarter_of_an_hour()
    {
        var (_, _, guessed) = await MakeAsync();
        var (_, _, old) = await MakeAsync();
        using var program = Lab.Visitor();
        for (var guess = 0; guess < 5; guess++)
        {
            using var refused = await program.PostAsJsonAsync("/api/v1/bridge/pair", new { code = guessed[..5] + (guessed.EndsWith("2222", StringComparison.Ordinal) ? "3333-3333" : "2222-2222") });
            Assert.That(await CodeAsync(refused), Is.EqualTo("pairing-refused"));
        }

        using var right = await program.PostAsJsonAsync("/api/v1/bridge/pair", new { code = guessed });
        Lab.Clock.Advance(TimeSpan.FromMinutes(16));
        using var late = await program.PostAsJsonAsync("/api/v1/bridge/pair", new { code = old });

        Assert.That((await CodeAsync(right), await CodeAsync(late)), Is.EqualTo(("pairing-refused", "pairing-refused")));
    }

    [Test]
    public async Task Has_a_name_that_no_other_bridge_or_device_of_the_lab_has()
    {
        var (id, name, _) = await MakeAsync();
        using var same = await manager.PostAsJsonAsync("/api/v1/sites/atelier/bridges", new { code = name });
        using var ofDevice = await manager.PostAsJsonAsync("/api/v1/sites/atelier/bridges", new { code = "plug-laser-1" });
        using var webs = await manager.PostAsJsonAsync($"/api/v1/bridges/{id}/devices", new { topic = "fablab-server" });
        using var unfit = await manager.PostAsJsonAsync("/api/v1/sites/atelier/bridges", new { code = "Atelier bois/#" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await CodeAsync(same), await CodeAsync(ofDevice), await CodeAsync(webs)), Is.EqualTo(("bridge-code-taken", "bridge-code-taken", "bridge-code-taken")));
            Assert.That(unfit.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        }
    }

    [Test]
    public async Task Lets_its_devices_in_with_passwords_of_their_own_until_they_are_removed()
    {
        var (id, name, code) = await MakeAsync();
        var key = await PairAsync(code);
        var plug = $"plug-{++made}";
        using var added = await manager.PostAsJsonAsync($"/api/v1/bridges/{id}/devices", new { topic = plug });
        await using var bridge = await EnterWith(name, key.MqttPassword).StartConnectedAsync();
        using var shown = await manager.PostAsJsonAsync($"/api/v1/bridges/{id}/devices", new { topic = plug });
        var (first, second) = ((await JsonAsync(added)).GetProperty("password").GetString()!, (await JsonAsync(shown)).GetProperty("password").GetString()!);
        var before = await EnteredAsync(plug, first);
        var stayed = bridge.Link.IsConnected && !bridge.WasDisconnected;

        using var removed = await manager.DeleteAsync(new Uri($"/api/v1/bridges/{id}/devices/{plug}", UriKind.Relative));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second, Is.EqualTo(first), "asking twice is the same");
            Assert.That(stayed, Is.True, "and throws nobody out");
            Assert.That((before, removed.StatusCode, await EnteredAsync(plug, first)), Is.EqualTo((true, HttpStatusCode.NoContent, false)));
        }
    }

    [Test]
    public async Task Is_kept_by_the_staff_of_its_site_alone()
    {
        var (id, _, _) = await MakeAsync();
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var answers = new List<HttpStatusCode>();
        foreach (var stranger in new[] { Maker, elsewhere })
        {
            using var list = await stranger.GetAsync(new Uri("/api/v1/sites/atelier/bridges", UriKind.Relative));
            using var make = await stranger.PostAsJsonAsync("/api/v1/sites/atelier/bridges", new { code = "theirs" });
            using var renew = await stranger.PostAsync(new Uri($"/api/v1/bridges/{id}/renew", UriKind.Relative), null);
            using var revoke = await stranger.PostAsync(new Uri($"/api/v1/bridges/{id}/revoke", UriKind.Relative), null);
            using var device = await stranger.PostAsJsonAsync($"/api/v1/bridges/{id}/devices", new { topic = "theirs" });
            using var remove = await stranger.DeleteAsync(new Uri($"/api/v1/bridges/{id}/devices/plug-cnc-1", UriKind.Relative));
            answers.AddRange([list.StatusCode, make.StatusCode, renew.StatusCode, revoke.StatusCode, device.StatusCode, remove.StatusCode]);
        }

        Assert.That(answers, Has.All.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Keeps_its_secrets_out_of_the_database_the_list_and_the_audit()
    {
        var (id, _, code) = await MakeAsync();
        var key = await PairAsync(code);

        var row = await Lab.WithDbAsync(db => db.Bridges.AsNoTracking().SingleAsync(bridge => bridge.Id == id));
        var audit = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(entry => entry.Subject == $"bridge/{id}").OrderBy(entry => entry.At).ToListAsync());
        var list = (await ListedAsync(id)).GetRawText();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(row.ProtectedKey, Does.Not.Contain(key.Reveal()));
            Assert.That(row.PairingHash, Is.Null, "a code that was used is gone");
            Assert.That(list, Does.Not.Contain(key.Reveal()).And.Not.Contain(code));
            Assert.That(audit.Select(entry => entry.Action), Is.EqualTo(new[] { "bridge-made", "bridge-paired" }));
            Assert.That(JsonSerializer.Serialize(audit), Does.Not.Contain(key.Reveal()).And.Not.Contain(code));
        }
    }

    private EmbeddedBroker Broker => Lab.Services.GetRequiredService<EmbeddedBroker>();

    private async Task<(Guid Id, string Name, string Code)> MakeAsync()
    {
        var name = $"bridge-{Interlocked.Increment(ref made)}-{(Provider is StorageProvider.Sqlite ? "s" : "p")}";
        using var answer = await manager.PostAsJsonAsync("/api/v1/sites/atelier/bridges", new { code = name });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        var offer = await JsonAsync(answer);
        return (offer.GetProperty("id").GetGuid(), name, offer.GetProperty("pairingCode").GetString()!);
    }

    private async Task<BridgeKey> PairAsync(string code)
    {
        using var program = Lab.Visitor();
        using var answer = await program.PostAsJsonAsync("/api/v1/bridge/pair", new { code });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return BridgeKey.Parse((await JsonAsync(answer)).GetProperty("key").GetString()!);
    }

    private TestLink EnterWith(string name, string password) => new(name, Broker.Port, change: options => options.Password = password);

    private Task<bool> EnteredAsync(string name, BridgeKey key) => EnteredAsync(name, key.MqttPassword);

    private async Task<bool> EnteredAsync(string name, string password)
    {
        await using var link = EnterWith(name, password).Start();
        return await link.IsLetInAsync();
    }

    private async Task<JsonElement> ListedAsync(Guid id)
    {
        var list = await manager.GetFromJsonAsync<JsonElement>("/api/v1/sites/atelier/bridges");
        return list.EnumerateArray().Single(bridge => bridge.GetProperty("id").GetGuid() == id);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>())!;

    private static async Task<string> CodeAsync(HttpResponseMessage answer) => (await JsonAsync(answer)).GetProperty("code").GetString()!;
}
