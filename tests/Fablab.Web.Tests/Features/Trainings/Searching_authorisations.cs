using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class Searching_authorisations(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Finds_them_by_member_machine_kind_state_and_end_and_page_by_page()
    {
        var (valid, soon, suspended, revoked, ended) = (await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync());
        var inTwentyDays = Lab.Clock.GetUtcNow().AddDays(20);
        await GrantedAsync(Manager, new { memberId = valid.Id, machine = "cnc-1" });
        await GrantedAsync(Manager, new { memberId = soon.Id, machine = "cnc-1", until = inTwentyDays.UtcDateTime });
        foreach (var one in new[] { suspended, revoked })
        {
            await GrantedAsync(Manager, new { memberId = one.Id, machine = "cnc-1" });
        }

        await GrantedAsync(Manager, new { memberId = ended.Id, machine = "cnc-1", until = Lab.Clock.GetUtcNow().AddDays(1).UtcDateTime });
        using (await SayAsync(Manager, suspended.Id, "suspend"))
        using (await SayAsync(Manager, revoked.Id, "revoke"))
        {
        }

        Lab.Clock.Advance(TimeSpan.FromDays(2));
        var mail = (await Manager.GetFromJsonAsync<JsonElement>("/api/v1/sites/atelier/authorisations?limit=200")).GetProperty("items").EnumerateArray()
            .Single(one => IdOf(one) == soon.Id).GetProperty("email").GetString()!;
        (string Query, Guid[] Found)[] asked =
        [
            ("state=valid&machine=cnc-1", [valid.Id, soon.Id]), ("state=suspended", [suspended.Id]), ("state=revoked", [revoked.Id]), ("state=ended", [ended.Id]),
            ("endsWithinDays=19", [soon.Id]), ("endsWithinDays=17", []), ($"search={Uri.EscapeDataString(mail.ToUpperInvariant())}", [soon.Id]), ("category=laserCutter", []),
            ("category=cncMill&state=suspended", [suspended.Id]), ("machine=no-such", []),
        ];
        Guid[] ours = [valid.Id, soon.Id, suspended.Id, revoked.Id, ended.Id];

        foreach (var (query, found) in asked)
        {
            var page = await Manager.GetFromJsonAsync<JsonElement>($"/api/v1/sites/atelier/authorisations?limit=200&{query}");
            Assert.That(page.GetProperty("items").EnumerateArray().Select(IdOf).Intersect(ours), Is.EquivalentTo(found), query);
        }

        var (seen, after) = (new List<Guid>(), "");
        do
        {
            var page = await Manager.GetFromJsonAsync<JsonElement>($"/api/v1/sites/atelier/authorisations?machine=cnc-1&limit=2{after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(IdOf));
            after = page.TryGetProperty("next", out var next) ? $"&after={next.GetString()}" : "";
        }
        while (after.Length > 0);

        Assert.That(seen, Is.Unique.And.SupersetOf(ours));
    }

    [Test]
    public async Task Is_for_managers_and_trainers_of_the_site()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var statuses = new List<HttpStatusCode>();
        foreach (var who in new[] { Manager, Trainer, elsewhere, Maker })
        {
            using var answer = await who.GetAsync("/api/v1/sites/atelier/authorisations");
            statuses.Add(answer.StatusCode);
        }

        Assert.That(statuses, Is.EqualTo([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.NotFound]));
    }

    private static Guid IdOf(JsonElement one) => one.GetProperty("authorisation").GetProperty("memberId").GetGuid();
}
