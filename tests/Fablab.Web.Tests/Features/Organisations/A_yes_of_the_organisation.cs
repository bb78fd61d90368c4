using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class A_yes_of_the_organisation(StorageProvider provider) : BudgetTest(provider)
{
    [Test]
    public async Task Is_asked_for_once_for_a_whole_series()
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(organisation);
        var (_, buyerId, _) = await MemberOfAsync(organisation, OrganisationRole.Buyer);
        await Lab.WithDbAsync(db => db.Organisations.Where(row => row.Id == organisation).ExecuteUpdateAsync(set => set.SetProperty(row => row.ApprovalAboveMinor, 100L)));
        var project = await ProjectAsync(owner, organisation, null);
        var (first, _) = FreshSlot();

        using var booked = await member.PostAsJsonAsync("/api/v1/reservation-series", new
        {
            machine = "printer-2",
            firstStart = first.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
            seconds = 3600,
            projectId = project,
            recurrence = new { kind = "daily", every = 1, count = 3 },
            acceptSoft = new[] { "amount-needs-approval" },
        });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
            Assert.That((await ToldAsync(buyerId)).Where(code => code.StartsWith("spending-waits", StringComparison.Ordinal)), Is.EqualTo(["spending-waits-series"]));
            Assert.That(await Lab.WithDbAsync(db => db.Reservations.CountAsync(row => row.Project == new ProjectId(project) && row.State == ReservationState.Requested)), Is.EqualTo(3));
        }

        var series = await JsonOfAsync(booked);
        using var moved = await member.PostAsJsonAsync($"/api/v1/reservation-series/{series.GetProperty("id").GetGuid()}/move", new
        {
            reservationId = series.GetProperty("reservations")[0].GetProperty("id").GetGuid(),
            reach = "all",
            seconds = 3600,
            acceptSoft = new[] { "amount-needs-approval" },
            start = first.AddMinutes(30).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
        });

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await moved.Content.ReadAsStringAsync());
        Assert.That((await ToldAsync(buyerId)).Where(code => code.StartsWith("spending-waits", StringComparison.Ordinal)), Is.EqualTo(["spending-waits-series", "spending-waits-series"]));
    }

    [Test]
    public async Task Is_given_by_an_owner_or_buyer_and_by_no_manager()
    {
        var (owner, organisation, member, memberId, project) = await LimitedAsync(above: 200);
        var (buyer, buyerId, _) = await MemberOfAsync(organisation, OrganisationRole.Buyer);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var refused = await BookOnAsync(member, FreshSlot(), project);
        var reservation = await BookedAsync(member, project, accept: "amount-needs-approval");
        var path = $"/api/v1/organisations/{organisation}/requests";

        var waiting = await owner.GetStringAsync(path);
        var ofTheSite = await manager.GetStringAsync("/api/v1/reservations/requested");
        using var byManager = await manager.PostAsync($"/api/v1/reservations/{reservation}/approve", null);
        using var byMember = await member.PostAsync($"{path}/{reservation}/approve", null);
        using var byStranger = await Maker.PostAsync($"{path}/{reservation}/approve", null);
        using var yes = await buyer.PostAsync($"{path}/{reservation}/approve", null);
        using var again = await owner.PostAsync($"{path}/{reservation}/approve", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ProblemCodesOfAsync(refused), Is.EqualTo(["amount-needs-approval"]));
            Assert.That(waiting, Does.Contain(reservation.ToString()).And.Contain("300"));
            Assert.That(ofTheSite, Does.Not.Contain(reservation.ToString()));
            Assert.That((byManager.StatusCode, byMember.StatusCode, byStranger.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Forbidden, HttpStatusCode.NotFound)));
            Assert.That((yes.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Conflict)));
            Assert.That(await StateAsync(member, reservation), Is.EqualTo("confirmed"));
            Assert.That(await ToldAsync(memberId), Does.Contain("request-approved"));
            Assert.That(await ToldAsync(buyerId), Does.Contain("spending-waits"));
        }
    }

    [Test]
    public async Task Refused_gives_the_time_and_the_money_back_with_a_reason()
    {
        var (owner, organisation, member, memberId, project) = await LimitedAsync(above: 0);
        var reservation = await BookedAsync(member, project, accept: "amount-needs-approval");

        using var no = await owner.PostAsJsonAsync($"/api/v1/organisations/{organisation}/requests/{reservation}/decline", new { reason = "Not this month." });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(no.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await StateAsync(member, reservation), Is.EqualTo("declined"));
            Assert.That(await member.GetStringAsync("/api/v1/notices"), Does.Contain("Not this month."));
            Assert.That(await ToldAsync(memberId), Does.Contain("request-declined"));
        }
    }

    [Test]
    public async Task Is_needed_beyond_what_a_member_may_spend_in_a_month()
    {
        var (owner, organisation, member, memberId, project) = await LimitedAsync(above: null);
        using var limited = await owner.PutAsJsonAsync($"/api/v1/organisations/{organisation}/members/{memberId}/limit", new { monthlyLimitMinor = 500 });
        await BookedAsync(member, project);

        using var second = await BookOnAsync(member, FreshSlot(), project);
        using var byOwner = await BookOnAsync(owner, FreshSlot(), project);
        using var byMember = await member.PutAsJsonAsync($"/api/v1/organisations/{organisation}/members/{memberId}/limit", new { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(limited.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(await ProblemCodesOfAsync(second), Is.EqualTo(["member-limit-needs-approval"]));
            Assert.That((byOwner.StatusCode, byMember.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Forbidden)));
        }
    }

    [Test]
    public async Task Stands_beside_that_of_the_sites_manager_and_both_are_needed()
    {
        var (owner, organisation, member, memberId, project) = await LimitedAsync(above: 0);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        await RulesAsync(manager, """[ { "kind": "approval", "heldFor": "48:00:00" } ]""");
        try
        {
            using var booked = await BookOnAsync(member, FreshSlot(), project, "room-1", "amount-needs-approval", "approval-needed");
            var reservation = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();

            using var ofTheSite = await manager.PostAsync($"/api/v1/reservations/{reservation}/approve", null);
            var between = (await StateAsync(member, reservation), (await ToldAsync(memberId)).Contains("request-approved"));
            using var twice = await manager.PostAsync($"/api/v1/reservations/{reservation}/approve", null);
            using var ours = await owner.PostAsync($"/api/v1/organisations/{organisation}/requests/{reservation}/approve", null);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(ofTheSite.StatusCode, Is.EqualTo(HttpStatusCode.OK));
                Assert.That(between, Is.EqualTo(("requested", false)));
                Assert.That((twice.StatusCode, ours.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.OK)));
                Assert.That(await StateAsync(member, reservation), Is.EqualTo("confirmed"));
            }
        }
        finally
        {
            await RulesAsync(manager, "[]");
        }
    }

    [Test]
    public async Task Is_not_got_around_by_using_the_machine_for_longer()
    {
        var (owner, organisation, member, memberId, project) = await LimitedAsync(above: 1_000);
        var now = Lab.Clock.GetUtcNow();
        using var booked = await BookOnAsync(member, (now, now.AddMinutes(30)), project, "room-1");
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        using var checkIn = await member.PostAsync($"/api/v1/reservations/{id}/check-in", null);

        using var longer = await member.PostAsJsonAsync(
            $"/api/v1/reservations/{id}/move", new { start = now.UtcDateTime, end = now.AddMinutes(90).UtcDateTime, acceptSoft = new[] { "amount-needs-approval" } });
        using var ended = await member.PostAsync($"/api/v1/reservations/{id}/end", null);

        Assert.That(checkIn.StatusCode, Is.EqualTo(HttpStatusCode.OK), await checkIn.Content.ReadAsStringAsync());
        Assert.That((longer.StatusCode, await ProblemCodesOfAsync(longer)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, new[] { "amount-needs-approval" })));
    }

    [Test]
    public async Task Is_not_got_around_by_handing_over()
    {
        var (owner, organisation, _, _, project) = await LimitedAsync(above: null);
        var (buyer, _, _) = await MemberOfAsync(organisation, OrganisationRole.Buyer);
        var (colleague, colleagueId, email) = await MemberOfAsync(organisation);
        using var limited = await owner.PutAsJsonAsync($"/api/v1/organisations/{organisation}/members/{colleagueId}/limit", new { monthlyLimitMinor = 200 });
        var reservation = await BookedAsync(buyer, project);
        using var offered = await buyer.PostAsJsonAsync($"/api/v1/reservations/{reservation}/transfer", new { toEmail = email });
        var handover = (await JsonOfAsync(offered)).GetProperty("id").GetGuid();

        using var accepted = await colleague.PostAsJsonAsync($"/api/v1/handovers/{handover}/accept", new { acceptSoft = new[] { "member-limit-needs-approval" } });

        Assert.That((accepted.StatusCode, await ProblemCodesOfAsync(accepted)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, new[] { "member-limit-needs-approval" })));
    }

    [Test]
    public async Task Waits_no_longer_when_the_request_is_moved_and_ends_at_its_start()
    {
        var (_, _, member, _, project) = await LimitedAsync(above: 0);
        var far = Lab.Clock.GetUtcNow().AddDays(12);
        var near = Lab.Clock.GetUtcNow().AddDays(1).AddHours(3);
        using var booked = await BookOnAsync(member, (far, far.AddHours(1)), project, "printer-2", "amount-needs-approval");
        var id = (await JsonOfAsync(booked)).GetProperty("id").GetGuid();
        var row = new Fablab.Domain.Reservations.ReservationId(id);

        using var moved = await member.PostAsJsonAsync(
            $"/api/v1/reservations/{id}/move", new { start = near.UtcDateTime, end = near.AddHours(1).UtcDateTime, acceptSoft = new[] { "amount-needs-approval" } });
        var lapses = await Lab.WithDbAsync(db => Task.FromResult(db.Reservations.Single(r => r.Id == row).ExpiresAt));

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await moved.Content.ReadAsStringAsync());
        Assert.That(lapses, Is.EqualTo(NodaTime.Instant.FromDateTimeOffset(near)));
    }

    [Test]
    public async Task Is_said_to_what_was_seen_and_to_nothing_else()
    {
        var (owner, organisation, member, _, project) = await LimitedAsync(above: 0);
        var reservation = await BookedAsync(member, project, accept: "amount-needs-approval");
        var path = $"/api/v1/organisations/{organisation}/requests";
        var seen = JsonDocument.Parse(await owner.GetStringAsync(path)).RootElement[0].GetProperty("version").GetString()!;
        var slot = FreshSlot(120);
        using var moved = await member.PostAsJsonAsync(
            $"/api/v1/reservations/{reservation}/move", new { start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime, acceptSoft = new[] { "amount-needs-approval" } });
        var anew = JsonDocument.Parse(await owner.GetStringAsync(path)).RootElement[0].GetProperty("version").GetString()!;

        using var stale = await YesAsync(seen);
        using var yes = await YesAsync(anew);

        Assert.That((moved.StatusCode, stale.StatusCode, yes.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.OK)));

        Task<HttpResponseMessage> YesAsync(string version)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/{reservation}/approve");
            request.Headers.TryAddWithoutValidation("If-Match", version);
            return owner.SendAsync(request);
        }
    }

    [Test]
    public async Task Lapses_when_nobody_answers_in_three_days()
    {
        var (_, _, member, _, project) = await LimitedAsync(above: 0);
        var far = Lab.Clock.GetUtcNow().AddDays(10);

        using var booked = await BookOnAsync(member, (far, far.AddHours(1)), project, "printer-2", "amount-needs-approval");
        using var check = await member.GetAsync($"/api/v1/reservations/{(await JsonOfAsync(booked)).GetProperty("id").GetGuid()}");
        var lapses = await Lab.WithDbAsync(db => Task.FromResult(db.Reservations.OrderByDescending(r => r.Id).First().ExpiresAt));

        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        Assert.That(lapses, Is.EqualTo(NodaTime.Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow().AddHours(72))));
    }

    private async Task<(HttpClient Owner, OrganisationId Id, HttpClient Member, MemberId MemberId, Guid Project)> LimitedAsync(long? above)
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, memberId, _) = await MemberOfAsync(organisation);
        using var limits = await owner.PutAsJsonAsync($"/api/v1/organisations/{organisation}/limits", new { approvalAboveMinor = above });
        Assert.That(limits.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return (owner, organisation, member, memberId, await ProjectAsync(owner, organisation, null));
    }

    private static async Task RulesAsync(HttpClient manager, string rules)
    {
        using var saved = await manager.PutAsJsonAsync("/api/v1/sites/atelier/rules", new { note = "For a test", rules = JsonDocument.Parse(rules).RootElement });
        Assert.That(saved.IsSuccessStatusCode, Is.True, await saved.Content.ReadAsStringAsync());
    }
}
