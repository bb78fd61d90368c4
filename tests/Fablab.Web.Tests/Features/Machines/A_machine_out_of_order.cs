using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Features.Reservations.Waiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Machines;

/// <summary>Staff say that a machine does not work, and when they expect it back.</summary>
public sealed class A_machine_out_of_order(StorageProvider provider) : WaitingTest(provider)
{
    private HttpClient manager = null!;

    [SetUp]
    public async Task Come_to_work() => manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

    [TearDown]
    public async Task Leave_all_in_order()
    {
        foreach (var machine in new[] { "printer-1", "printer-2", "cnc-1", "room-1" })
        {
            await BackAsync(machine);
        }

        await RulesAsync();
        manager.Dispose();
    }

    [Test]
    public async Task Takes_no_booking_that_begins_before_it_is_expected_back_and_says_until_when_and_why()
    {
        var nine = FreshDay();
        await OutAsync("cnc-1", nine.AddHours(2), "belt worn");

        using var during = await BookAsync(Maker, (nine.AddHours(1), nine.AddHours(3)), "cnc-1");
        using var after = await BookAsync(Maker, (nine.AddHours(2), nine.AddHours(3)), "cnc-1");

        var problem = (await JsonOfAsync(during)).GetProperty("problems").EnumerateArray().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(during.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That((problem.GetProperty("code").GetString(), problem.GetProperty("severity").GetString()), Is.EqualTo(("machine-out-of-order", "hard")));
            Assert.That(problem.GetProperty("facts").GetProperty("until").GetDateTimeOffset(), Is.EqualTo(nine.AddHours(2)));
            Assert.That(problem.GetProperty("facts").GetProperty("reason").GetString(), Is.EqualTo("belt worn"));
            Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Created), await after.Content.ReadAsStringAsync());
        }
    }

    [Test]
    public async Task Takes_none_at_all_when_nobody_knows_when_it_is_back_or_that_time_has_come()
    {
        var nine = FreshDay();
        await OutAsync("cnc-1", null, "motor");
        using var unknown = await BookAsync(Maker, (nine.AddDays(5), nine.AddDays(5).AddHours(1)), "cnc-1");
        await OutAsync("cnc-1", Lab.Clock.GetUtcNow().AddMinutes(1), "motor");
        Lab.Clock.Advance(TimeSpan.FromMinutes(2));

        using var overdue = await BookAsync(Maker, (nine.AddDays(5), nine.AddDays(5).AddHours(1)), "cnc-1");

        Assert.That((await ProblemCodesOfAsync(unknown), await ProblemCodesOfAsync(overdue)), Is.EqualTo((new[] { "machine-out-of-order" }, new[] { "machine-out-of-order" })));
    }

    [Test]
    public async Task Tells_those_who_booked_it_meanwhile_once_and_again_when_it_is_back_sooner()
    {
        var nine = FreshDay();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        using var third = await PersonAsync();
        var early = await BookedAsync(first, nine, nine.AddHours(1), "printer-1");
        await BookedAsync(second, nine.AddHours(4), nine.AddHours(5), "printer-1");
        await BookedAsync(third, nine.AddDays(2), nine.AddDays(2).AddHours(1), "printer-1");

        await OutAsync("printer-1", nine.AddHours(6), "nozzle");
        await OutAsync("printer-1", nine.AddHours(6), "nozzle, ordered");
        Lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await OutAsync("printer-1", nine.AddHours(2), "nozzle, found");
        await BackAsync("printer-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ToldAsync(first), Is.EqualTo(["machine-back-in-service", "machine-out-of-order"]), "newest first");
            Assert.That(await ToldAsync(second), Is.EqualTo(["machine-back-in-service", "machine-out-of-order"]));
            Assert.That(await ToldAsync(third), Is.Empty);
            Assert.That(await StateOfReservationAsync(early), Is.EqualTo(ReservationState.Confirmed), "it stays theirs");
        }
    }

    [Test]
    public async Task Tells_who_booked_behind_the_expected_end_when_that_was_too_early()
    {
        var soon = Lab.Clock.GetUtcNow().AddHours(1);
        using var person = await PersonAsync();
        await OutAsync("printer-1", soon, "nozzle");
        await BookedAsync(person, soon.AddHours(3), soon.AddHours(4), "printer-1");
        var before = await ToldAsync(person);

        Lab.Clock.Advance(TimeSpan.FromHours(2));
        await OutAsync("printer-1", soon.AddDays(2), "nozzle, ordered");

        Assert.That(before, Is.Empty, "nothing stood against it yet");
        Assert.That(await ToldAsync(person), Is.EqualTo(["machine-out-of-order"]));
    }

    [Test]
    public async Task That_is_not_back_when_expected_is_told_once_to_who_booked_it_and_to_who_looks_after_it()
    {
        var soon = Lab.Clock.GetUtcNow().AddHours(1);
        using var person = await PersonAsync();
        await OutAsync("printer-1", soon, "nozzle");
        await BookedAsync(person, soon.AddHours(3), soon.AddHours(4), "printer-1");
        var sweep = Lab.Services.GetRequiredService<Web.Features.Desks.OutageSweep>();

        Lab.Clock.Advance(TimeSpan.FromMinutes(89));
        await sweep.RunAsync(CancellationToken.None);
        var patient = (await ToldAsync(person)).Concat(await OverdueAsync()).ToList();
        Lab.Clock.Advance(TimeSpan.FromMinutes(30));
        await sweep.RunAsync(CancellationToken.None);
        await sweep.RunAsync(CancellationToken.None);
        var told = await ToldAsync(person);
        Lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await BackAsync("printer-1");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(patient, Is.Empty, "staff may be about to put it back");
            Assert.That(told, Is.EqualTo(["machine-out-of-order"]));
            Assert.That(await OverdueAsync(), Is.EqualTo(["outage-overdue"]));
            Assert.That(await ToldAsync(person), Is.EqualTo(["machine-back-in-service", "machine-out-of-order"]), "newest first");
        }

        async Task<IEnumerable<string>> OverdueAsync() => (await ToldAsync(manager)).Where(code => code == "outage-overdue");
    }

    [Test]
    public async Task Lets_them_move_or_cancel_at_no_cost_however_late()
    {
        var soon = Lab.Clock.GetUtcNow().AddHours(3);
        await RulesAsync(
            new { kind = "notice", toChange = "48:00:00", toCancel = "48:00:00" },
            new { kind = "cancellation", terms = new { deadline = "48:00:00", lateFee = new { kind = "share", percent = 100 } } });
        using var one = await PersonAsync();
        using var other = await PersonAsync();
        var (mine, theirs) = (await BookedAsync(one, soon, soon.AddHours(1), "printer-1"), await BookedAsync(other, soon.AddHours(2), soon.AddHours(3), "printer-1"));
        using var tooLate = await MoveAsync(one, mine, soon.AddDays(3));
        await OutAsync("printer-1", soon.AddHours(8), "fan");

        using var moved = await MoveAsync(one, mine, soon.AddDays(3));
        using var cancelled = await other.PostAsync($"/api/v1/reservations/{theirs}/cancel", null);
        await BackAsync("printer-1");
        using var after = await one.PostAsync($"/api/v1/reservations/{mine}/cancel", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ProblemCodesOfAsync(tooLate), Is.EqualTo(["change-too-late"]));
            Assert.That((moved.StatusCode, cancelled.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK)), await moved.Content.ReadAsStringAsync());
            Assert.That(await Lab.WithDbAsync(db => db.MissedBookingFees.CountAsync(fee => fee.Amount.Minor > 0
                && (fee.Reservation == new ReservationId(mine) || fee.Reservation == new ReservationId(theirs)))), Is.Zero);
        }
    }

    [Test]
    public async Task Costs_nothing_when_its_time_comes_and_it_is_not_back()
    {
        await RulesAsync(new { kind = "cancellation", terms = new { deadline = "24:00:00", noShowFee = new { kind = "share", percent = 100 } } });
        var soon = Lab.Clock.GetUtcNow().AddHours(1);
        using var person = await PersonAsync();
        var booked = await BookedAsync(person, soon, soon.AddHours(1), "printer-1");
        await OutAsync("printer-1", soon.AddHours(4), "heater");

        Lab.Clock.Advance(TimeSpan.FromHours(3));
        await Lab.Services.GetRequiredService<Web.Features.Desks.DeskSweep>().RunAsync(CancellationToken.None);

        Assert.That(await StateOfReservationAsync(booked), Is.EqualTo(ReservationState.Displaced));
        Assert.That(await Lab.WithDbAsync(db => db.MissedBookingFees.CountAsync(fee => fee.Reservation == new ReservationId(booked) && fee.Amount.Minor > 0)), Is.Zero);
    }

    [Test]
    public async Task Sends_bookings_of_its_pool_to_another_unit_for_that_time_only()
    {
        var nine = FreshDay();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var (during, later) = (await BookedAsync(first, nine, nine.AddHours(1), "printers"), await BookedAsync(second, nine.AddHours(6), nine.AddHours(7), "printers"));
        var broken = await SeatAsync(during);
        var code = broken == DemoIds.Printer1 ? "printer-1" : "printer-2";

        await OutAsync(code, nine.AddHours(4), "nozzle");
        using var oneTooMany = await BookAsync(second, (nine, nine.AddHours(1)), "printers");
        using var beside = await BookAsync(first, (nine.AddHours(6), nine.AddHours(7)), "printers");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SeatAsync(during), Is.Not.EqualTo(broken));
            Assert.That(await ToldAsync(first), Is.EqualTo(["another-unit-of-the-pool"]), "and not that it is out of order");
            Assert.That(await ToldAsync(second), Is.Empty);
            Assert.That(await ProblemCodesOfAsync(oneTooMany), Is.EqualTo(["slot-taken"]));
            Assert.That(beside.StatusCode, Is.EqualTo(HttpStatusCode.Created), "by then both are there again");
            Assert.That(await StateOfReservationAsync(later), Is.EqualTo(ReservationState.Confirmed));
        }
    }

    [Test]
    public async Task Tells_those_of_a_pool_for_whom_no_other_unit_is_left()
    {
        var nine = FreshDay();
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var (one, two) = (await BookedAsync(first, nine, nine.AddHours(1), "printers"), await BookedAsync(second, nine, nine.AddHours(1), "printers"));

        await OutAsync("printer-1", nine.AddHours(4), "nozzle");

        var (onBroken, onOther) = await SeatAsync(one) == DemoIds.Printer1 ? (first, second) : (second, first);
        Assert.That(await SeatAsync(one), Is.Not.EqualTo(await SeatAsync(two)));
        Assert.That((await ToldAsync(onBroken), await ToldAsync(onOther)), Is.EqualTo((new[] { "machine-out-of-order" }, Array.Empty<string>())));
    }

    [Test]
    public async Task Is_walked_up_to_in_vain()
    {
        await RulesAsync(new { kind = "walk-up", use = "createsBooking", before = "0:00:00" });
        using var person = await PersonAsync();
        await OutAsync("printer-1", Lab.Clock.GetUtcNow().AddHours(4), "nozzle");

        using var walkedUp = await person.PostAsJsonAsync("/api/v1/machines/printer-1/walk-up", new { seconds = 1800 });

        Assert.That(await ProblemCodesOfAsync(walkedUp), Is.EqualTo(["machine-out-of-order"]));
    }

    [Test]
    public async Task Takes_back_what_it_offered_for_that_time_and_offers_what_comes_later()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var early = await PersonAsync();
        using var late = await PersonAsync();
        var (booked, other) = (await BookedAsync(holder, nine, nine.AddHours(2), "room-1"), await BookedAsync(holder, nine.AddHours(6), nine.AddHours(8)));
        var (wish1, wish2) = (await WaitsForAsync(early, nine, nine.AddHours(2)), await WaitsForAsync(late, nine.AddHours(6), nine.AddHours(8)));
        await CancelAsync(holder, booked);
        var offered = await StateAsync(early, wish1);

        await OutAsync("room-1", nine.AddHours(4), "water");
        using var accepted = await AcceptAsync(early, wish1);
        await SweepAsync();
        await CancelAsync(holder, other);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((offered, accepted.StatusCode), Is.EqualTo(("offered", HttpStatusCode.Conflict)));
            Assert.That((await StateAsync(early, wish1), await StateAsync(late, wish2)), Is.EqualTo(("waiting", "offered")));
        }

        await BackAsync("room-1");
        await SweepAsync();
        Assert.That(await StateAsync(early, wish1), Is.EqualTo("offered"), "it was not theirs to miss");
    }

    [Test]
    public async Task Is_free_in_calendars_and_searches_from_then_on()
    {
        var nine = FreshDay();
        var (from, to) = ($"{nine.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z", $"{nine.AddHours(8).UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z");
        await OutAsync("cnc-1", nine.AddHours(3), "belt worn");

        var free = await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/machines/cnc-1/availability?from={from}&to={to}");
        using var found = await Maker.GetAsync($"/api/v1/openings?machine=cnc-1&seconds=3600&from={from}&to={to}");
        var calendar = await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/calendar?site=atelier&from={from}&to={to}");

        var inCalendar = calendar.GetProperty("machines").EnumerateArray().Single(machine => machine.GetProperty("machine").GetString() == "cnc-1");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(free.GetProperty("openings")[0].GetProperty("start").GetDateTimeOffset(), Is.EqualTo(nine.AddHours(3)));
            Assert.That((await JsonOfAsync(found)).GetProperty("openings")[0].GetProperty("start").GetDateTimeOffset(), Is.EqualTo(nine.AddHours(3)), await found.Content.ReadAsStringAsync());
            Assert.That((inCalendar.GetProperty("isOutOfOrder").GetBoolean(), inCalendar.GetProperty("outOfOrderUntil").GetDateTimeOffset()), Is.EqualTo((true, nine.AddHours(3))));
        }
    }

    [TestCase(-1)]
    [TestCase(400 * 24)]
    public async Task Is_expected_back_in_time_to_come_within_a_year(int hours)
    {
        using var answer = await SayAsync("cnc-1", Lab.Clock.GetUtcNow().AddHours(hours), "belt");

        Assert.That((answer.StatusCode, (await JsonOfAsync(answer)).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.BadRequest, "malformed-request")));
    }

    [Test]
    public async Task Is_in_the_audit_with_the_time_but_without_the_words()
    {
        var nine = FreshDay();
        await OutAsync("cnc-1", nine, "Ada broke it");

        var row = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().OrderByDescending(one => one.Id).FirstAsync(one => one.Action == "machine-out-of-order"));
        Assert.That((row.After!["until"], string.Join(' ', row.After.Values)), Is.EqualTo((Instant.FromDateTimeOffset(nine).ToString(), Instant.FromDateTimeOffset(nine).ToString())));
    }

    private async Task OutAsync(string machine, DateTimeOffset? until, string reason)
    {
        using var answer = await SayAsync(machine, until, reason);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> SayAsync(string machine, DateTimeOffset? until, string reason) =>
        manager.PostAsJsonAsync($"/api/v1/machines/{machine}/out-of-order", new { isOutOfOrder = true, reason, until = until?.UtcDateTime });

    private async Task BackAsync(string machine)
    {
        using var answer = await manager.PostAsJsonAsync($"/api/v1/machines/{machine}/out-of-order", new { isOutOfOrder = false });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private async Task RulesAsync(params object[] rules)
    {
        using var answer = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "for a test", rules });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> MoveAsync(HttpClient client, Guid id, DateTimeOffset start) =>
        client.PostAsJsonAsync($"/api/v1/reservations/{id}/move", new { start = start.UtcDateTime, end = start.AddHours(1).UtcDateTime });

    private Task<MachineId> SeatAsync(Guid id) => Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id)).Select(r => r.Machine).SingleAsync());

    private static async Task<string[]> ToldAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/v1/notices")).GetProperty("items").EnumerateArray().Select(notice => notice.GetProperty("code").GetString()!)];
}
