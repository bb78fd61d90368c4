using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Pages;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Presence;

public sealed class A_kiosk(StorageProvider provider) : PresenceTest(provider)
{
    [Test]
    public async Task Is_paired_once_and_a_code_survives_few_guesses()
    {
        var (_, code) = await OfferAsync();
        using var device = Lab.Visitor();
        using var first = await device.PostAsJsonAsync("/api/v1/kiosk/pair", new { code = code.ToLowerInvariant().Replace('-', ' ') });
        using var again = await device.PostAsJsonAsync("/api/v1/kiosk/pair", new { code });

        var (_, guessed) = await OfferAsync();
        var wrong = guessed[..5] + (guessed.EndsWith("2222", StringComparison.Ordinal) ? "3333-3333" : "2222-2222");
        for (var guess = 0; guess < 5; guess++)
        {
            using var refused = await device.PostAsJsonAsync("/api/v1/kiosk/pair", new { code = wrong });
            Assert.That(await CodeOfAsync(refused), Is.EqualTo("pairing-refused"));
        }

        using var tooLate = await device.PostAsJsonAsync("/api/v1/kiosk/pair", new { code = guessed });
        var kept = await Lab.WithDbAsync(db => db.Kiosks.AsNoTracking().Select(kiosk => kiosk.TokenHash).ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.StatusCode, again.StatusCode, tooLate.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity)));
            Assert.That(kept.OfType<string>(), Has.All.Length.EqualTo(64), "as a hash only");
        }
    }

    [Test]
    public async Task Is_not_paired_with_a_code_that_is_too_old()
    {
        var (_, code) = await OfferAsync();
        using var device = Lab.Visitor();
        LaterBy(TimeSpan.FromMinutes(16));

        using var answer = await device.PostAsJsonAsync("/api/v1/kiosk/pair", new { code });

        Assert.That(await CodeOfAsync(answer), Is.EqualTo("pairing-refused"));
    }

    [Test]
    public async Task Stops_at_once_when_it_is_revoked()
    {
        var (door, id) = await KioskAsync();
        var (_, badge, _) = await BadgedAsync();
        using var before = await door.GetAsync("/api/v1/kiosk");

        using var revoked = await Manager.PostAsync(new Uri($"/api/v1/kiosks/{id}/revoke", UriKind.Relative), null);
        using var after = await door.GetAsync("/api/v1/kiosk");
        using var tap = await TapAsync(door, badge);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before.StatusCode, revoked.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NoContent)));
            Assert.That((after.StatusCode, tap.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)));
        }

        door.Dispose();
    }

    [Test]
    public async Task Gives_its_place_to_the_device_that_takes_a_new_code()
    {
        var (old, id) = await KioskAsync();
        using var renewed = await Manager.PostAsync(new Uri($"/api/v1/kiosks/{id}/renew", UriKind.Relative), null);
        using var meanwhile = await old.GetAsync("/api/v1/kiosk");
        using var another = await PairedAsync((await JsonOfAsync(renewed)).GetProperty("pairingCode").GetString()!);

        using var gone = await old.GetAsync("/api/v1/kiosk");
        using var there = await another.GetAsync("/api/v1/kiosk");

        Assert.That((meanwhile.StatusCode, gone.StatusCode, there.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
        old.Dispose();
    }

    [Test]
    public async Task Of_one_site_can_do_nothing_at_another()
    {
        var (door, _) = await KioskAsync("campus", by: Elsewhere);
        var (atMachine, _) = await KioskAsync(machine: "printer-1");
        var (_, badge, _) = await BadgedAsync();

        using var strange = await TapAsync(door, badge);
        using var wrongPlace = await TapAsync(atMachine, badge);
        var others = new List<HttpStatusCode>();
        foreach (var address in new[] { "/api/v1/sites/atelier/presence", "/api/v1/sites/campus/presence", "/api/v1/machines", "/api/v1/sites/atelier/kiosks", "/api/v1/members/me", "/api/v1/members/me/visits" })
        {
            using var answer = await door.GetAsync(new Uri(address, UriKind.Relative));
            others.Add(answer.StatusCode);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await CodeOfAsync(strange), Is.EqualTo("not-a-member-here"), "members of the atelier are nobody at the campus");
            Assert.That(wrongPlace.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "one at a machine is no door");
            Assert.That(others, Has.All.EqualTo(HttpStatusCode.Unauthorized), "to everything else it is nobody");
        }

        door.Dispose();
        atMachine.Dispose();
    }

    [Test]
    public async Task Is_kept_by_managers_of_its_site_alone()
    {
        var (id, _) = await OfferAsync();

        var answers = new List<HttpStatusCode>();
        foreach (var who in new[] { Elsewhere, FrontDesk, Maker })
        {
            using var list = await who.GetAsync("/api/v1/sites/atelier/kiosks");
            using var make = await who.PostAsJsonAsync("/api/v1/sites/atelier/kiosks", new { name = "Mine" });
            using var renew = await who.PostAsync(new Uri($"/api/v1/kiosks/{id}/renew", UriKind.Relative), null);
            using var revoke = await who.PostAsync(new Uri($"/api/v1/kiosks/{id}/revoke", UriKind.Relative), null);
            answers.AddRange([list.StatusCode, make.StatusCode, renew.StatusCode, revoke.StatusCode]);
        }

        using var foreign = await Manager.PostAsJsonAsync("/api/v1/sites/atelier/kiosks", new { name = "Far away", machine = "laser-1" });
        var machine = await Lab.WithDbAsync(db => db.Machines.Where(row => row.Code == "laser-1").Select(row => row.Site).SingleAsync());

        Assert.That(answers, Has.All.EqualTo(HttpStatusCode.NotFound));
        Assert.That(foreign.StatusCode, Is.EqualTo(machine == DemoIds.Atelier ? HttpStatusCode.Created : HttpStatusCode.NotFound), "of its own machines only");
    }

    [Test]
    public async Task Says_welcome_by_the_first_name_and_goes_back_by_itself()
    {
        var (_, code) = await OfferAsync();
        var (_, badge, _) = await BadgedAsync("Nolwenn Le Goff");
        using var tablet = await TabletAsync(code);

        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });
        var (welcome, all) = (tablet.Page.QuerySelector("h1")!.TextContent, tablet.Page.DocumentElement.OuterHtml);
        await tablet.GoAsync("/kiosk");
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = "EEEE1111" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(welcome, Is.EqualTo("Welcome Nolwenn"));
            Assert.That(all, Does.Not.Contain("Goff").And.Not.Contain(badge));
            Assert.That(all, Does.Contain("""<meta http-equiv="refresh" content="8;url=/kiosk">""").Or.Contain("&lt;meta http-equiv"));
            Assert.That(tablet.Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(tablet.Text, Does.Contain("Nobody has this badge"));
            Assert.That(tablet.Page.DocumentElement.OuterHtml, Does.Not.Contain("EEEE1111"));
        }
    }

    [Test]
    public async Task At_a_machine_tells_no_names()
    {
        var now = Lab.Clock.GetUtcNow();
        using var booked = await BookAsync(Maker, (now, now.AddHours(1)), "room-1");
        Assert.That(booked.IsSuccessStatusCode, Is.True, await booked.Content.ReadAsStringAsync());
        var (_, code) = await OfferAsync(machine: "room-1");
        using var tablet = await TabletAsync(code);

        Assert.That(tablet.Page.DocumentElement.OuterHtml, Does.Contain("Reserved until").And.Not.Contain("Malo"));
        using var cancelled = await Maker.PostAsync(new Uri($"/api/v1/reservations/{(await JsonOfAsync(booked)).GetProperty("id").GetGuid()}/cancel", UriKind.Relative), null);
    }

    [Test]
    public async Task At_a_machine_lets_who_badged_start_extend_and_end_until_they_are_done()
    {
        var (id, badge, email) = await BadgedAsync("Tifenn Turner");
        await PinAsync(id, "704912");
        using var member = await Lab.ClientOfAsync(email);
        var now = Lab.Clock.GetUtcNow();
        using var booked = await BookAsync(member, (now, now.AddHours(1)), "printer-1");
        Assert.That(booked.IsSuccessStatusCode, Is.True, await booked.Content.ReadAsStringAsync());
        var (_, code) = await OfferAsync(machine: "printer-1");
        using var tablet = await TabletAsync(code);

        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });
        var hello = tablet.Text;
        await tablet.SendAsync("form.choices:has([value=start])", button: "[value=start]");
        var started = tablet.Text;
        await tablet.SendAsync("form.choices:has([name=until])", new() { ["pin"] = "704912" }, button: "[name=until]");
        var extended = tablet.Text;
        await tablet.SendAsync("form.choices:has([value=end])", button: "[value=end]");
        var ended = tablet.Text;
        await tablet.SendAsync("form:has([value=done])", button: "[value=done]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(hello, Does.Contain("Hello Tifenn").And.Not.Contain("Turner"));
            Assert.That(started, Does.Contain("Under way"));
            Assert.That(extended, Does.Contain("extended"));
            Assert.That(ended, Does.Contain("The use is over"));
            Assert.That(tablet.Text, Does.Not.Contain("Tifenn"));
        }

        var ways = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Action == "checked-in" || row.Action == "use-ended").Select(row => row.Way).ToListAsync());
        Assert.That(ways, Has.All.EqualTo(Fablab.Domain.Audit.AuditWay.Kiosk));
    }

    [Test]
    public async Task At_a_machine_asks_for_the_PIN_as_well_before_a_badge_starts_what_cuts()
    {
        await PinAsync(DemoIds.Numbered(71), "704912");
        var now = Lab.Clock.GetUtcNow();
        using var booked = await BookAsync(Maker, (now, now.AddHours(1)), "cnc-1");
        Assert.That(booked.IsSuccessStatusCode, Is.True, await booked.Content.ReadAsStringAsync());
        var (_, code) = await OfferAsync(machine: "cnc-1");
        using var tablet = await TabletAsync(code);
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = DemoPresence.BadgeNumber });

        await tablet.SendAsync("form.choices:has([value=start])", button: "[value=start]");
        var without = tablet.Text;
        await tablet.SendAsync("form.choices:has([value=start])", new() { ["pin"] = "111222" }, button: "[value=start]");
        var wrong = tablet.Text;
        await tablet.SendAsync("form.choices:has([value=start])", new() { ["pin"] = "704912" }, button: "[value=start]");
        var started = tablet.Text;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(without, Does.Contain("A badge is not enough"));
            Assert.That(wrong, Does.Contain("do not go together"));
            Assert.That(started, Does.Contain("Under way"));
            Assert.That(tablet.Page.QuerySelector("#pin-extend"), Is.Null, "once is enough for as long as they stand there");
        }
    }

    [Test]
    public async Task At_a_machine_extends_once_what_is_tapped_twice()
    {
        var (id, badge, email) = await BadgedAsync("Tifenn Turner");
        await PinAsync(id, "704912");
        using var member = await Lab.ClientOfAsync(email);
        var now = Lab.Clock.GetUtcNow();
        using var booked = await BookAsync(member, (now, now.AddHours(1)), "room-1");
        var (_, code) = await OfferAsync(machine: "room-1");
        using var tablet = await TabletAsync(code);
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });
        await tablet.SendAsync("form.choices:has([value=start])", button: "[value=start]");
        var shown = tablet.Page;
        for (var tap = 0; tap < 2; tap++)
        {
            tablet.GoBackTo(shown);
            await tablet.SendAsync("form.choices:has([name=until])", new() { ["pin"] = "704912" }, button: "[name=until]");
            Assert.That(tablet.Text, Does.Contain("extended"));
        }

        var booking = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        using var read = await member.GetAsync(new Uri($"/api/v1/reservations/{booking}", UriKind.Relative));
        Assert.That((await JsonOfAsync(read)).GetProperty("end").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(75)));
        await tablet.SendAsync("form.choices:has([value=end])", button: "[value=end]");
        LaterBy(TimeSpan.FromSeconds(1));
    }

    [Test]
    public async Task At_a_machine_offers_use_without_a_booking_where_the_rules_allow_it()
    {
        var (id, badge, _) = await BadgedAsync("Tifenn Turner");
        await PinAsync(id, "704912");
        var (_, code) = await OfferAsync(machine: "printer-2");
        using var tablet = await TabletAsync(code);
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });
        var forbidden = tablet.Page.QuerySelector("[value=walk-up]");

        await RulesAsync("""[{ "kind": "walk-up", "use": "createsBooking" }, { "kind": "presence" }]""");
        await tablet.GoAsync("/kiosk");
        await tablet.SendAsync("form:has([value=walk-up])", new() { ["pin"] = "704912" }, button: "[value=walk-up]");
        var absent = tablet.Text;
        using var noted = await FrontDesk.PostAsJsonAsync("/api/v1/sites/atelier/visits", new { memberId = id });
        await tablet.SendAsync("form:has([value=walk-up])", button: "[value=walk-up]");
        var started = tablet.Text;
        await tablet.SendAsync("form.choices:has([value=end])", button: "[value=end]");
        await RulesAsync("[]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(forbidden, Is.Null);
            Assert.That(absent, Does.Contain("Badge in at the door of the site first"));
            Assert.That(started, Does.Contain("Under way").And.Contain("Your booking"));
        }
    }

    [Test]
    public async Task At_a_machine_forgets_by_itself_who_badged()
    {
        var (_, badge, _) = await BadgedAsync("Tifenn Turner");
        var (_, code) = await OfferAsync(machine: "printer-1");
        using var tablet = await TabletAsync(code);
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });
        var known = tablet.Text;

        LaterBy(TimeSpan.FromSeconds(31));
        await tablet.GoAsync("/kiosk");

        Assert.That((known.Contains("Hello Tifenn", StringComparison.Ordinal), tablet.Text.Contains("Tifenn", StringComparison.Ordinal)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task At_a_machine_takes_a_report_of_a_fault()
    {
        var (_, badge, _) = await BadgedAsync();
        var (_, code) = await OfferAsync(machine: "printer-1");
        using var tablet = await TabletAsync(code);
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });

        await tablet.SendAsync("form:has([value=fault])", new() { ["text"] = "The door does not close" });

        var texts = await Lab.WithDbAsync(db => db.Faults.AsNoTracking().Select(fault => fault.Text).ToListAsync());
        Assert.That(tablet.Text, Does.Contain("reported"));
        Assert.That(texts, Does.Contain("The door does not close"));
    }

    [TestCase(80, "reported")]
    [TestCase(100, "Too much time has passed")]
    public async Task At_a_machine_takes_a_report_that_was_long_in_typing_or_says_that_it_did_not(int seconds, string said)
    {
        var (_, badge, _) = await BadgedAsync();
        var (_, code) = await OfferAsync(machine: "printer-1");
        using var tablet = await TabletAsync(code);
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });
        LaterBy(TimeSpan.FromSeconds(seconds));

        await tablet.SendAsync("form:has([value=fault])", new() { ["text"] = $"The fan is loud since {seconds} s" });

        var texts = await Lab.WithDbAsync(db => db.Faults.AsNoTracking().Select(fault => fault.Text).ToListAsync());
        Assert.That(tablet.Text, Does.Contain(said));
        Assert.That(texts.Contains($"The fan is loud since {seconds} s"), Is.EqualTo(said == "reported"));
    }

    [Test]
    public async Task At_a_machine_is_not_closed_to_who_holds_a_badge_by_what_others_tried()
    {
        var (id, badge, email) = await BadgedAsync();
        await PinAsync(id, "704912");
        using var member = await Lab.ClientOfAsync(email);
        var now = Lab.Clock.GetUtcNow();
        using var booked = await BookAsync(member, (now, now.AddHours(1)), "room-1");
        Assert.That(booked.IsSuccessStatusCode, Is.True, await booked.Content.ReadAsStringAsync());
        var (_, code) = await OfferAsync(machine: "room-1");
        using var tablet = await TabletAsync(code);
        for (var guess = 0; guess < 31; guess++)
        {
            await tablet.SendAsync("form:has(#pin)", new() { ["email"] = $"somebody-{guess}@fablab.example", ["pin"] = "111222" });
        }

        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = badge });
        await tablet.SendAsync("form.choices:has([value=start])", button: "[value=start]");
        await tablet.SendAsync("form.choices:has([name=until])", new() { ["pin"] = "704912" }, button: "[name=until]");

        Assert.That(tablet.Text, Does.Contain("extended"));
        await tablet.SendAsync("form.choices:has([value=end])", button: "[value=end]");
        LaterBy(TimeSpan.FromSeconds(1));
    }

    [Test]
    public async Task Gives_nobody_rights_of_staff_even_when_a_manager_badged()
    {
        using var answer = await Manager.PostAsJsonAsync($"/api/v1/members/{DemoIds.Numbered(73)}/badges", new { number = "AD000001", label = "" });
        var (_, code) = await OfferAsync(machine: "printer-1");
        using var tablet = await TabletAsync(code);
        await tablet.SendAsync("form[data-badge]", new() { ["badge"] = "AD000001" });

        await tablet.GoAsync("/sites/atelier/board");

        Assert.That(tablet.Address, Does.StartWith("/sign-in"));
    }

    /// <summary>A browser that is the kiosk of a code.</summary>
    private async Task<Browser> TabletAsync(string code)
    {
        var browser = await Browser.OpenAsync(Lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", null);
        await browser.GoAsync("/kiosk");
        await browser.SendAsync("form[action='/kiosk/pair']", new() { ["code"] = code });
        Assert.That((browser.Status, browser.Address), Is.EqualTo((HttpStatusCode.OK, "/kiosk")));
        return browser;
    }
}
