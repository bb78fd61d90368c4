using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Feeds.Inviting;
using Ical.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace Fablab.Web.Tests.Features.Notices;

public sealed class A_booking_in_the_mail(StorageProvider provider) : MailTest(provider)
{
    private int days;

    [Test]
    public async Task Comes_with_an_entry_for_the_calendar_and_so_do_its_move_and_its_end()
    {
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);
        var id = await BookAsync(maker);
        await SendBookingsAsync();
        using var moved = await maker.PostAsJsonAsync($"/api/v1/reservations/{id}/move", Slot());
        await SendBookingsAsync();
        using var cancelled = await maker.PostAsJsonAsync($"/api/v1/reservations/{id}/cancel", new { });
        await SendBookingsAsync();

        var mails = Mail.To(DemoIds.Maker).Where(mail => EntryOf(mail)?.Events.Single().Uid == $"{id}@localhost").ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((moved.StatusCode, cancelled.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
            Assert.That(mails.Select(mail => EntryOf(mail)!.Method), Is.EqualTo(new[] { "REQUEST", "REQUEST", "CANCEL" }));
            Assert.That(mails.Select(mail => EntryOf(mail)!.Events.Single().Sequence), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(mails.Select(mail => Part(mail).ContentType.Parameters["method"]), Is.EqualTo(new[] { "REQUEST", "REQUEST", "CANCEL" }));
            Assert.That(mails[0].Attachments.Single().ContentDisposition!.FileName, Is.EqualTo("booking.ics"));
            Assert.That(mails[0].TextBody, Does.Contain("C’est réservé").And.Contain($"/reservations/{id}"));
            Assert.That(EntryOf(mails[0])!.Events.Single().Attendees.Single().Value!.ToString(), Does.EndWith(DemoIds.Maker));
        }
    }

    [Test]
    public async Task Is_told_once_when_it_was_booked_and_moved_within_a_moment()
    {
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);
        await WaitForSweepAsync();
        var before = Mail.To(DemoIds.Maker).Count();
        var id = await BookAsync(maker);
        using var moved = await maker.PostAsJsonAsync($"/api/v1/reservations/{id}/move", Slot());

        await SendBookingsAsync();

        var entries = Mail.To(DemoIds.Maker).Skip(before).Select(EntryOf).Where(entry => entry?.Events.Single().Uid == $"{id}@localhost").ToList();
        Assert.That(entries, Has.Count.InRange(1, 2), "the program's own sweep may have come between");
        Assert.That(entries.Select(entry => entry!.Events.Single().Sequence), Is.Ordered.And.Unique);
    }

    [Test]
    public async Task Is_not_sent_to_who_does_not_want_it()
    {
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        using var chosen = await WantsAsync(owner, new { unwanted = new[] { "confirmations" } });
        Assert.That(chosen.StatusCode, Is.EqualTo(HttpStatusCode.OK));

        var id = await BookAsync(owner);
        await SendBookingsAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Mail.To(DemoIds.Owner), Is.Empty);
            Assert.That(await Lab.WithDbAsync(db => db.CalendarEntries.AnyAsync(entry => entry.Reservation == new Fablab.Domain.Reservations.ReservationId(id))), Is.True, "feeds know it all the same");
        }
    }

    private static Calendar? EntryOf(MimeMessage mail) => mail.BodyParts.OfType<TextPart>().Any(IsEntry) ? Calendar.Load(Part(mail).Text) : null;

    private static TextPart Part(MimeMessage mail) => mail.BodyParts.OfType<TextPart>().Single(IsEntry);

    private static bool IsEntry(TextPart part) => part.ContentType.IsMimeType("text", "calendar");

    private object Slot()
    {
        var start = new DateTime(2027, 3, 2, 9, 0, 0, DateTimeKind.Utc).AddHours(2 * days++);
        return new { start, end = start.AddHours(1) };
    }

    private async Task<Guid> BookAsync(HttpClient client)
    {
        var start = new DateTime(2027, 3, 2, 9, 0, 0, DateTimeKind.Utc).AddHours(2 * days++);
        using var answer = await client.PostAsJsonAsync("/api/v1/reservations", new { machine = "printer-1", start, end = start.AddHours(1) });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetGuid();
    }

    private async Task SendBookingsAsync()
    {
        await WaitForSweepAsync();
        await SendAllAsync();
        Assert.That(() => Lab.WithDbAsync(db => db.Mails.CountAsync(mail => mail.DueAt != null)).Result, Is.Zero.After(20_000, 20));
    }

    private async Task WaitForSweepAsync()
    {
        await Lab.Services.GetRequiredService<CalendarSweep>().RunAsync(CancellationToken.None);
        Assert.That(() => Lab.WithDbAsync(db => db.ReservationChanges.CountAsync()).Result, Is.Zero.After(20_000, 20));
    }
}
