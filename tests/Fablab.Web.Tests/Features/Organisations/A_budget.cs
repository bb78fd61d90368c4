using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Organisations;

public sealed class A_budget(StorageProvider provider) : BudgetTest(provider)
{
    [Test]
    public async Task Asks_for_a_yes_near_its_end_and_stops_at_it()
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(organisation);
        var project = await ProjectAsync(owner, organisation, 1_000);
        await BookedAsync(member, project);
        await BookedAsync(member, project);

        using var asked = await BookOnAsync(member, FreshSlot(), project);
        var requested = await BookedAsync(member, project, accept: "budget-needs-approval");
        using var beyond = await BookOnAsync(member, FreshSlot(), project, "printer-1", "budget-needs-approval", "budget-exhausted");
        using var byOwner = await BookOnAsync(owner, FreshSlot(), project);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((asked.StatusCode, await ProblemCodesOfAsync(asked)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, new[] { "budget-needs-approval" })));
            Assert.That(await StateAsync(member, requested), Is.EqualTo("requested"));
            Assert.That(await ProblemCodesOfAsync(beyond), Is.EqualTo(["budget-exhausted"]));
            Assert.That(await ProblemCodesOfAsync(byOwner), Is.EqualTo(["budget-exhausted"]), "owners need no yes, but money they need");
            Assert.That(await SpentAsync(owner, organisation, project), Is.EqualTo(900));
        }
    }

    [Test]
    public async Task Lets_no_two_bookings_at_once_spend_its_last_euro()
    {
        var (owner, organisation) = await OrganisationAsync();
        var project = await ProjectAsync(owner, organisation, 900, approvalPercent: 100);
        var people = new List<HttpClient>();
        for (var person = 0; person < 6; person++)
        {
            people.Add((await MemberOfAsync(organisation)).Client);
        }

        var slots = people.Select(_ => FreshSlot()).ToList();
        var answers = await Task.WhenAll(people.SelectMany((person, index) => new[] { "printer-1", "printer-2" }.Select(machine => BookOnAsync(person, slots[index], project, machine))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.Created), Is.EqualTo(3));
            Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.UnprocessableEntity), Is.EqualTo(9));
            Assert.That(await SpentAsync(owner, organisation, project), Is.EqualTo(900));
        }
    }

    [Test]
    public async Task Is_told_of_once_at_each_of_its_shares()
    {
        var (owner, organisation) = await OrganisationAsync();
        var me = await Lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Organisation == organisation).Select(row => row.Member).SingleAsync());
        var project = await ProjectAsync(owner, organisation, 1_500);
        var told = new List<int>();
        for (var hour = 0; hour < 5; hour++)
        {
            await BookedAsync(owner, project);
            told.Add((await ToldAsync(me)).Count(code => code.StartsWith("budget-", StringComparison.Ordinal)));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Is.EqualTo([0, 0, 1, 2, 3]), "20, 40, 60, 80, 100 %");
            Assert.That((await ToldAsync(me)).Where(code => code.StartsWith("budget-", StringComparison.Ordinal)), Is.EqualTo(["budget-warns", "budget-asks", "budget-spent"]));
        }
    }

    [Test]
    public async Task Gets_back_what_is_cancelled_and_counts_what_was_used()
    {
        var (owner, organisation) = await OrganisationAsync();
        var project = await ProjectAsync(owner, organisation, 10_000);
        var reservation = await BookedAsync(owner, project);
        var booked = await SpentAsync(owner, organisation, project);
        using var cancelled = await owner.PostAsync($"/api/v1/reservations/{reservation}/cancel", null);
        var given = await SpentAsync(owner, organisation, project);

        var now = Lab.Clock.GetUtcNow();
        using var room = await BookOnAsync(owner, (now, now.AddHours(1)), project, "room-1");
        var id = (await JsonOfAsync(room)).GetProperty("id").GetGuid();
        using var checkIn = await owner.PostAsync($"/api/v1/reservations/{id}/check-in", null);
        var running = await SpentAsync(owner, organisation, project);
        Lab.Clock.Advance(TimeSpan.FromMinutes(30));
        using var ended = await owner.PostAsync($"/api/v1/reservations/{id}/end", null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((booked, given, running), Is.EqualTo((300, 0, 1_500)));
            Assert.That((checkIn.StatusCode, ended.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That(await SpentAsync(owner, organisation, project), Is.EqualTo(1_500), "charged, and no longer booked");
        }

        // Charged beyond its price while it goes on, beside another use of which nothing was charged.
        var (over, beside) = (new ReservationId(id), new ReservationId(await BookedAsync(owner, project)));
        var open = await SpentAsync(owner, organisation, project);
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == over || r.Id == beside).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReservationState.Active)));
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == over).ExecuteUpdateAsync(set => set.SetProperty(r => r.PriceMinor, 500)));
        var both = await SpentAsync(owner, organisation, project);
        await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == over || r.Id == beside).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, ReservationState.Completed)));
        Assert.That((open, both), Is.EqualTo((1_800, 1_800)), "what one use costs beyond its price is not taken off the other");
    }

    [Test]
    public async Task Of_a_month_begins_anew()
    {
        var (owner, organisation) = await OrganisationAsync();
        var project = await ProjectAsync(owner, organisation, 300, "month");
        var later = new DateTimeOffset(2026, 4, 20, 8, 0, 0, TimeSpan.Zero);

        await BookedAsync(owner, project);
        using var full = await BookOnAsync(owner, FreshSlot(), project);
        using var april = await BookOnAsync(owner, (later, later.AddHours(1)), project);

        Assert.That((full.StatusCode, april.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created)), await april.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task Is_asked_when_a_booking_gets_longer_but_not_when_it_only_moves()
    {
        var (owner, organisation) = await OrganisationAsync();
        var project = await ProjectAsync(owner, organisation, 300);
        var reservation = await BookedAsync(owner, project);
        var slot = FreshSlot(120);

        using var moved = await owner.PostAsJsonAsync($"/api/v1/reservations/{reservation}/move", new { start = slot.Start.UtcDateTime, end = slot.Start.AddHours(1).UtcDateTime });
        using var longer = await owner.PostAsJsonAsync($"/api/v1/reservations/{reservation}/move", new { start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime });

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await moved.Content.ReadAsStringAsync());
        Assert.That(await ProblemCodesOfAsync(longer), Is.EqualTo(["budget-exhausted"]));
    }

    [Test]
    public async Task Is_the_owners_to_say_and_members_see_none_of_it()
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(organisation);
        var (accountant, _, _) = await MemberOfAsync(organisation, OrganisationRole.Accountant);
        var project = await ProjectAsync(owner, organisation, 5_000);
        var path = $"/api/v1/organisations/{organisation}/projects";

        using var byMember = await member.PostAsJsonAsync(path, new { name = "Mine" });
        using var byStranger = await Maker.PostAsJsonAsync(path, new { name = "Mine" });
        using var closed = await owner.PutAsJsonAsync($"{path}/{project}", new { name = "Buoy", isClosed = true, budgetMinor = 5_000 });
        using var impossible = await owner.PutAsJsonAsync($"{path}/{project}", new { name = " ", warnPercent = 90, approvalPercent = 80 });
        using var onClosed = await BookOnAsync(member, FreshSlot(), project);
        using var foreign = await Maker.GetAsync(path);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((byMember.StatusCode, byStranger.StatusCode, foreign.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(closed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(await ReasonsOfAsync(impossible), Is.EqualTo(["name-missing", "budget-impossible"]));
            Assert.That(await ProblemCodesOfAsync(onClosed), Is.EqualTo(["project-not-yours"]));
            Assert.That(await member.GetStringAsync(path), Does.Contain("Buoy").And.Not.Contain("5000"));
            Assert.That(await accountant.GetStringAsync(path), Does.Contain("5000"));
        }
    }

    [Test]
    public async Task Of_nothing_is_what_an_organisation_has_that_nobody_verified()
    {
        var (owner, organisation) = await OrganisationAsync(isVerified: false);
        var project = await ProjectAsync(owner, organisation, null);

        using var refused = await BookOnAsync(owner, FreshSlot(), project);

        Assert.That(await ProblemCodesOfAsync(refused), Is.EqualTo(["organisation-not-verified"]));
    }

    [Test]
    public async Task Is_chosen_by_default_as_the_organisation_says_or_as_one_says_oneself()
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(organisation);
        var (first, second) = (await ProjectAsync(owner, organisation, null), await ProjectAsync(owner, organisation, null));

        using var limits = await owner.PutAsJsonAsync($"/api/v1/organisations/{organisation}/limits", new { defaultProjectId = first });
        var ofOrganisation = await DefaultAsync(member);
        using var chosen = await member.PutAsJsonAsync("/api/v1/members/me/default-project", new { projectId = second });
        var own = await DefaultAsync(member);
        using var notMine = await Maker.PutAsJsonAsync("/api/v1/members/me/default-project", new { projectId = second });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((limits.StatusCode, chosen.StatusCode, notMine.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
            Assert.That((ofOrganisation, own), Is.EqualTo((first, second)));
        }
    }

    [Test]
    public async Task Is_asked_when_a_booking_moves_into_another_month()
    {
        var (owner, organisation) = await OrganisationAsync();
        var project = await ProjectAsync(owner, organisation, 300, "month");
        var april = new DateTimeOffset(2026, 4, 21, 8, 0, 0, TimeSpan.Zero);
        using var full = await BookOnAsync(owner, (april, april.AddHours(1)), project);
        var march = await BookedAsync(owner, project);

        using var moved = await owner.PostAsJsonAsync($"/api/v1/reservations/{march}/move", new { start = april.AddHours(2).UtcDateTime, end = april.AddHours(3).UtcDateTime });

        Assert.That(full.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(await ProblemCodesOfAsync(moved), Is.EqualTo(["budget-exhausted"]));
    }

    [Test]
    public async Task Is_told_in_amounts_only_to_whom_money_is_shown()
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, memberId, _) = await MemberOfAsync(organisation);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        var project = await ProjectAsync(owner, organisation, 200);
        var slot = FreshSlot();
        var wish = new { machine = "printer-1", start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime, projectId = project, forMember = memberId.Value };

        using var byOwner = await owner.PostAsJsonAsync("/api/v1/reservations/check", wish with { forMember = await OwnerIdAsync(organisation) });
        using var byMember = await member.PostAsJsonAsync("/api/v1/reservations/check", wish);
        using var byManager = await manager.PostAsJsonAsync("/api/v1/reservations/check", wish);
        using var byStranger = await Maker.PostAsJsonAsync("/api/v1/reservations/check", wish);
        using var forOwner = await member.PostAsJsonAsync("/api/v1/reservations/check", wish with { forMember = await OwnerIdAsync(organisation) });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await byOwner.Content.ReadAsStringAsync(), Does.Contain("budget-exhausted").And.Contain("limitMinor"));
            Assert.That(await byMember.Content.ReadAsStringAsync(), Does.Contain("budget-exhausted").And.Not.Contain("limitMinor").And.Not.Contain("spentMinor"));
            Assert.That(await byManager.Content.ReadAsStringAsync(), Does.Contain("budget-exhausted").And.Not.Contain("limitMinor"));
            Assert.That((byStranger.StatusCode, forOwner.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)), "who may not book for others may not ask for them");
            Assert.That(await byStranger.Content.ReadAsStringAsync(), Does.Not.Contain("budget"));
        }
    }

    [Test]
    public async Task Keeps_the_tariff_of_a_booking_that_changes()
    {
        var (owner, organisation) = await OrganisationAsync();
        var project = await ProjectAsync(owner, organisation, 100_000);
        var reservation = await BookedAsync(owner, project);
        var slot = FreshSlot();
        var dearer = new TariffId(Guid.CreateVersion7());
        var old = await Lab.WithDbAsync(async db =>
        {
            var machine = await db.Machines.SingleAsync(row => row.Code == "printer-1");
            return await db.Tariffs.AsNoTracking().SingleAsync(row => row.Id == machine.Tariff);
        });
        await Lab.WithDbAsync(async db =>
        {
            db.Add(old with { Id = dearer, Name = "Dearer", HourlyRateMicros = old.HourlyRateMicros * 2 });
            await db.SaveChangesAsync();
            return await db.Machines.Where(row => row.Code == "printer-1").ExecuteUpdateAsync(set => set.SetProperty(row => row.Tariff, dearer));
        });
        try
        {
            using var moved = await owner.PostAsJsonAsync($"/api/v1/reservations/{reservation}/move", new { start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime });

            Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK), await moved.Content.ReadAsStringAsync());
            Assert.That(await SpentAsync(owner, organisation, project), Is.EqualTo(300));
        }
        finally
        {
            await Lab.WithDbAsync(db => db.Machines.Where(row => row.Code == "printer-1").ExecuteUpdateAsync(set => set.SetProperty(row => row.Tariff, old.Id)));
        }
    }

    [Test]
    public async Task Stands_beside_limits_that_owners_read_and_change_by_their_version()
    {
        var (owner, organisation) = await OrganisationAsync();
        var (member, _, _) = await MemberOfAsync(organisation);
        var path = $"/api/v1/organisations/{organisation}/limits";
        using var read = await owner.GetAsync(path);
        using var byMember = await member.GetAsync(path);
        using var byStranger = await Maker.GetAsync(path);

        using var first = await PutAsync(new { approvalAboveMinor = 700, hidesTitles = true });
        using var stale = await PutAsync(new { });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.StatusCode, byMember.StatusCode, byStranger.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.NotFound)));
            Assert.That((first.StatusCode, stale.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.PreconditionFailed)));
            Assert.That(await owner.GetStringAsync(path), Does.Contain("700").And.Contain("true"));
        }

        Task<HttpResponseMessage> PutAsync(object limits)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(limits) };
            request.Headers.TryAddWithoutValidation("If-Match", read.Headers.ETag!.ToString());
            return owner.SendAsync(request);
        }
    }

    [TestCase("1000000000", 100_000_000_000)]
    [TestCase("1000000000.01", null)]
    [TestCase("79228162514264337593543950335", null)]
    public void Of_any_size_is_typed_without_breaking_the_form(string typed, long? minor) =>
        Assert.That(Fablab.Web.Features.Organisations.Budgeting.AmountText.ToMinor(typed), Is.EqualTo(minor));

    private Task<Guid> OwnerIdAsync(OrganisationId organisation) => Lab.WithDbAsync(async db =>
        (await db.OrganisationMembers.SingleAsync(row => row.Organisation == organisation && row.Role == OrganisationRole.Owner)).Member.Value);

    private static async Task<Guid> DefaultAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/projects");
        return (await JsonOfAsync(answer)).EnumerateArray().Single(one => one.GetProperty("isDefault").GetBoolean()).GetProperty("id").GetGuid();
    }
}
