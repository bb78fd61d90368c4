using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>Rules are data that managers edit; every booking, change and dry run asks them. It is Monday, 2 March 2026, 09:00 in Paris.</summary>
public sealed class Rules_of_a_site(StorageProvider provider) : LabTest(provider)
{
    private const string Monday = "2026-03-09T";

    private HttpClient manager = null!;

    [SetUp]
    public async Task Come_as_a_manager() => manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

    [TearDown]
    public async Task Leave_no_rules_behind()
    {
        using var answer = await RulesAsync("[]");
        manager.Dispose();
    }

    [Test]
    public async Task Are_asked_by_a_dry_run_and_by_the_booking_alike()
    {
        using var saved = await RulesAsync("""[{ "kind": "length", "maximum": "1:00:00" }, { "kind": "notice", "toBook": "240:00:00" }]""");

        using var check = await Maker.PostAsJsonAsync("/api/v1/reservations/check", Wish(9, 11));
        using var booked = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11));

        var problems = (await JsonOfAsync(check)).GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("code").GetString()).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(saved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await saved.Content.ReadAsStringAsync());
            Assert.That(problems, Has.Count.EqualTo(2), "every reason, not only the first");
            Assert.That(problems, Does.Contain("slot-too-long"));
            Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(await ProblemCodesOfAsync(booked), Is.EquivalentTo(problems));
        }
    }

    [Test]
    public async Task Are_lifted_by_staff_who_name_them_and_by_nobody_else()
    {
        await RulesAsync("""[{ "kind": "length", "maximum": "1:00:00" }]""");

        using var maker = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11, accept: "slot-too-long"));
        using var unnamed = await manager.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11));
        using var named = await manager.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11, accept: "slot-too-long"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(maker.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(unnamed.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(named.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task Keep_a_quota_over_all_machines_of_a_kind()
    {
        await RulesAsync("""[{ "kind": "quota", "mostTime": "2:00:00", "period": "day", "per": "category" }]""");
        using var first = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(12, 14));

        using var other = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(15, 16, "printer-2"));
        using var nextDay = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(15, 16, "printer-2", day: "2026-03-10T"));

        var problem = (await JsonOfAsync(other)).GetProperty("problems")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(problem.GetProperty("facts").EnumerateObject().Count(), Is.GreaterThan(1), "used, limit and what it would be");
            Assert.That(nextDay.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task Keep_a_member_from_being_at_two_machines_at_once()
    {
        await RulesAsync("""[{ "kind": "gap", "between": "0:15:00", "per": "everything" }]""");
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var first = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(8, 10, day: "2026-03-19T"));

        using var second = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11, "printer-2", day: "2026-03-19T"));
        using var theirs = await other.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11, "printer-2", day: "2026-03-19T"));

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await ProblemCodesOfAsync(second), Is.EqualTo(["gap-too-short"]));
        Assert.That((first.StatusCode, theirs.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)));
    }

    [Test]
    public async Task Widen_the_kept_time_and_are_agreed_on()
    {
        await RulesAsync("""[{ "kind": "buffers", "setUp": "0:10:00", "cleanUp": "0:20:00" }]""");
        using var booked = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 10, "printer-2", day: "2026-03-11T"));
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        var kept = await Lab.WithDbAsync(db => db.Reservations.AsNoTracking().SingleAsync(r => r.Id == new Fablab.Domain.Reservations.ReservationId(id)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(kept.Slot.Start - kept.Kept.Start, Is.EqualTo(Duration.FromMinutes(10)));
            Assert.That(kept.Kept.End - kept.Slot.End, Is.EqualTo(Duration.FromMinutes(20)));
            Assert.That(kept.Terms.CleanUp, Is.EqualTo(Duration.FromMinutes(20)));
        }
    }

    [Test]
    public async Task Ask_a_manager_who_says_yes()
    {
        await RulesAsync("""[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        using var asked = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 10, day: "2026-03-12T", accept: "approval-needed"));
        var request = await JsonOfAsync(asked);
        var id = request.GetProperty("id").GetGuid();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        using var taken = await other.PostAsJsonAsync("/api/v1/reservations", Wish(9, 10, day: "2026-03-12T", accept: "approval-needed"));
        var waiting = await manager.GetFromJsonAsync<JsonElement>("/api/v1/reservations/requested");
        using var byThemselves = await Maker.PostAsync($"/api/v1/reservations/{id}/approve", null);
        using var yes = await manager.PostAsync($"/api/v1/reservations/{id}/approve", null);
        using var twice = await manager.PostAsync($"/api/v1/reservations/{id}/approve", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(request.GetProperty("state").GetString(), Is.EqualTo("requested"));
            Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "the slot is held meanwhile");
            Assert.That(waiting.EnumerateArray().Select(one => one.GetProperty("id").GetGuid()), Does.Contain(id));
            Assert.That(byThemselves.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That((await JsonOfAsync(yes)).GetProperty("state").GetString(), Is.EqualTo("confirmed"));
            Assert.That(twice.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        }
    }

    [Test]
    public async Task Ask_a_manager_who_says_no()
    {
        await RulesAsync("""[{ "kind": "approval", "heldFor": "48:00:00" }]""");
        using var asked = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(12, 13, day: "2026-03-12T", accept: "approval-needed"));
        var id = (await JsonOfAsync(asked)).GetProperty("id").GetGuid();

        using var no = await manager.PostAsJsonAsync($"/api/v1/reservations/{id}/decline", new { reason = "open day" });
        using var free = await manager.PostAsJsonAsync("/api/v1/reservations", Wish(12, 13, day: "2026-03-12T", accept: "approval-needed"));

        Assert.That((await JsonOfAsync(no)).GetProperty("state").GetString(), Is.EqualTo("declined"));
        Assert.That((await JsonOfAsync(free)).GetProperty("state").GetString(), Is.EqualTo("confirmed"), "staff need not ask themselves");
    }

    [Test]
    public async Task Charge_a_late_cancellation_once_by_the_terms_agreed_when_booking()
    {
        await RulesAsync("""[{ "kind": "cancellation", "terms": { "deadline": "720:00:00", "lateFee": { "kind": "share", "percent": 50 }, "noShowFee": { "kind": "share", "percent": 100 } } }]""");
        using var booked = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11, day: "2026-03-13T"));
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        await RulesAsync("[]");

        using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);
        using var twice = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);

        var fee = await Lab.WithDbAsync(db => db.MissedBookingFees.AsNoTracking().SingleAsync(row => row.Reservation == new Fablab.Domain.Reservations.ReservationId(id)));
        Assert.That(fee.Amount.Minor, Is.EqualTo(300), "two hours at 3.00, by half");
        Assert.That(fee.Reason, Is.EqualTo(Fablab.Domain.Reservations.Rules.FeeReason.CancelledLate));
    }

    [TestCase("createsBooking", "")]
    [TestCase("untilNextBooking", """, { "kind": "notice", "toBook": "1:00:00" }""")]
    public async Task Let_people_walk_up_to_a_free_machine_until_the_next_booking(string use, string more)
    {
        await RulesAsync($$"""[{ "kind": "walk-up", "use": "{{use}}", "before": "0:10:00" }{{more}}]""");
        var now = new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        using var next = await manager.PostAsJsonAsync("/api/v1/reservations", Wish(9, 10, "printer-2", day: "2026-03-02T", accept: "notice-too-short"));

        using var here = await Maker.PostAsJsonAsync("/api/v1/machines/printer-2/walk-up", new { });
        var booked = await JsonOfAsync(here);
        using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{booked.GetProperty("id").GetGuid()}/cancel", null);
        using var gone = await manager.PostAsync($"/api/v1/reservations/{(await JsonOfAsync(next)).GetProperty("id").GetGuid()}/cancel", null);

        Assert.That(here.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(booked.GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now));
        Assert.That(booked.GetProperty("end").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(45)), "ten minutes before the next, and five of cleaning");
    }

    [Test]
    public async Task Count_a_group_together_whoever_of_it_booked()
    {
        var group = await GroupOfBothMakersAsync();
        await RulesAsync($$"""[{ "kind": "quota", "scope": { "group": "{{group}}" }, "mostTime": "3:00:00", "period": "day", "whose": "group" }, { "kind": "gap", "between": "0:15:00" }]""");
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var theirs = await other.PostAsJsonAsync("/api/v1/reservations", Wish(8, 10, "printer-2", day: "2026-03-20T"));
        using var mine = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(11, 12, day: "2026-03-20T"));

        using var tooMuch = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(14, 15, day: "2026-03-20T"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(theirs.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(mine.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(await ProblemCodesOfAsync(tooMuch), Is.EqualTo(["quota-of-time-exceeded"]), "my own hour counts for the group as well");
        }
    }

    [Test]
    public async Task Keep_free_times_from_showing_what_is_closed()
    {
        await RulesAsync("""[{ "kind": "closed-days", "first": "2026-03-17", "last": "2026-03-17" }]""");

        var found = await Maker.GetFromJsonAsync<JsonElement>("/api/v1/machines/printer-1/availability?from=2026-03-16T23:00:00Z&to=2026-03-18T23:00:00Z");

        Assert.That(found.GetProperty("openings")[0].GetProperty("start").GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2026, 3, 18, 0, 0, 0, TimeSpan.FromHours(1))));
    }

    [Test]
    public async Task Let_openings_offer_what_needs_company()
    {
        await RulesAsync("""[{ "kind": "people", "atLeast": 2 }, { "kind": "companions", "codes": ["room-1"] }]""");

        var found = await Maker.GetFromJsonAsync<JsonElement>("/api/v1/openings?seconds=3600&machine=printer-1&from=2026-03-21T06:00:00Z&to=2026-03-22T00:00:00Z");

        Assert.That(found.GetProperty("openings").GetArrayLength(), Is.GreaterThan(0), "who and what comes along is said when booking");
    }

    [Test]
    public async Task Keep_openings_from_offering_what_they_would_refuse()
    {
        await RulesAsync("""[{ "kind": "closed-days", "first": "2026-03-16", "last": "2026-03-16" }, { "kind": "buffers", "cleanUp": "1:00:00" }]""");

        var found = await Maker.GetFromJsonAsync<JsonElement>("/api/v1/openings?seconds=3600&machine=printer-1&from=2026-03-16T06:00:00Z&to=2026-03-18T00:00:00Z");

        var starts = found.GetProperty("openings").EnumerateArray().Select(one => one.GetProperty("start").GetDateTimeOffset()).ToList();
        Assert.That(starts, Is.Not.Empty);
        Assert.That(starts, Has.All.GreaterThanOrEqualTo(new DateTimeOffset(2026, 3, 17, 0, 0, 0, TimeSpan.FromHours(1))));
    }

    [Test]
    public async Task Forbid_walking_up_unless_they_say_otherwise()
    {
        using var answer = await Maker.PostAsJsonAsync("/api/v1/machines/printer-2/walk-up", new { });

        Assert.That((await JsonOfAsync(answer)).GetProperty("code").GetString(), Is.EqualTo("walk-up-refused"));
    }

    [Test]
    public async Task Cost_a_member_nothing_when_staff_take_the_slot_away()
    {
        await RulesAsync("""[{ "kind": "cancellation", "terms": { "deadline": "720:00:00", "lateFee": { "kind": "share", "percent": 50 } } }]""");
        using var booked = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(12, 13, day: "2026-03-13T"));
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        using var cancelled = await manager.PostAsync($"/api/v1/reservations/{id}/cancel", null);

        var fees = await Lab.WithDbAsync(db => db.MissedBookingFees.CountAsync(row => row.Reservation == new Fablab.Domain.Reservations.ReservationId(id)));
        Assert.That(cancelled.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(fees, Is.Zero);
    }

    [Test]
    public async Task Let_staff_cancel_what_is_too_near_for_its_holder()
    {
        await RulesAsync("""[{ "kind": "notice", "toCancel": "720:00:00" }]""");
        using var booked = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(15, 16, day: "2026-03-13T"));
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        using var byTheHolder = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);
        using var byStaff = await manager.PostAsync($"/api/v1/reservations/{id}/cancel", null);

        Assert.That(await ProblemCodesOfAsync(byTheHolder), Is.EqualTo(["cancel-too-late"]));
        Assert.That(byStaff.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Stop_bookings_where_maintenance_is_due()
    {
        using var planned = await manager.PostAsJsonAsync("/api/v1/machines/cnc-1/maintenance-tasks", new { title = "Spindle", dueAt = "2026-03-14T10:00:00Z" });
        var task = (await JsonOfAsync(planned)).GetProperty("id").GetGuid();

        using var before = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(7, 9, "cnc-1", day: "2026-03-14T"));
        using var across = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11, "cnc-1", day: "2026-03-14T"));
        using var done = await manager.PostAsync($"/api/v1/maintenance-tasks/{task}/done", null);
        using var afterwards = await Maker.PostAsJsonAsync("/api/v1/reservations", Wish(9, 11, "cnc-1", day: "2026-03-14T"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(await ProblemCodesOfAsync(across), Is.EqualTo(["maintenance-due"]));
            Assert.That(afterwards.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task Have_versions_of_which_none_is_lost()
    {
        var before = await manager.GetFromJsonAsync<JsonElement>("/api/v1/sites/atelier/rules");
        using var first = await RulesAsync("""[{ "kind": "horizon", "ahead": "720:00:00" }]""", $"\"{before.GetProperty("version").GetInt32()}\"");

        using var stale = await RulesAsync("[]", $"\"{before.GetProperty("version").GetInt32()}\"");

        var versions = await manager.GetFromJsonAsync<JsonElement>("/api/v1/sites/atelier/rules/versions");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(stale.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(versions[0].GetProperty("version").GetInt32(), Is.EqualTo(before.GetProperty("version").GetInt32() + 1));
        }
    }

    [TestCase("{}")]
    [TestCase("""[{ "kind": "no-such-kind" }]""")]
    [TestCase("""[{ "maximum": "1:00:00" }]""")]
    [TestCase("""[{ "kind": "length", "maximum": "soon" }]""")]
    [TestCase("""[{ "kind": "length", "colour": "red" }]""")]
    [TestCase("""[{ "kind": "quota", "period": "day" }]""")]
    [TestCase("""[{ "kind": "length", "liftedBy": "me" }]""")]
    [TestCase("""[{ "kind": "opening-hours", "windows": [{ "day": "none", "from": "08:00:00", "to": "12:00:00" }] }]""")]
    public async Task That_are_none_are_refused(string rules)
    {
        using var answer = await RulesAsync(rules);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), await answer.Content.ReadAsStringAsync());
        Assert.That((await JsonOfAsync(answer)).GetProperty("code").GetString(), Is.EqualTo("rules-malformed"));
    }

    [TestCase(DemoIds.Maker)]
    [TestCase(DemoIds.CampusManager)]
    public async Task Are_written_by_staff_of_the_site_only(string email)
    {
        using var client = await Lab.ClientOfAsync(email);

        using var answer = await client.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { rules = Array.Empty<object>(), note = "mine now" });
        using var ofTheLab = await client.PutAsJsonAsync("/api/v1/rules", new { rules = Array.Empty<object>(), note = "mine now" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(ofTheLab.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private Task<Guid> GroupOfBothMakersAsync() => Lab.WithDbAsync(async db =>
    {
        var group = new TariffGroupRow { Id = new(Guid.CreateVersion7()), Code = $"group-{Guid.NewGuid():N}"[..20], Name = "Makers" };
        db.Add(group);
        foreach (var member in new[] { 71, 72 })
        {
            db.Add(new TariffGroupMemberRow { Id = Guid.CreateVersion7(), Group = group.Id, Member = new(DemoIds.Numbered(member)), From = Instant.FromUtc(2026, 1, 1, 0, 0) });
        }

        await db.SaveChangesAsync();
        return group.Id.Value;
    });

    private Task<HttpResponseMessage> RulesAsync(string rules, string? etag = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/sites/atelier/rules")
        {
            Content = JsonContent.Create(new JsonObject { ["rules"] = JsonNode.Parse(rules), ["note"] = "for a test" }),
        };
        if (etag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", etag);
        }

        return manager.SendAsync(request);
    }

    private static object Wish(int from, int to, string machine = "printer-1", string day = Monday, string? accept = null) => new
    {
        machine,
        start = $"{day}{from:d2}:00:00Z",
        end = $"{day}{to:d2}:00:00Z",
        acceptSoft = accept is null ? Array.Empty<string>() : [accept],
    };
}
