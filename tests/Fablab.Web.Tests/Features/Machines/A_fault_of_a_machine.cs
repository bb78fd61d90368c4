using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Machines;

public sealed class A_fault_of_a_machine(StorageProvider provider) : LabTest(provider)
{
    private HttpClient manager = null!;
    private HttpClient other = null!;

    [OneTimeSetUp]
    public async Task Others()
    {
        manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
    }

    [OneTimeTearDown]
    public void Leave()
    {
        manager.Dispose();
        other.Dispose();
    }

    [TearDown]
    public async Task All_is_mended()
    {
        foreach (var id in await Lab.WithDbAsync(db => db.Faults.Where(fault => fault.ClosedAt == null).Select(fault => fault.Id).ToListAsync()))
        {
            await ClosedAsync(id);
        }
    }

    [Test]
    public async Task Stops_no_bookings_until_staff_say_so()
    {
        var fault = await ReportedAsync(Maker, "printer-1", isDangerous: false);
        var reported = await CodesAsync();
        using var stopped = await StopAsync(fault, true);
        var during = await CodesAsync();
        using var resumed = await StopAsync(fault, false);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((stopped.StatusCode, resumed.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That((reported, during, await CodesAsync()), Is.EqualTo(("", "fault-open", "")));
        }
    }

    [Test]
    public async Task Stops_bookings_at_once_when_it_is_dangerous_and_until_the_last_one_is_closed()
    {
        var first = await ReportedAsync(Maker, "printer-1", isDangerous: true);
        var second = await ReportedAsync(other, "printer-1", isDangerous: true);
        using var refused = await BookAsync(Maker, FreshSlot());
        await ClosedAsync(first);
        var half = await CodesAsync();
        await ClosedAsync(second);
        using var booked = await BookAsync(Maker, FreshSlot());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.StatusCode, half, booked.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, "fault-open", HttpStatusCode.Created)));
            Assert.That(await ProblemCodesOfAsync(refused), Is.EqualTo(["fault-open"]));
        }
    }

    [Test]
    public async Task Leaves_what_is_booked_but_gives_it_no_more_time()
    {
        var slot = FreshSlot();
        using var booked = await BookAsync(Maker, slot);
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        await ReportedAsync(other, "printer-1", isDangerous: true);

        using var longer = await Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/extend", new { end = slot.End.AddHours(1).UtcDateTime });
        using var shorter = await Maker.PostAsJsonAsync(
            $"/api/v1/reservations/{id}/move", new { start = slot.Start.UtcDateTime, end = slot.End.AddMinutes(-15).UtcDateTime });
        using var elsewhere = await Maker.PostAsJsonAsync(
            $"/api/v1/reservations/{id}/move", new { machine = "printer-2", start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ProblemCodesOfAsync(longer), Is.EqualTo(["fault-open"]));
            Assert.That(shorter.StatusCode, Is.EqualTo(HttpStatusCode.OK), "time may be given back");
            Assert.That(elsewhere.StatusCode, Is.EqualTo(HttpStatusCode.OK), "it may go to another machine");
            Assert.That(await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id)).Select(r => r.State).SingleAsync()), Is.EqualTo(ReservationState.Confirmed));
        }
    }

    [Test]
    public async Task Lets_nobody_walk_up()
    {
        await RulesAsync("""[{ "kind": "walk-up", "use": "untilNextBooking", "before": "0:10:00" }]""");
        var fault = await ReportedAsync(other, "printer-2", isDangerous: true);

        using var refused = await Maker.PostAsJsonAsync("/api/v1/machines/printer-2/walk-up", new { });
        await ClosedAsync(fault);
        using var booked = await Maker.PostAsJsonAsync("/api/v1/machines/printer-2/walk-up", new { });
        await RulesAsync("[]");

        Assert.That(await ProblemCodesOfAsync(refused), Is.EqualTo(["fault-open"]));
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Leaves_no_free_times_and_no_openings()
    {
        var (start, end) = FreshSlot(240);
        var times = $"/api/v1/machines/printer-1/availability?from={start.UtcDateTime:O}&to={end.UtcDateTime:O}";
        var openings = $"/api/v1/openings?machine=printer-1&seconds=3600&from={start.UtcDateTime:O}&to={end.UtcDateTime:O}";
        var before = (await CountAsync(times), await CountAsync(openings) > 0);
        await ReportedAsync(Maker, "printer-1", isDangerous: true);

        using var check = await CheckAsync("printer-1", (start, end));
        var variants = (await JsonOfAsync(check)).GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("machine").GetString());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before, await CountAsync(times), await CountAsync(openings)), Is.EqualTo(((1, true), 0, 0)));
            Assert.That(variants, Is.Not.Empty.And.None.EqualTo("printer-1"));
        }
    }

    [Test]
    public async Task Of_one_unit_sends_the_bookings_of_its_pool_to_the_others()
    {
        var slot = FreshSlot();
        using var booked = await BookAsync(Maker, slot, "printers");
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        var (faulty, whole) = await SeatAsync(id) == DemoIds.Printer1 ? ("printer-1", DemoIds.Printer2) : ("printer-2", DemoIds.Printer1);

        var fault = await ReportedAsync(other, faulty, isDangerous: true);
        var moved = await SeatAsync(id);
        using var second = await BookAsync(other, slot, "printers");
        using var later = await BookAsync(other, FreshSlot(), "printers");
        var seat = await SeatAsync((await JsonOfAsync(later)).GetProperty("id").GetGuid());
        await ClosedAsync(fault);
        using var third = await BookAsync(other, slot, "printers");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((moved, seat), Is.EqualTo((whole, whole)));
            Assert.That((second.StatusCode, third.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Created)));
            Assert.That(await Lab.WithDbAsync(db => db.Notices.AnyAsync(notice => notice.Code == "another-unit-of-the-pool")), Is.True);
        }
    }

    [Test]
    public async Task Of_every_unit_stops_the_pool()
    {
        await ReportedAsync(Maker, "printer-1", isDangerous: true);
        await ReportedAsync(Maker, "printer-2", isDangerous: true);

        using var refused = await BookAsync(Maker, FreshSlot(), "printers");

        Assert.That(await ProblemCodesOfAsync(refused), Is.EqualTo(["fault-open"]));
    }

    [Test]
    public async Task Is_seen_by_staff_and_by_whoever_reported_it()
    {
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        var fault = await ReportedAsync(Maker, "cnc-1", isDangerous: true, "  The spindle smokes  ");

        var (staff, reporter, others) = (await FaultsAsync(manager, "cnc-1"), await FaultsAsync(Maker, "cnc-1"), await FaultsAsync(other, "cnc-1"));
        var codes = new List<string?>();
        foreach (var who in new[] { Maker, other, elsewhere })
        {
            using var closing = await CloseAsync(who, fault);
            using var stopping = await who.PostAsJsonAsync($"/api/v1/faults/{fault}/stop", new { stopsBookings = false });
            codes.AddRange([await CodeOfAsync(closing), await CodeOfAsync(stopping)]);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { staff, reporter, others, await FaultsAsync(elsewhere, "cnc-1") }.Select(Told), Is.EqualTo(
            [
                "stopped: The spindle smokes (by Malo Maker)", "stopped: The spindle smokes", "stopped", "stopped",
            ]));
            Assert.That(codes, Is.EqualTo(["not-allowed", "not-allowed", "not-found", "not-found", "not-found", "not-found"]));
        }
    }

    [Test]
    public async Task Is_closed_once_and_its_reporter_told_what_was_done()
    {
        var fault = await ReportedAsync(Maker, "cnc-1", isDangerous: false);
        using var stopped = await StopAsync(fault, true);
        using var same = await StopAsync(fault, true);
        using var closed = await CloseAsync(manager, fault, "Cleaned it");
        using var again = await CloseAsync(manager, fault, "Something else");
        using var late = await StopAsync(fault, true);

        var subject = $"fault/{fault}";
        var me = new MemberId((await Maker.GetFromJsonAsync<JsonElement>("/api/v1/members/me")).GetProperty("id").GetGuid());
        var audit = await Lab.WithDbAsync(db => db.Audit.Where(row => row.Subject == subject).OrderBy(row => row.Id).Select(row => row.Action).ToListAsync());
        var mine = (await FaultsAsync(Maker, "cnc-1")).GetProperty("faults").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == fault);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((closed.StatusCode, again.StatusCode, await CodeOfAsync(again), await CodeOfAsync(late)), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Conflict, "fault-closed", "fault-closed")));
            Assert.That(mine.GetProperty("whatWasDone").GetString(), Is.EqualTo("Cleaned it"));
            Assert.That(audit, Is.EqualTo(["fault-reported", "fault-stops-bookings", "fault-closed"]), "saying the same again is no second act");
            Assert.That(await Lab.WithDbAsync(db => db.Notices.AnyAsync(notice => notice.Code == "fault-closed" && notice.Member == me)), Is.True);
            Assert.That((await FaultsAsync(manager, "cnc-1")).GetProperty("faults").GetArrayLength(), Is.Zero);
        }
    }

    [Test]
    public async Task Is_one_of_ten_that_a_member_may_have_open_however_fast_they_report()
    {
        string[] machines = ["printer-1", "printer-2", "cnc-1", "room-1"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => ReportAsync(Maker, machines[i % 4], new { text = $"Problem {i}", isDangerous = false })));

        var codes = await Task.WhenAll(answers.Where(answer => answer.StatusCode is HttpStatusCode.Conflict).Select(CodeOfAsync));
        await ClosedAsync((await JsonOfAsync(answers.First(answer => answer.StatusCode is HttpStatusCode.Created))).GetProperty("id").GetGuid());
        using var next = await ReportAsync(Maker, "room-1", new { text = "One more", isDangerous = false });
        using var ofOther = await ReportAsync(other, "room-1", new { text = "Another's", isDangerous = false });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.Created), Is.EqualTo(10));
            Assert.That(codes, Is.EqualTo(Enumerable.Repeat("too-many-open-faults", 6)));
            Assert.That((next.StatusCode, ofOther.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
        }
    }

    [Test]
    public async Task Is_reported_once_however_often_the_request_comes()
    {
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await ReportAsync(Maker, "cnc-1", new { text = "The door jams", isDangerous = false }, "door-jams");
            answers.Add($"{answer.StatusCode} {(await JsonOfAsync(answer)).GetProperty("id").GetGuid()}");
        }

        Assert.That(answers[1], Is.EqualTo(answers[0]));
        Assert.That(await Lab.WithDbAsync(db => db.Faults.CountAsync(fault => fault.Text == "The door jams")), Is.EqualTo(1));
    }

    [Test]
    public async Task Needs_words_and_not_too_many()
    {
        object[] bad =
        [
            new { text = "", isDangerous = true }, new { text = "  ", isDangerous = true }, new { text = new string('x', FaultRow.LongestText + 1), isDangerous = true },
            new { isDangerous = true }, new { text = "It is not said whether this is dangerous" }, new { text = "x", isDangerous = "perhaps" },
        ];
        var codes = new List<string?>();
        foreach (var body in bad)
        {
            using var answer = await ReportAsync(Maker, "cnc-1", body);
            codes.Add($"{(int)answer.StatusCode} {await CodeOfAsync(answer)}");
        }

        using var nowhere = await ReportAsync(Maker, "no-such-machine", new { text = "x", isDangerous = true });
        using var longest = await ReportAsync(Maker, "cnc-1", new { text = new string('é', FaultRow.LongestText), isDangerous = false });
        using var odd = await ReportAsync(Maker, "cnc-1", new { text = "a\0b", isDangerous = false });
        var fault = (await JsonOfAsync(longest)).GetProperty("id").GetGuid();
        using var silent = await CloseAsync(manager, fault, " ");
        using var vague = await manager.PostAsJsonAsync($"/api/v1/faults/{fault}/stop", new { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(codes, Is.EqualTo(Enumerable.Repeat("400 malformed-request", bad.Length)));
            Assert.That((await CodeOfAsync(nowhere), longest.StatusCode, odd.StatusCode), Is.EqualTo(("not-found", HttpStatusCode.Created, HttpStatusCode.Created)));
            Assert.That((await CodeOfAsync(silent), await CodeOfAsync(vague)), Is.EqualTo(("malformed-request", "malformed-request")));
        }
    }

    private async Task RulesAsync(string rules)
    {
        using var saved = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "For a test", rules = JsonDocument.Parse(rules).RootElement });
        Assert.That(saved.IsSuccessStatusCode, Is.True, await saved.Content.ReadAsStringAsync());
    }

    private async Task<string> CodesAsync()
    {
        using var answer = await CheckAsync("printer-1", FreshSlot());
        return string.Join(' ', await ProblemCodesOfAsync(answer));
    }

    private Task<HttpResponseMessage> CheckAsync(string machine, (DateTimeOffset Start, DateTimeOffset End) slot) =>
        Maker.PostAsJsonAsync("/api/v1/reservations/check", new { machine, start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime });

    private async Task<int> CountAsync(string address) => (await Maker.GetFromJsonAsync<JsonElement>(address)).GetProperty("openings").GetArrayLength();

    private Task<MachineId> SeatAsync(Guid id) =>
        Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id)).Select(r => r.Machine).SingleAsync());

    private static Task<HttpResponseMessage> ReportAsync(HttpClient client, string machine, object body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/machines/{machine}/faults") { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return client.SendAsync(request);
    }

    private static async Task<Guid> ReportedAsync(HttpClient client, string machine, bool isDangerous, string text = "It smells of smoke")
    {
        using var answer = await ReportAsync(client, machine, new { text, isDangerous });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private Task<HttpResponseMessage> StopAsync(Guid fault, bool stopsBookings) => manager.PostAsJsonAsync($"/api/v1/faults/{fault}/stop", new { stopsBookings });

    private static Task<HttpResponseMessage> CloseAsync(HttpClient client, Guid fault, string whatWasDone = "Mended") =>
        client.PostAsJsonAsync($"/api/v1/faults/{fault}/close", new { whatWasDone });

    private async Task ClosedAsync(Guid fault)
    {
        using var answer = await CloseAsync(manager, fault);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private static Task<JsonElement> FaultsAsync(HttpClient client, string machine) => client.GetFromJsonAsync<JsonElement>($"/api/v1/machines/{machine}/faults");

    private static async Task<string?> CodeOfAsync(HttpResponseMessage answer) => (await JsonOfAsync(answer)).GetProperty("code").GetString();

    private static string Told(JsonElement faults)
    {
        var open = faults.GetProperty("faults").EnumerateArray().Where(one => !one.TryGetProperty("closedAt", out _))
            .Select(one => one.GetProperty("text").GetString() + (one.TryGetProperty("reportedBy", out var by) ? $" (by {by.GetString()})" : ""));
        return string.Join(": ", open.Prepend(faults.GetProperty("stopsBookings").GetBoolean() ? "stopped" : "bookable"));
    }
}
