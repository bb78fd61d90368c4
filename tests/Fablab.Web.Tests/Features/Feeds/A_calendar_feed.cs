using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Feeds;
using Fablab.Web.Features.Feeds.Inviting;
using Fablab.Web.Tests.Testing;
using Ical.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Feeds;

public sealed class A_calendar_feed(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Shows_its_member_s_bookings_to_whoever_has_the_address()
    {
        var slot = FreshSlot();
        var id = await BookedAsync(Maker, slot);
        var (address, _) = await MakeAsync(Maker);
        using var program = Lab.Visitor();

        using var answer = await program.GetAsync(address);

        var text = await answer.Content.ReadAsStringAsync();
        var calendar = Calendar.Load(text)!;
        var found = calendar.Events.Single(one => one.Uid == $"{id}@localhost");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/calendar; charset=utf-8"));
            Assert.That(answer.Headers.CacheControl!.NoStore, Is.True);
            Assert.That(answer.Headers.GetValues("Referrer-Policy").Single(), Is.EqualTo("no-referrer"));
            Assert.That((found.Start!.AsUtc, found.End!.AsUtc), Is.EqualTo((slot.Start.UtcDateTime, slot.End.UtcDateTime)));
            Assert.That(found.Status, Is.EqualTo("CONFIRMED"));
            Assert.That(text, Does.Contain("X-WR-CALNAME:").And.Contain("REFRESH-INTERVAL;VALUE=DURATION:PT1H"));
        }
    }

    [Test]
    public async Task Tells_of_a_move_and_a_cancellation_under_the_same_name_with_a_higher_number()
    {
        var (first, second) = (FreshSlot(), FreshSlot());
        var id = await BookedAsync(Maker, first);
        var (address, _) = await MakeAsync(Maker);
        var booked = await EventAsync(address, id);

        using var moved = await Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/move", new { start = second.Start.UtcDateTime, end = second.End.UtcDateTime });
        var afterMove = await EventAsync(address, id);
        using var cancelled = await Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/cancel", new { });
        var afterCancel = await EventAsync(address, id);
        await Lab.WithDbAsync(db => db.CalendarEntries.Where(entry => entry.Reservation == new ReservationId(id))
            .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.ChangedAt, Instant.FromUtc(2026, 1, 30, 8, 0))));
        var later = await EventAsync(address, id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((moved.StatusCode, cancelled.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That((booked!.Sequence, afterMove!.Sequence, afterCancel!.Sequence), Is.EqualTo((0, 1, 2)));
            Assert.That(afterMove.Start!.AsUtc, Is.EqualTo(second.Start.UtcDateTime));
            Assert.That((booked.Status, afterCancel.Status), Is.EqualTo(("CONFIRMED", "CANCELLED")));
            Assert.That(later, Is.Null, "after thirty days nobody needs to be told any more");
        }
    }

    [Test]
    public async Task Shows_nothing_of_others()
    {
        using var other = await Lab.ClientOfAsync(DemoIds.Owner);
        var id = await BookedAsync(Maker, FreshSlot());
        var (address, _) = await MakeAsync(other);

        Assert.That(await EventAsync(address, id), Is.Null);
    }

    [Test]
    public async Task Of_a_machine_shows_when_it_is_taken_and_not_by_whom()
    {
        var slot = FreshSlot();
        var id = await BookedAsync(Maker, slot);
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var (address, _) = await MakeAsync(other, machine: "printer-1");
        using var program = Lab.Visitor();

        var text = await program.GetStringAsync(address);

        var busy = Calendar.Load(text)!.Events.Single(one => one.Start!.AsUtc <= slot.Start.UtcDateTime && one.End!.AsUtc >= slot.End.UtcDateTime);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(busy.Summary, Is.EqualTo("Occupé"));
            Assert.That(text, Does.Not.Contain(id.ToString()).And.Not.Contain("/reservations/"));
            Assert.That(text, Does.Not.Contain("Maya").And.Not.Contain("fablab.example"));
        }
    }

    [Test]
    public async Task Is_read_anew_only_when_something_changed()
    {
        var (address, _) = await MakeAsync(Maker);
        using var program = Lab.Visitor();
        using var first = await program.GetAsync(address);

        using var second = await GetWithTagAsync(program, address, first.Headers.ETag!);
        await BookedAsync(Maker, FreshSlot());
        using var third = await GetWithTagAsync(program, address, first.Headers.ETag!);

        Assert.That((second.StatusCode, third.StatusCode), Is.EqualTo((HttpStatusCode.NotModified, HttpStatusCode.OK)));
    }

    [Test]
    public async Task Ends_with_the_next_request_when_it_is_taken_back()
    {
        var (address, id) = await MakeAsync(Maker);
        using var program = Lab.Visitor();
        using var before = await program.GetAsync(address);

        using var revoked = await Maker.DeleteAsync(new Uri($"/api/v1/feeds/{id}", UriKind.Relative));
        using var after = await program.GetAsync(address);
        using var unknown = await program.GetAsync(new Uri("/feeds/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics", UriKind.Relative));
        using var again = await Maker.DeleteAsync(new Uri($"/api/v1/feeds/{id}", UriKind.Relative));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before.StatusCode, revoked.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
            Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((after.StatusCode, await WordsOfAsync(after)), Is.EqualTo((unknown.StatusCode, await WordsOfAsync(unknown))));
            Assert.That(after.Headers.Select(header => header.Key), Is.EquivalentTo(unknown.Headers.Select(header => header.Key)));
        }
    }

    [Test]
    public async Task Is_its_member_s_alone()
    {
        var (_, id) = await MakeAsync(Maker);
        using var other = await Lab.ClientOfAsync(DemoIds.Administrator);

        using var revoked = await other.DeleteAsync(new Uri($"/api/v1/feeds/{id}", UriKind.Relative));
        var listed = await other.GetStringAsync(new Uri("/api/v1/feeds", UriKind.Relative));

        Assert.That(revoked.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(listed, Does.Not.Contain(id.ToString()));
    }

    [Test]
    public async Task Keeps_no_secret_and_says_when_it_was_read()
    {
        var (address, id) = await MakeAsync(Maker);
        using var program = Lab.Visitor();
        (await program.GetAsync(address)).Dispose();

        var stored = await Lab.WithDbAsync(db => db.Feeds.SingleAsync(feed => feed.Id == id));
        var listed = (await Maker.GetFromJsonAsync<JsonElement>("/api/v1/feeds")).EnumerateArray().Single(feed => feed.GetProperty("id").GetGuid() == id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stored.Hash, Has.Length.EqualTo(64).And.Not.EqualTo(address.ToString().Split('/', '.')[^2]));
            Assert.That(listed.GetProperty("lastUsedAt").ValueKind, Is.EqualTo(JsonValueKind.String));
            Assert.That(listed.TryGetProperty("address", out _), Is.False);
        }
    }

    [Test]
    public async Task Of_a_machine_that_there_is_not_is_not_made()
    {
        using var answer = await Maker.PostAsJsonAsync("/api/v1/feeds", new { name = "phone", machine = "no-such-machine" });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Is_refused_beyond_what_anybody_needs()
    {
        using var owner = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        for (var made = 0; made < Fablab.Web.Features.Feeds.Feeds.Most; made++)
        {
            await MakeAsync(owner);
        }

        using var answer = await owner.PostAsJsonAsync("/api/v1/feeds", new { name = "one more" });

        Assert.That((answer.StatusCode, (await JsonOfAsync(answer)).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "too-many-feeds")));
    }

    /// <summary>All but the number of the request.</summary>
    private static async Task<string> WordsOfAsync(HttpResponseMessage answer) =>
        string.Join('\n', (await JsonOfAsync(answer)).EnumerateObject().Where(property => property.Name != "traceId").Select(property => property.ToString()));

    private static Task<HttpResponseMessage> GetWithTagAsync(HttpClient program, Uri address, EntityTagHeaderValue tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.IfNoneMatch.Add(tag);
        return program.SendAsync(request);
    }

    private static async Task<Guid> BookedAsync(HttpClient client, (DateTimeOffset Start, DateTimeOffset End) slot)
    {
        using var answer = await BookAsync(client, slot);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private static async Task<(Uri Address, Guid Id)> MakeAsync(HttpClient client, string? machine = null)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/feeds", new { name = "phone", machine });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var made = await JsonOfAsync(answer);
        return (new Uri(new Uri(made.GetProperty("address").GetString()!).PathAndQuery, UriKind.Relative), made.GetProperty("id").GetGuid());
    }

    private async Task<Ical.Net.CalendarComponents.CalendarEvent?> EventAsync(Uri address, Guid reservation)
    {
        await Lab.Services.GetRequiredService<CalendarSweep>().RunAsync(CancellationToken.None);

        // The program's own sweep runs beside ours and may have it in its hands.
        Assert.That(() => Lab.WithDbAsync(db => db.ReservationChanges.CountAsync()).Result, Is.Zero.After(20_000, 20));
        using var program = Lab.Visitor();
        return Calendar.Load(await program.GetStringAsync(address))!.Events.SingleOrDefault(one => one.Uid == $"{reservation}@localhost");
    }
}
