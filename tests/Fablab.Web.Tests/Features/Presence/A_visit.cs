using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Presence;

public sealed class A_visit(StorageProvider provider) : PresenceTest(provider)
{
    [Test]
    public async Task Begins_with_one_tap_and_ends_with_the_next_and_the_same_tap_twice_is_once()
    {
        var (door, _) = await KioskAsync();
        var (id, badge, _) = await BadgedAsync();

        var said = new List<string> { await MeaningAsync(door, badge), await MeaningAsync(door, badge) };
        LaterBy(TimeSpan.FromMinutes(1));
        said.Add(await MeaningAsync(door, badge));
        said.Add(await MeaningAsync(door, badge));
        LaterBy(TimeSpan.FromMinutes(1));
        said.Add(await MeaningAsync(door, badge));

        var visits = await VisitsAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Is.EqualTo(["arrive", "repeat", "leave", "repeat", "arrive"]));
            Assert.That(visits.Select(visit => (visit.ArrivedBy, visit.LeftBy)), Is.EqualTo(new (Told, Told?)[] { (Told.Badge, Told.Badge), (Told.Badge, null) }));
        }

        door.Dispose();
    }

    [Test]
    public async Task Raced_from_two_doors_is_one()
    {
        var ((north, _), (south, _)) = (await KioskAsync(), await KioskAsync());
        for (var round = 0; round < 5; round++)
        {
            var (id, badge, _) = await BadgedAsync();

            var said = await Task.WhenAll(MeaningAsync(north, badge), MeaningAsync(south, badge), MeaningAsync(north, badge), MeaningAsync(south, badge));

            var visits = await VisitsAsync(id);
            Assert.That(visits.Count(visit => visit.IsOpen), Is.EqualTo(1));
            Assert.That(said.Order(), Is.EqualTo(["arrive", "repeat", "repeat", "repeat"]));
        }

        north.Dispose();
        south.Dispose();
    }

    [Test]
    public async Task Is_the_only_open_one_of_its_member_even_past_the_use_case()
    {
        var (_, id) = await PersonAsync();
        Visit Open() => new()
        {
            Id = new VisitId(Guid.CreateVersion7()), Member = new MemberId(id), Site = DemoIds.Atelier, ArrivedAt = Now, ArrivedBy = Told.Badge, ClosesAt = Now + Duration.FromHours(1),
        };
        await Lab.WithDbAsync(db => Add(db, Open()));

        Assert.That(async () => await Lab.WithDbAsync(db => Add(db, Open())), Throws.InstanceOf<DbUpdateException>());

        static Task<int> Add(FablabDb db, Visit visit)
        {
            db.Add(visit);
            return db.SaveChangesAsync();
        }
    }

    [Test]
    public async Task Ends_once_even_past_the_use_case()
    {
        var (door, _) = await KioskAsync();
        var (id, badge, _) = await BadgedAsync();
        await MeaningAsync(door, badge);
        LaterBy(TimeSpan.FromMinutes(1));
        await MeaningAsync(door, badge);

        Assert.That(
            async () => await Lab.WithDbAsync(db => db.Visits.Where(visit => visit.Member == new MemberId(id)).ExecuteUpdateAsync(set => set.SetProperty(visit => visit.LeftAt, (Instant?)null))),
            Throws.Exception.With.Message.Contains("append-only").Or.InnerException.Message.Contains("append-only"));
        door.Dispose();
    }

    [Test]
    public async Task Ends_when_its_member_arrives_at_another_site()
    {
        var (door, _) = await KioskAsync();
        var (there, _) = await KioskAsync("campus", by: Elsewhere);
        var (id, badge, _) = await BadgedAsync();
        await Lab.WithDbAsync(db =>
        {
            db.Add(new SiteMembershipRow { Site = DemoIds.Campus, Member = new MemberId(id), State = MembershipState.Active, Origin = MembershipOrigin.Booking, Since = Now });
            return db.SaveChangesAsync();
        });

        var said = new[] { await MeaningAsync(door, badge), await MeaningAsync(there, badge) };

        var visits = await VisitsAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Is.EqualTo(["arrive", "arrive"]));
            Assert.That(visits.Single(visit => visit.Site == DemoIds.Atelier).LeftBy, Is.EqualTo(Told.Elsewhere));
            Assert.That(visits.Single(visit => visit.IsOpen).Site, Is.EqualTo(DemoIds.Campus));
        }

        door.Dispose();
        there.Dispose();
    }

    [Test]
    public async Task Is_refused_to_who_is_suspended_or_no_member_and_to_badges_that_do_not_count_and_the_audit_says_so()
    {
        var (door, kiosk) = await KioskAsync();
        var (suspended, theirs, _) = await BadgedAsync();
        var (stranger, strange, _) = await BadgedAsync();
        var (_, revoked, _) = await BadgedAsync();
        using var stopped = await Manager.PostAsJsonAsync($"/api/v1/members/{suspended}/suspensions", new { site = "atelier", reason = "Left the laser alone" });
        await Lab.WithDbAsync(db => db.SiteMemberships.Where(row => row.Member == new MemberId(stranger)).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, MembershipState.Refused)));
        await Lab.WithDbAsync(db => db.Badges.OrderByDescending(badge => badge.Id).Take(1).ExecuteUpdateAsync(set => set.SetProperty(badge => badge.RevokedAt, (Instant?)Now)));

        var said = new[] { await MeaningAsync(door, theirs), await MeaningAsync(door, strange), await MeaningAsync(door, revoked), await MeaningAsync(door, "FFFF0000"), await MeaningAsync(door, "é") };

        var told = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Action == "kiosk-refused" && row.Subject == $"kiosk/{kiosk}").OrderBy(row => row.Id).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Is.EqualTo(["suspended-here", "not-a-member-here", "badge-revoked", "badge-unknown", "badge-unreadable"]));
            Assert.That(told.Select(row => row.After!["code"]), Is.EquivalentTo(said[..4]));
            Assert.That(told[0].Concerns, Is.EqualTo(new MemberId(suspended)));
            Assert.That(await VisitsAsync(suspended), Is.Empty);
        }

        door.Dispose();
    }

    [Test]
    public async Task Can_be_ended_by_who_was_suspended_meanwhile()
    {
        var (door, _) = await KioskAsync();
        var (id, badge, _) = await BadgedAsync();
        await MeaningAsync(door, badge);
        using var stopped = await Manager.PostAsJsonAsync($"/api/v1/members/{id}/suspensions", new { site = "atelier", reason = "Left the laser alone" });
        LaterBy(TimeSpan.FromMinutes(1));

        Assert.That(await MeaningAsync(door, badge), Is.EqualTo("leave"), "nobody is kept in");
        door.Dispose();
    }

    [Test]
    public async Task That_nobody_ended_is_closed_once_by_the_closing_time_and_is_marked()
    {
        await RulesAsync("""[{ "kind": "opening-hours", "mayCrossClosing": true, "windows": [{ "day": "monday", "from": "08:00:00", "to": "18:00:00" }] }]""");
        var (door, _) = await KioskAsync();
        var (id, badge, _) = await BadgedAsync();
        var zone = DateTimeZoneProviders.Tzdb["Europe/Paris"];
        var arrived = Now;
        await MeaningAsync(door, badge);

        LaterBy(TimeSpan.FromHours(15));
        await SweepAsync();
        var once = (await VisitsAsync(id)).Single();
        await SweepAsync();
        var twice = (await VisitsAsync(id)).Single();
        await RulesAsync("[]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(once.LeftBy, Is.EqualTo(Told.Program));
            Assert.That(once.LeftAt, Is.EqualTo(arrived.InZone(zone).Date.At(new LocalTime(18, 30)).InZoneLeniently(zone).ToInstant()), "half an hour after closing");
            Assert.That(twice, Is.EqualTo(once));
        }

        door.Dispose();
    }

    [Test]
    public async Task Is_deleted_when_it_was_kept_long_enough()
    {
        var (_, id) = await PersonAsync();
        await Lab.WithDbAsync(db =>
        {
            foreach (var days in new[] { 89, 91 })
            {
                var ended = Now - Duration.FromDays(days);
                db.Add(new Visit
                {
                    Id = new VisitId(Guid.CreateVersion7()), Member = new MemberId(id), Site = DemoIds.Atelier, ArrivedAt = ended - Duration.FromHours(1), ArrivedBy = Told.Badge,
                    ClosesAt = ended, LeftAt = ended, LeftBy = Told.Badge,
                });
            }

            return db.SaveChangesAsync();
        });

        await SweepAsync();

        Assert.That((await VisitsAsync(id)).Select(visit => (Now - visit.LeftAt!.Value).Days), Is.EqualTo([89]));
    }

    [Test]
    public async Task Is_told_without_the_number_of_a_badge_anywhere()
    {
        var (door, _) = await KioskAsync();
        var (_, badge, _) = await BadgedAsync();
        await MeaningAsync(door, badge);
        await MeaningAsync(door, "CCDD9988");

        var kept = await Lab.WithDbAsync(async db => JsonSerializer.Serialize(await db.Audit.AsNoTracking().ToListAsync()) + JsonSerializer.Serialize(await db.Visits.AsNoTracking().ToListAsync())
            + JsonSerializer.Serialize(await db.KioskGuesses.AsNoTracking().ToListAsync()) + JsonSerializer.Serialize(await db.Badges.AsNoTracking().ToListAsync()));

        Assert.That(kept, Does.Not.Contain(badge).And.Not.Contain("CCDD9988"));
        door.Dispose();
    }

    [Test]
    public async Task Is_read_by_its_member_and_by_managers_of_the_site_and_nobody_else()
    {
        var (door, _) = await KioskAsync();
        var (id, badge, email) = await BadgedAsync();
        await MeaningAsync(door, badge);
        using var member = await Lab.ClientOfAsync(email);

        var mine = await member.GetFromJsonAsync<JsonElement>("/api/v1/members/me/visits");
        var ofSite = await Manager.GetFromJsonAsync<JsonElement>("/api/v1/sites/atelier/visits?limit=200");
        using var elsewhere = await Elsewhere.GetAsync("/api/v1/sites/atelier/visits");
        using var desk = await FrontDesk.GetAsync("/api/v1/sites/atelier/visits");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(mine.GetProperty("items")[0].GetProperty("site").GetString(), Is.EqualTo("atelier"));
            Assert.That(ofSite.GetProperty("items").EnumerateArray().Select(visit => visit.GetProperty("memberId").GetGuid()), Does.Contain(id));
            Assert.That((elsewhere.StatusCode, desk.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
        }

        door.Dispose();
    }
}
