using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>Cancelling is late from thirty days before the start. It is Monday, 2 March 2026: the middle of March is late, the end of April is not.</summary>
public sealed class Giving_time_up_late(StorageProvider provider) : LabTest(provider)
{
    private const string Soon = "2026-03-14T";
    private const string FarAway = "2026-04-25T";
    private const string Terms = """[{ "kind": "cancellation", "terms": { "deadline": "720:00:00", "lateFee": { "kind": "share", "percent": 50 } } }]""";

    private HttpClient manager = null!;

    [SetUp]
    public async Task Agree_on_a_fee()
    {
        manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        await RulesAsync(Terms);
    }

    [TearDown]
    public async Task Leave_no_rules_behind()
    {
        await RulesAsync("[]");
        manager.Dispose();
    }

    [Test]
    public async Task Costs_as_much_when_it_is_moved_far_away_first()
    {
        var id = await BookedAsync(Soon, 8, 10);
        await MovedAsync(Maker, id, FarAway, 8, 10);

        await CancelledAsync(Maker, id);

        var fee = await FeeOfAsync(id);
        Assert.That((fee?.Amount.Minor, fee?.Reason), Is.EqualTo((300L, (FeeReason?)FeeReason.CancelledLate)), "two hours at 3.00, by half");
    }

    [Test]
    public async Task Costs_as_much_when_it_is_shortened_first()
    {
        var id = await BookedAsync(Soon, 11, 15);
        await MovedAsync(Maker, id, Soon, 11, 12);

        await CancelledAsync(Maker, id);

        Assert.That((await FeeOfAsync(id))?.Amount.Minor, Is.EqualTo(600), "four hours at 3.00, by half");
    }

    [Test]
    public async Task Costs_as_much_when_a_manager_must_say_yes_to_the_new_time()
    {
        var id = await BookedAsync(Soon, 16, 18);
        await RulesAsync($$"""[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        await MovedAsync(Maker, id, FarAway, 16, 18, "approval-needed");

        await CancelledAsync(Maker, id);

        Assert.That((await FeeOfAsync(id))?.Amount.Minor, Is.EqualTo(300));
    }

    [Test]
    public async Task Costs_as_much_when_a_manager_must_say_yes_to_more_time()
    {
        var id = await BookedAsync("2026-03-13T", 16, 18);
        await RulesAsync($$"""[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        await MovedAsync(Maker, id, "2026-03-13T", 16, 19, "approval-needed");

        await CancelledAsync(Maker, id);

        Assert.That((await FeeOfAsync(id))?.Amount.Minor, Is.EqualTo(300), "two hours at 3.00, by half: what it would have cost before it was asked for again");
    }

    [Test]
    public async Task Costs_as_much_on_another_machine_that_asks_no_fee()
    {
        var id = await BookedAsync(Soon, 19, 20);
        await RulesAsync("[]");
        using var moved = await Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/move", new { machine = "printer-2", start = FarAway + "19:00:00Z", end = FarAway + "20:00:00Z" });

        await CancelledAsync(Maker, id);

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await moved.Content.ReadAsStringAsync());
        Assert.That((await FeeOfAsync(id))?.Amount.Minor, Is.EqualTo(150));
    }

    [Test]
    public async Task Costs_the_most_of_several_moves_once()
    {
        var id = await BookedAsync("2026-03-15T", 8, 12);
        await MovedAsync(Maker, id, "2026-03-15T", 8, 9);
        await MovedAsync(Maker, id, FarAway, 11, 12);

        await CancelledAsync(Maker, id);

        Assert.That((await FeeOfAsync(id))?.Amount.Minor, Is.EqualTo(600));
    }

    [Test]
    public async Task Costs_nothing_while_a_fault_stops_bookings_of_the_machine()
    {
        var id = await BookedAsync("2026-03-12T", 20, 21);
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var reported = await other.PostAsJsonAsync("/api/v1/machines/printer-1/faults", new { text = "It smells of smoke", isDangerous = true });
        var fault = (await JsonOfAsync(reported)).GetProperty("id").GetGuid();

        await CancelledAsync(Maker, id);
        using var closed = await manager.PostAsJsonAsync($"/api/v1/faults/{fault}/close", new { whatWasDone = "Mended" });

        Assert.That(closed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await FeeOfAsync(id))?.Amount.Minor ?? 0, Is.Zero);
    }

