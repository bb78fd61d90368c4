using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Handing_over_a_reservation(StorageProvider provider) : LabTest(provider)
{
    private HttpClient colleague = null!;
    private HttpClient manager = null!;

    [OneTimeSetUp]
    public async Task Meet_the_colleagues()
    {
        colleague = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
    }

    [OneTimeTearDown]
    public void Say_goodbye()
    {
        colleague.Dispose();
        manager.Dispose();
    }

    [Test]
    public async Task Gives_it_to_the_colleague_who_accepts()
    {
        var mine = await BookedAsync(Maker, "printer-1", DemoIds.Drone.Value);
        var offer = await OfferedAsync(mine, DemoIds.SecondMaker);

        var received = await ReceivedAsync(colleague, offer);
        using var accepted = await colleague.PostAsJsonAsync($"/api/v1/handovers/{offer}/accept", new { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(received!.Value.GetProperty("giver").GetString(), Is.EqualTo("Malo Maker"));
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await accepted.Content.ReadAsStringAsync());
            Assert.That((await JsonOfAsync(accepted)).TryGetProperty("projectId", out var project) && project.ValueKind is not JsonValueKind.Null, Is.False, "a project that is not theirs is dropped");
            Assert.That(await StatusAsync(colleague, mine), Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await StatusAsync(Maker, mine), Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(await NoticesAsync(mine), Is.SupersetOf(["handover-offered", "handover-accepted", "handover-received"]));
        }
    }

    [Test]
    public async Task Swaps_two_or_none()
    {
        var mine = await BookedAsync(Maker, "cnc-1");
        var theirs = await BookedAsync(colleague, "printer-1");
        var offer = await OfferedAsync(mine, DemoIds.SecondMaker, theirs);

        using var refused = await colleague.PostAsJsonAsync($"/api/v1/handovers/{offer}/accept", new { });
        var codes = await ProblemCodesOfAsync(refused);
        var back = await OfferedByAsync(colleague, theirs, DemoIds.Maker, null);
        using var accepted = await Maker.PostAsJsonAsync($"/api/v1/handovers/{back}/accept", new { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(codes, Is.EqualTo(["authorisation-missing"]), "the colleague may not use the mill");
            Assert.That(await StatusAsync(Maker, mine), Is.EqualTo(HttpStatusCode.OK), "and nothing changed hands");
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task Swaps_one_for_the_other()
    {
        var mine = await BookedAsync(Maker, "cnc-1");
        var theirs = await BookedAsync(manager, "printer-2");
        var offer = await OfferedAsync(mine, DemoIds.AtelierManager, theirs);

        using var accepted = await manager.PostAsJsonAsync($"/api/v1/handovers/{offer}/accept", new { });

        var holders = await Lab.WithDbAsync(async db => (await db.Reservations.AsNoTracking().ToListAsync()).ToDictionary(r => r.Id.Value, r => r.Member.Value));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await accepted.Content.ReadAsStringAsync());
            Assert.That(holders[mine], Is.EqualTo(DemoIds.Numbered(73)));
            Assert.That(holders[theirs], Is.EqualTo(DemoIds.Numbered(71)));
        }
    }

    [Test]
    public async Task Does_not_tell_whether_an_address_belongs_to_anybody()
    {
        var (first, second) = (await BookedAsync(Maker, "printer-1"), await BookedAsync(Maker, "printer-1"));

        using var known = await OfferAsync(Maker, first, DemoIds.SecondMaker);
        using var unknown = await OfferAsync(Maker, second, "nobody@fablab.example");

        var given = (await Maker.GetFromJsonAsync<JsonElement>("/api/v1/handovers")).GetProperty("given").EnumerateArray().Select(one => one.GetProperty("reservation").GetProperty("id").GetGuid());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(unknown.StatusCode, Is.EqualTo(known.StatusCode).And.EqualTo(HttpStatusCode.Created));
            Assert.That(Names(await JsonOfAsync(unknown)), Is.EqualTo(Names(await JsonOfAsync(known))));
            Assert.That(given, Is.SupersetOf([first, second]));
        }
    }

    [Test]
    public async Task Is_the_business_of_giver_and_receiver_alone()
    {
        var mine = await BookedAsync(Maker, "printer-1");
        var offer = await OfferedAsync(mine, DemoIds.SecondMaker);

        using var accepted = await manager.PostAsJsonAsync($"/api/v1/handovers/{offer}/accept", new { });
        using var declined = await Maker.PostAsync($"/api/v1/handovers/{offer}/decline", null);
        using var withdrawn = await colleague.DeleteAsync($"/api/v1/handovers/{offer}");
        using var offered = await OfferAsync(manager, mine, DemoIds.SecondMaker);

        Assert.That(new[] { accepted, declined, withdrawn, offered }.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Ends_when_it_is_declined_or_taken_back()
    {
        var mine = await BookedAsync(Maker, "printer-1");
        var first = await OfferedAsync(mine, DemoIds.SecondMaker);
        using var twice = await OfferAsync(Maker, mine, DemoIds.AtelierManager);
        using var declined = await colleague.PostAsync($"/api/v1/handovers/{first}/decline", null);
        using var late = await colleague.PostAsJsonAsync($"/api/v1/handovers/{first}/accept", new { });
        var second = await OfferedAsync(mine, DemoIds.SecondMaker);
        using var withdrawn = await Maker.DeleteAsync($"/api/v1/handovers/{second}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await JsonOfAsync(twice)).GetProperty("code").GetString(), Is.EqualTo("handover-pending"));
            Assert.That(declined.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That((await JsonOfAsync(late)).GetProperty("code").GetString(), Is.EqualTo("handover-is-over"));
            Assert.That(withdrawn.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(await ReceivedAsync(colleague, second), Is.Null);
            Assert.That(await StatusAsync(Maker, mine), Is.EqualTo(HttpStatusCode.OK));
        }
    }

    [Test]
    public async Task Happens_once_however_often_it_is_accepted_at_once()
    {
        var mine = await BookedAsync(Maker, "printer-1");
        var offer = await OfferedAsync(mine, DemoIds.SecondMaker);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => colleague.PostAsJsonAsync($"/api/v1/handovers/{offer}/accept", new { })));

        Assert.That(answers.Select(answer => answer.StatusCode).Order(), Is.EqualTo([HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Conflict]));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Test]
    public async Task Counts_in_full_for_whoever_receives_it()
    {
        using var receiver = await Lab.ClientOfAsync(DemoIds.Owner);
        var (own, offered) = (await BookedAsync(receiver, "printer-1"), await BookedAsync(Maker, "printer-2"));
        using var ruled = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new
        {
            note = "One booking at a time",
            rules = new object[] { new { kind = "open-bookings", mostBookings = 1 } },
        });
        var offer = await OfferedAsync(offered, DemoIds.Owner);

        using var refused = await receiver.PostAsJsonAsync($"/api/v1/handovers/{offer}/accept", new { });
        using var cancelled = await receiver.PostAsync($"/api/v1/reservations/{own}/cancel", null);
        using var accepted = await receiver.PostAsJsonAsync($"/api/v1/handovers/{offer}/accept", new { });
        using var cleared = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "None", rules = Array.Empty<object>() });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ruled.IsSuccessStatusCode && cancelled.IsSuccessStatusCode && cleared.IsSuccessStatusCode, Is.True);
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), "as if they had booked it");
            Assert.That(await ProblemCodesOfAsync(refused), Is.EqualTo(["too-many-open-bookings"]));
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await accepted.Content.ReadAsStringAsync());
        }
    }

    private async Task<Guid> BookedAsync(HttpClient client, string machine, Guid? project = null)
    {
        using var answer = await BookAsync(client, FreshSlot(), machine, project);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private static Task<HttpResponseMessage> OfferAsync(HttpClient client, Guid reservation, string toEmail, Guid? inExchange = null) =>
        client.PostAsJsonAsync($"/api/v1/reservations/{reservation}/transfer", new { toEmail, inExchange });

    private Task<Guid> OfferedAsync(Guid reservation, string toEmail, Guid? inExchange = null) => OfferedByAsync(Maker, reservation, toEmail, inExchange);

    private static async Task<Guid> OfferedByAsync(HttpClient client, Guid reservation, string toEmail, Guid? inExchange)
    {
        using var answer = await OfferAsync(client, reservation, toEmail, inExchange);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private static async Task<JsonElement?> ReceivedAsync(HttpClient client, Guid offer)
    {
        var received = (await client.GetFromJsonAsync<JsonElement>("/api/v1/handovers")).GetProperty("received").EnumerateArray().Where(one => one.GetProperty("id").GetGuid() == offer);
        return received.Select(one => (JsonElement?)one).FirstOrDefault();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, Guid reservation)
    {
        using var answer = await client.GetAsync($"/api/v1/reservations/{reservation}");
        return answer.StatusCode;
    }

    private Task<List<string>> NoticesAsync(Guid reservation) => Lab.WithDbAsync(async db =>
    {
        var start = (await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == new Fablab.Domain.Reservations.ReservationId(reservation))).Slot.Start.ToString();
        return (await db.Notices.AsNoTracking().ToListAsync()).Where(notice => notice.Facts.GetValueOrDefault("start") == start).Select(notice => notice.Code).ToList();
    });

    private static IEnumerable<string> Names(JsonElement answer) => answer.EnumerateObject().Select(property => property.Name);
}
