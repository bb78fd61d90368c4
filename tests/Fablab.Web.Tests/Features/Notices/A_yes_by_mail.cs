using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Organisations.Approving;
using Fablab.Web.Tests.Pages;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Notices;

/// <summary>A booking that its organisation must say yes to is answered from the mail to its buyer.</summary>
public sealed partial class A_yes_by_mail(StorageProvider provider) : MailTest(provider)
{
    private int days;

    [Test]
    public async Task Is_said_with_one_press_and_without_signing_in()
    {
        var (reservation, _, link) = await AskedAsync();
        using var browser = await OpenAsync();

        await browser.GoAsync(link);
        var (shown, before) = (browser.Text, await StateAsync(reservation));
        await browser.SendAsync("form[action^='/spending/']", button: "button[value=approve]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown, Does.Contain("A booking waits for your yes").And.Contain("Hull <1>").And.Contain("Buoy"));
            Assert.That(before, Is.EqualTo(ReservationState.Requested), "opening the link changes nothing");
            Assert.That(browser.Text, Does.Contain("The booking is confirmed."));
            Assert.That(await StateAsync(reservation), Is.EqualTo(ReservationState.Confirmed));
            Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Subject == $"reservation/{reservation}" && row.Action == "reservation-confirmed")), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Is_answered_once_and_opens_nothing_else()
    {
        var (reservation, _, link) = await AskedAsync();
        using var browser = await OpenAsync();
        await browser.GoAsync(link);
        var left = browser.Page;
        await browser.SendAsync("form[action^='/spending/']", button: "button[value=decline]");
        var declined = browser.Text;

        browser.GoBackTo(left);
        await browser.SendAsync("form[action^='/spending/']", button: "button[value=approve]");
        var late = (browser.Text, await StateAsync(reservation));
        await browser.GoAsync("/organisations");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(declined, Does.Contain("The booking is declined."));
            Assert.That((late.Text.Contains("The booking is declined.", StringComparison.Ordinal), late.Item2), Is.EqualTo((true, ReservationState.Declined)));
            Assert.That(browser.Address, Does.StartWith("/sign-in"));
        }
    }

    [Test]
    public async Task Is_not_said_to_what_changed_since_the_mail_nor_by_whoever_may_no_more()
    {
        var (reservation, approver, link) = await AskedAsync();
        using var browser = await OpenAsync();
        await browser.GoAsync(link);
        var left = browser.Page;
        var later = Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow().AddDays(1));
        await Lab.WithDbAsync(db => db.Reservations.Where(row => row.Id == reservation).ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, later)));

        browser.GoBackTo(left);
        await browser.SendAsync("form[action^='/spending/']", button: "button[value=approve]");
        var changed = (browser.Text, await StateAsync(reservation));
        await Lab.WithDbAsync(db => db.OrganisationMembers.Where(row => row.Member == approver).ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, OrganisationRole.Accountant)));
        await browser.GoAsync(link);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((changed.Text.Contains("waits no more, or has changed", StringComparison.Ordinal), changed.Item2), Is.EqualTo((true, ReservationState.Requested)));
            Assert.That(browser.Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task That_comes_too_late_changes_nothing_and_is_no_longer_mailed()
    {
        var (reservation, _, link) = await AskedAsync();
        var (_, owner) = await AskAsync();
        Lab.Clock.Advance(TimeSpan.FromDays(4));
        using var browser = await OpenAsync();

        await browser.GoAsync(link);
        await SendAllAsync();

        Assert.That(browser.Text, Does.Contain("waits no more, or has changed"));
        Assert.That(browser.Page.QuerySelector("form[action^='/spending/']"), Is.Null);
        Assert.That(Mail.To(owner), Is.Empty);
        Assert.That(await StateAsync(reservation), Is.Not.EqualTo(ReservationState.Confirmed));
    }

    [Test]
    public async Task Is_not_said_by_somebody_who_is_suspended_meanwhile()
    {
        var (reservation, approver, link) = await AskedAsync();
        using var browser = await OpenAsync();
        await browser.GoAsync(link);
        var now = Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());
        await Lab.WithDbAsync(async db =>
        {
            db.Add(new SuspensionRow { Id = Guid.CreateVersion7(), Member = approver, At = now, By = approver, Reason = "unpaid invoices" });
            return await db.SaveChangesAsync();
        });

        await browser.SendAsync("form[action^='/spending/']", button: "button[value=approve]");

        Assert.That((browser.Status, await StateAsync(reservation)), Is.EqualTo((HttpStatusCode.NotFound, ReservationState.Requested)));
    }

    [Test]
    public async Task Names_nobody_after_it_was_said()
    {
        var (_, _, link) = await AskedAsync();
        using var browser = await OpenAsync();
        await browser.GoAsync(link);
        await browser.SendAsync("form[action^='/spending/']", button: "button[value=approve]");

        await browser.GoAsync(link);

        Assert.That(browser.Text, Does.Contain("The organisation’s yes").And.Not.Contains("Hull").And.Not.Contains("Buoy").And.Not.Contains("Nolwenn"));
    }

    [Test]
    public async Task Is_for_any_unit_of_a_pool_and_for_one_time_and_price()
    {
        var (id, approver, _) = await AskedAsync();
        using var scope = Lab.Services.CreateScope();
        var links = scope.ServiceProvider.GetRequiredService<SpendingLinks>();
        var asked = await Lab.WithDbAsync(db => db.Reservations.AsNoTracking().SingleAsync(row => row.Id == id)) with { Pool = new PoolId(Guid.CreateVersion7()) };
        var link = links.Read(links.AddressOf(approver, asked).Split('/')[^1])!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(SpendingLinks.IsOf(link, asked with { Machine = new MachineId(Guid.CreateVersion7()) }), Is.True, "another seat");
            Assert.That(SpendingLinks.IsOf(link, asked with { PriceMinor = asked.PriceMinor + 1 }), Is.False);
            Assert.That(SpendingLinks.IsOf(link, asked with { Slot = new TimeSlot(asked.Slot.Start, asked.Slot.End + Duration.FromMinutes(30)) }), Is.False);
            Assert.That(SpendingLinks.IsOf(link, asked with { Project = new ProjectId(Guid.CreateVersion7()) }), Is.False);
        }
    }

    [TestCase("nonsense")]
    [TestCase("AAAA")]
    public async Task With_a_made_up_key_is_not_found(string key)
    {
        using var visitor = Lab.Visitor();

        using var answer = await visitor.GetAsync($"/spending/{key}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private Task<Browser> OpenAsync() => Browser.OpenAsync(Lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", null);

    private Task<ReservationState> StateAsync(ReservationId id) => Lab.WithDbAsync(db => db.Reservations.Where(row => row.Id == id).Select(row => row.State).SingleAsync());

    private async Task<(ReservationId Reservation, MemberId Approver, string Link)> AskedAsync()
    {
        var (reservation, owner) = await AskAsync();
        await SendAllAsync();
        var mail = Mail.To(owner).Single();
        var approver = await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == owner).Select(user => user.Id).SingleAsync());
        return (reservation, new MemberId(approver), new Uri(Link().Match(mail.TextBody!).Value).PathAndQuery);
    }

    /// <summary>A member books the room on a project, which costs more than their organisation lets members book alone.</summary>
    private async Task<(ReservationId Reservation, string Owner)> AskAsync()
    {
        var (owner, member) = (await PersonAsync(), await PersonAsync());
        var (organisation, project) = (new OrganisationId(Guid.CreateVersion7()), new ProjectId(Guid.CreateVersion7()));
        var now = Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());
        await Lab.WithDbAsync(async db =>
        {
            db.Add(new OrganisationRow
            {
                Id = organisation, Name = "Phare", Kind = OrganisationKind.Association, Address = new("1 quai", null, null, "29200", "Brest", "FR"), CreatedAt = now, VerifiedAt = now, ApprovalAboveMinor = 100,
            });
            await db.SaveChangesAsync();
            db.Add(new ProjectRow { Id = project, Organisation = organisation, Name = "Buoy" });
            foreach (var (email, role) in new[] { (owner, OrganisationRole.Buyer), (member, OrganisationRole.Member) })
            {
                var id = await db.Users.Where(user => user.Email == email).Select(user => user.Id).SingleAsync();
                db.Add(new OrganisationMemberRow { Organisation = organisation, Member = new MemberId(id), Role = role });
            }

            return await db.SaveChangesAsync();
        });
        var nine = new DateTimeOffset(Lab.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(8 + ++days).AddHours(9);
        using var client = await Lab.ClientOfAsync(member);
        using var booked = await client.PostAsJsonAsync("/api/v1/reservations", new
        {
            machine = "room-1",
            start = nine.UtcDateTime,
            end = nine.AddHours(1).UtcDateTime,
            projectId = project.Value,
            title = "Hull <1>",
            acceptSoft = new[] { "amount-needs-approval" },
        });
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        return (new ReservationId((await booked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid()), owner);
    }

    [GeneratedRegex(@"http://localhost:5080/spending/\S+")]
    private static partial Regex Link();
}
