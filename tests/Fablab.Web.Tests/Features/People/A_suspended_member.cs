using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_suspended_member(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Books_nothing_there_and_is_told_why()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);

        using var suspended = await SuspendAsync(Manager, id, "atelier");
        var during = await ProblemsAsync(member);
        using var booked = await BookAsync(member, FreshSlot());
        using var again = await SuspendAsync(Manager, id, "atelier");
        var suspension = (await JsonOfAsync(suspended)).GetProperty("id").GetGuid();
        using var lifted = await Manager.PostAsync(new Uri($"/api/v1/members/{id}/suspensions/{suspension}/lift", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((suspended.StatusCode, again.StatusCode, lifted.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.NoContent)));
            Assert.That(during, Does.Contain("member-suspended"));
            Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(await ProblemsAsync(member), Does.Not.Contain("member-suspended"));
            Assert.That(await member.GetStringAsync("/api/v1/notices"), Does.Contain("Left the laser alone").And.Contain("suspension-lifted"));
        }
    }

    [Test]
    public async Task Is_offered_no_free_time_and_joins_no_line_there()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        var window = new { machine = "printer-1", windowStart = "2026-03-09T08:00:00Z", windowEnd = "2026-03-09T18:00:00Z", seconds = 3_600 };
        const string openings = "/api/v1/openings?machine=printer-1&from=2026-03-09T08:00:00Z&to=2026-03-09T18:00:00Z&seconds=3600";

        var before = await member.GetStringAsync(openings);
        using var suspended = await SuspendAsync(Manager, id, "atelier");
        var during = await member.GetStringAsync(openings);
        using var joined = await member.PostAsJsonAsync("/api/v1/waiting-list", window);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before.Contains("member-suspended", StringComparison.Ordinal), suspended.StatusCode), Is.EqualTo((false, HttpStatusCode.Created)));
            Assert.That(during, Does.Contain("member-suspended"));
            Assert.That(joined.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(await joined.Content.ReadAsStringAsync(), Does.Contain("wish-refused").And.Contain("member-suspended"));
        }
    }

    [Test]
    public async Task Keeps_what_is_booked_and_cannot_check_in()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        var start = new DateTimeOffset(2026, 3, 2, 8, 5, 0, TimeSpan.Zero);
        using var booked = await BookAsync(member, (start, start.AddHours(1)), "printer-2");
        var reservation = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

        using var suspended = await SuspendAsync(Manager, id, "atelier");
        using var refused = await member.PostAsync(new Uri($"/api/v1/reservations/{reservation}/check-in", UriKind.Relative), null);
        var kept = await member.GetStringAsync($"/api/v1/reservations/{reservation}");
        var suspension = (await JsonOfAsync(suspended)).GetProperty("id").GetGuid();
        using var lifted = await Manager.PostAsync(new Uri($"/api/v1/members/{id}/suspensions/{suspension}/lift", UriKind.Relative), null);
        using var allowed = await FrontDesk.PostAsync(new Uri($"/api/v1/reservations/{reservation}/check-in", UriKind.Relative), null);
        using var other = await Elsewhere.PostAsync(new Uri($"/api/v1/reservations/{reservation}/check-in", UriKind.Relative), null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(kept, Does.Contain("confirmed"));
            Assert.That(allowed.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the front desk checks in for others: " + await allowed.Content.ReadAsStringAsync());
            Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Is_free_again_when_the_suspension_ends_by_itself()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        using var suspended = await SuspendAsync(Manager, id, "atelier", Lab.Clock.GetUtcNow().AddMinutes(1));
        var during = await ProblemsAsync(member);

        Lab.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.That((during.Contains("member-suspended"), (await ProblemsAsync(member)).Contains("member-suspended")), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Everywhere_is_signed_out_at_once_and_cannot_sign_in()
    {
        var (email, id) = await PersonAsync();
        using var program = await Lab.ClientOfAsync(email);
        using var visitor = Lab.Visitor();

        using var byManager = await SuspendAsync(Manager, id, null);
        using var suspended = await SuspendAsync(Administrator, id, null);
        using var after = await program.GetAsync(new Uri("/api/v1/members/me", UriKind.Relative));
        using var right = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = Password });
        using var wrong = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email, password = "not the password at all" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((byManager.StatusCode, suspended.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Created)));
            Assert.That((after.StatusCode, right.StatusCode, wrong.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized)));
            Assert.That(await right.Content.ReadAsStringAsync(), Does.Contain("account-suspended"));
        }
    }

    [Test]
    public async Task Is_suspended_by_managers_of_the_site_only_and_never_by_themselves()
    {
        var (_, id) = await PersonAsync();
        var manager = (await Manager.GetFromJsonAsync<System.Text.Json.JsonElement>("/api/v1/members/me")).GetProperty("id").GetGuid();

        using var elsewhere = await SuspendAsync(Elsewhere, id, "atelier");
        using var desk = await SuspendAsync(FrontDesk, id, "atelier");
        using var maker = await SuspendAsync(Maker, id, "atelier");
        using var self = await SuspendAsync(Manager, manager, "atelier");
        using var administrator = await SuspendAsync(Manager, DemoIds.Numbered(76), "atelier");

        Assert.That(
            (elsewhere.StatusCode, desk.StatusCode, maker.StatusCode, self.StatusCode, administrator.StatusCode),
            Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
    }

    [Test]
    public async Task Receives_nothing_from_other_hands()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        using var booked = await BookAsync(Maker, FreshSlot());
        var reservation = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        using var offered = await Maker.PostAsJsonAsync($"/api/v1/reservations/{reservation}/transfer", new { toEmail = email });
        using var suspended = await SuspendAsync(Manager, id, "atelier");

        using var accepted = await member.PostAsJsonAsync($"/api/v1/handovers/{(await JsonOfAsync(offered)).GetProperty("id").GetGuid()}/accept", new { });

        Assert.That(await ProblemCodesOfAsync(accepted), Does.Contain("member-suspended"));
    }

    [Test]
    public async Task Does_not_lift_it_as_a_manager_of_the_site()
    {
        var (email, id) = await PersonAsync();
        using var granted = await Administrator.PostAsJsonAsync($"/api/v1/members/{id}/roles", new { role = "manager", site = "atelier" });
        using var suspended = await SuspendAsync(Administrator, id, "atelier");
        using var manager = await Lab.ClientOfAsync(email);

        using var lifted = await manager.PostAsync($"/api/v1/members/{id}/suspensions/{(await JsonOfAsync(suspended)).GetProperty("id").GetGuid()}/lift", null);

        Assert.That(lifted.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Is_no_administrator_who_could_then_give_no_roles()
    {
        var (_, id) = await PersonAsync();
        using var granted = await Administrator.PostAsJsonAsync($"/api/v1/members/{id}/roles", new { role = "administrator" });

        using var suspended = await SuspendAsync(Administrator, id, null);

        Assert.That(suspended.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        using var taken = await Administrator.DeleteAsync(new Uri($"/api/v1/members/{id}/roles/{(await JsonOfAsync(granted)).GetProperty("id").GetGuid()}", UriKind.Relative));
    }

    private static Task<HttpResponseMessage> SuspendAsync(HttpClient by, Guid member, string? site, DateTimeOffset? until = null) =>
        by.PostAsJsonAsync($"/api/v1/members/{member}/suspensions", new { site, reason = "Left the laser alone", until = until?.UtcDateTime });
}
