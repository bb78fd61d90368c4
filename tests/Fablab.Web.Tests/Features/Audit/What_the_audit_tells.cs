using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Audit;

/// <summary>Who did what to which thing, and who may read it.</summary>
public sealed class What_the_audit_tells(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task A_booking_its_change_and_its_end_are_one_entry_each_with_what_was_before_and_after()
    {
        var id = await BookedAsync();
        var other = FreshSlot();
        using var moved = await Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/move", new { start = other.Start.UtcDateTime, end = other.End.UtcDateTime });
        Assert.That(moved.IsSuccessStatusCode, Is.True, await moved.Content.ReadAsStringAsync());
        using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);
        Assert.That(cancelled.IsSuccessStatusCode, Is.True, await cancelled.Content.ReadAsStringAsync());

        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        var entries = (await administrator.GetFromJsonAsync<JsonElement>($"/api/v1/audit?subject=reservation/{id}")).GetProperty("items").EnumerateArray().ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(entries.Select(Action), Is.EqualTo(["reservation-cancelled", "reservation-changed", "reservation-booked"]));
            Assert.That(entries[1].GetProperty("before").GetProperty("start").GetString(), Is.Not.EqualTo(entries[1].GetProperty("after").GetProperty("start").GetString()));
            Assert.That(entries[^1].GetProperty("after").GetProperty("state").GetString(), Is.EqualTo("Confirmed"));
            Assert.That(entries[0].GetProperty("before").GetProperty("state").GetString(), Is.EqualTo("Confirmed"));
            Assert.That(entries[0].GetProperty("actorId").GetGuid(), Is.EqualTo(await IdOfAsync(DemoIds.Maker)));
            Assert.That(entries[0].GetProperty("machine").GetString(), Is.EqualTo("printer-1"));
            Assert.That(entries[0].GetProperty("way").GetString(), Is.EqualTo("accessToken"));
        }
    }

    [Test]
    public async Task A_manager_reads_what_happened_at_their_sites_and_others_read_nothing()
    {
        var id = await BookedAsync();
        using var own = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var other = await Lab.ClientOfAsync(DemoIds.CampusManager);

        var seen = await own.GetFromJsonAsync<JsonElement>($"/api/v1/audit?subject=reservation/{id}");
        var hidden = await other.GetFromJsonAsync<JsonElement>($"/api/v1/audit?subject=reservation/{id}");
        using var refused = await Maker.GetAsync("/api/v1/audit");
        using var refusedFile = await Maker.GetAsync("/api/v1/audit/export.csv");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
            Assert.That(hidden.GetProperty("items").GetArrayLength(), Is.Zero);
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(refusedFile.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Is_found_by_action_machine_member_and_time()
    {
        var id = await BookedAsync();
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await FindsAsync($"action=reservation-booked&machine=printer-1&member={await IdOfAsync(DemoIds.Maker)}"), Is.True);
            Assert.That(await FindsAsync("site=atelier&subject=reservation"), Is.True);
            Assert.That(await FindsAsync("action=reservation-cancelled"), Is.False);
            Assert.That(await FindsAsync("machine=laser-1"), Is.False);
            Assert.That(await FindsAsync($"member={await IdOfAsync(DemoIds.CampusManager)}"), Is.False);
            Assert.That(await FindsAsync("from=2100-01-01T00:00:00Z"), Is.False);
            Assert.That(await FindsAsync("until=2001-01-01T00:00:00Z"), Is.False);
        }

        using var wrong = await administrator.GetAsync("/api/v1/audit?from=yesterday");
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));

        async Task<bool> FindsAsync(string query) =>
            (await administrator.GetFromJsonAsync<JsonElement>($"/api/v1/audit?limit=200&{query}")).GetProperty("items").EnumerateArray()
                .Any(entry => entry.GetProperty("subject").GetString() == $"reservation/{id}");
    }

    [Test]
    public async Task Is_exported_as_csv_and_as_json_lines()
    {
        var id = await BookedAsync();
        using var administrator = await Lab.ClientOfAsync(DemoIds.Administrator);

        var csv = await administrator.GetStringAsync($"/api/v1/audit/export.csv?subject=reservation/{id}");
        var json = await administrator.GetStringAsync($"/api/v1/audit/export.jsonl?subject=reservation/{id}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(csv.TrimStart('\uFEFF'), Does.StartWith("sequence,at,actor,").And.Contain($",reservation-booked,reservation/{id},printer-1,"));
            Assert.That(json.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("action").GetString()), Is.EqualTo(["reservation-booked"]));
        }
    }

    [Test]
    public async Task A_wrong_password_is_told_without_what_was_typed()
    {
        using var visitor = Lab.Visitor();
        using var refused = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = DemoIds.SecondMaker, password = "not the password", name = "x" });

        var whose = await IdOfAsync(DemoIds.SecondMaker);
        var told = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Action == "sign-in-failed" && row.Subject == $"account/{whose}").ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(told, Has.Count.EqualTo(1));
            Assert.That(told.Select(row => row.Actor), Is.All.Null, "nobody proved to be them");
            Assert.That(JsonSerializer.Serialize(told), Does.Not.Contain("not the password").And.Not.Contain(DemoIds.SecondMaker));
        }
    }

    private static string? Action(JsonElement entry) => entry.GetProperty("action").GetString();

    private Task<Guid> IdOfAsync(string email) => Lab.WithDbAsync(db => db.Users.Where(user => user.Email == email).Select(user => user.Id).SingleAsync());

    private async Task<Guid> BookedAsync()
    {
        using var answer = await BookAsync(Maker, FreshSlot());
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }
}