    [Test]
    public async Task Costs_nothing_when_staff_moved_it()
    {
        var id = await BookedAsync("2026-03-15T", 13, 14);
        await MovedAsync(manager, id, FarAway, 13, 14);

        await CancelledAsync(Maker, id);

        Assert.That(await FeeOfAsync(id), Is.Null);
    }

    [Test]
    public async Task Is_paid_by_whoever_moved_it_when_another_member_cancels_it_in_time()
    {
        var id = await BookedAsync("2026-03-15T", 15, 16);
        await MovedAsync(Maker, id, FarAway, 15, 16);
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var offered = await Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/transfer", new { toEmail = DemoIds.SecondMaker });
        var handover = (await JsonOfAsync(offered)).GetProperty("id").GetGuid();
        using var taken = await other.PostAsJsonAsync($"/api/v1/handovers/{handover}/accept", new { });
        Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.OK), await taken.Content.ReadAsStringAsync());

        await CancelledAsync(other, id);

        var fee = await FeeOfAsync(id);
        Assert.That((fee?.Amount.Minor, fee?.Member.Value), Is.EqualTo((150L, (Guid?)DemoIds.Numbered(71))));
    }

    [Test]
    public async Task Costs_nothing_when_it_was_moved_in_time_or_only_longer()
    {
        var inTime = await BookedAsync("2026-04-24T", 8, 9);
        await MovedAsync(Maker, inTime, FarAway, 20, 21);
        var longer = await BookedAsync("2026-03-16T", 8, 9);
        await MovedAsync(Maker, longer, "2026-03-16T", 8, 10);

        await CancelledAsync(Maker, inTime);

        Assert.That(await FeeOfAsync(inTime), Is.Null);
        Assert.That((await Lab.WithDbAsync(db => db.Reservations.AsNoTracking().SingleAsync(r => r.Id == new ReservationId(longer)))).Terms.Owed, Is.Null);
    }

    [Test]
    public async Task Costs_as_much_when_a_manager_says_no_to_the_new_time()
    {
        var id = await RequestedAsync("2026-03-17T", FarAway, 8, 9);

        await DeclinedAsync(id);

        var fee = await FeeOfAsync(id);
        Assert.That((fee?.Amount.Minor, fee?.Reason, fee?.Member.Value), Is.EqualTo((150L, (FeeReason?)FeeReason.CancelledLate, (Guid?)DemoIds.Numbered(71))), "one hour at 3.00, by half");
    }

    [Test]
    public async Task Costs_as_much_when_nobody_says_yes_to_the_new_time_and_the_request_lapses_once()
    {
        var id = await RequestedAsync("2026-03-17T", FarAway, 10, 11);

        await LapseAsync(id);
        await LapseAsync(id);

        Assert.That(await StateOfAsync(id), Is.EqualTo(ReservationState.Lapsed));
        Assert.That((await FeeOfAsync(id))?.Amount.Minor, Is.EqualTo(150));
    }

    [Test]
    public async Task Costs_nothing_when_staff_take_the_request_back_instead_of_saying_no()
    {
        var id = await RequestedAsync("2026-03-17T", FarAway, 12, 13);

        await CancelledAsync(manager, id);

        Assert.That(await FeeOfAsync(id), Is.Null);
    }

    [Test]
    public async Task Costs_nothing_when_the_request_came_of_a_move_in_time()
    {
        var id = await RequestedAsync("2026-04-24T", FarAway, 13, 14);

        await DeclinedAsync(id);

        Assert.That((await StateOfAsync(id), await FeeOfAsync(id)), Is.EqualTo((ReservationState.Declined, (MissedBookingFeeRow?)null)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Is_not_what_somebody_does_who_asks_for_more_time_so_a_no_leaves_them_what_they_had(bool isLapsed)
    {
        var day = isLapsed ? "2026-03-18T" : "2026-03-19T";
        var id = await BookedAsync(day, 9, 10);
        await RulesAsync($$"""[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        await MovedAsync(Maker, id, day, 8, 12, "approval-needed");

        await (isLapsed ? LapseAsync(id) : DeclinedAsync(id));

        var left = await Lab.WithDbAsync(db => db.Reservations.AsNoTracking().SingleAsync(r => r.Id == new ReservationId(id)));
        var told = await Lab.WithDbAsync(db => db.Notices.AsNoTracking().OrderByDescending(notice => notice.At).ThenByDescending(notice => notice.Id).Select(notice => notice.Code).FirstAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That((left.State, left.Awaits, left.ExpiresAt), Is.EqualTo((ReservationState.Confirmed, Approvals.None, (Instant?)null)));
            Assert.That(left.Slot.ToString(), Is.EqualTo($"{day}09:00:00Z/{day}10:00:00Z"));
            Assert.That(left.Kept.Start, Is.GreaterThan(left.Slot.Start - Duration.FromHours(1)), "the rest is free again");
            Assert.That((left.Terms.Before, left.Terms.Owed), Is.EqualTo(((ConfirmedBefore?)null, (OwedFee?)null)));
            Assert.That(told, Is.EqualTo("more-time-refused"));
            Assert.That(await FeeOfAsync(id), Is.Null);
        }
    }

    [Test]
    public async Task Costs_as_much_when_more_is_asked_for_first_and_then_another_time()
    {
        var id = await BookedAsync("2026-03-20T", 9, 10);
        await RulesAsync($$"""[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        await MovedAsync(Maker, id, "2026-03-20T", 9, 12, "approval-needed");
        await MovedAsync(Maker, id, FarAway, 17, 18, "approval-needed");

        await DeclinedAsync(id);

        Assert.That((await StateOfAsync(id), (await FeeOfAsync(id))?.Amount.Minor), Is.EqualTo((ReservationState.Declined, (long?)150)));
    }

    /// <summary>Confirmed, then moved to a time that a manager must say yes to.</summary>
    private async Task<Guid> RequestedAsync(string day, string newDay, int from, int to)
    {
        var id = await BookedAsync(day, from, to);
        await RulesAsync($$"""[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        await MovedAsync(Maker, id, newDay, from, to, "approval-needed");
        return id;
    }

    private async Task DeclinedAsync(Guid id)
    {
        using var answer = await manager.PostAsJsonAsync($"/api/v1/reservations/{id}/decline", new { reason = "not then" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    /// <summary>As if the time to answer was over a moment ago.</summary>
    private async Task LapseAsync(Guid id)
    {
        var past = (Instant?)(Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow()) - Duration.FromSeconds(1));
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id) && r.State == ReservationState.Requested)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.ExpiresAt, past)));
        await Lab.Services.GetRequiredService<WaitingSweep>().RunAsync(CancellationToken.None);
    }

    private Task<ReservationState> StateOfAsync(Guid id) => Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id)).Select(r => r.State).SingleAsync());

    private async Task<Guid> BookedAsync(string day, int from, int to)
    {
        using var answer = await Maker.PostAsJsonAsync("/api/v1/reservations", new { machine = "printer-1", start = $"{day}{from:d2}:00:00Z", end = $"{day}{to:d2}:00:00Z" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private static async Task MovedAsync(HttpClient client, Guid id, string day, int from, int to, params string[] acceptSoft)
    {
        using var answer = await client.PostAsJsonAsync($"/api/v1/reservations/{id}/move", new { start = $"{day}{from:d2}:00:00Z", end = $"{day}{to:d2}:00:00Z", acceptSoft });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private static async Task CancelledAsync(HttpClient client, Guid id)
    {
        using var answer = await client.PostAsync($"/api/v1/reservations/{id}/cancel", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private Task<MissedBookingFeeRow?> FeeOfAsync(Guid id) =>
        Lab.WithDbAsync(db => db.MissedBookingFees.AsNoTracking().SingleOrDefaultAsync(row => row.Reservation == new ReservationId(id)));

    private async Task RulesAsync(string rules)
    {
        using var answer = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new JsonObject { ["rules"] = JsonNode.Parse(rules), ["note"] = "for a test" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }
}
