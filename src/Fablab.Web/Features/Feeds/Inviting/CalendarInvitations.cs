using System.Globalization;
using System.Text;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Feeds.Inviting;

/// <summary>
/// The calendar entry in a mail about a booking, as an invitation that is accepted already (REQUEST, later CANCEL; RFC 5546). Mail programs
/// enter, move and take out such entries by themselves; what is only published (PUBLISH) most of them offer as a file that nothing ever
/// takes out again. No answer is asked for.
/// </summary>
internal sealed class CalendarInvitations(FablabDb db, IOptions<WebOptions> web, IOptions<MailOptions> options) : IMailActs
{
    public static IReadOnlyList<string> Codes { get; } = ["booking-confirmed", "booking-moved", "booking-cancelled"];

    /// <returns>Where the booking is; <see langword="null"/> when something newer is on its way, because an older entry would only confuse.</returns>
    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        var id = ReservationOf(mail.Facts);
        return await db.CalendarEntries.AsNoTracking().SingleOrDefaultAsync(entry => entry.Reservation == id, ct) is { } entry && entry.Sequence == SequenceOf(mail.Facts)
            ? new MailAct("open", $"/reservations/{id}")
            : null;
    }

    /// <summary>Adds the entry to a mail about a booking, for mail programs that read it and as a file for the others.</summary>
    public async Task<MimeEntity> WithEntryAsync(MailRow mail, string recipient, MimeEntity words, CancellationToken ct)
    {
        if (!Codes.Contains(mail.Code))
        {
            return words;
        }

        var text = CalendarText.OfMail(await EventAsync(mail, recipient, ct));
        var method = mail.Code == "booking-cancelled" ? "CANCEL" : "REQUEST";
        if (words is MultipartAlternative alternative)
        {
            var part = new TextPart("calendar") { ContentTransferEncoding = ContentEncoding.Base64 };
            part.SetText(Encoding.UTF8, text);
            part.ContentType.Parameters.Add("method", method);
            alternative.Add(part);
        }

        var file = new MimePart("application", "ics")
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(text))),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = "booking.ics",
        };
        return new Multipart("mixed") { words, file };
    }

    private async Task<CalendarEvent> EventAsync(MailRow mail, string recipient, CancellationToken ct)
    {
        var (id, machine) = (ReservationOf(mail.Facts), new MachineId(Guid.Parse(mail.Facts["machine"])));
        var place = await (
            from row in db.Machines.AsNoTracking()
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            where row.Id == machine
            select new { Machine = row.Name, Site = site.Name }).SingleAsync(ct);
        var organiser = MailboxAddress.Parse(options.Value.From);
        return new CalendarEvent
        {
            Uid = ReadFeed.UidOf(id, web.Value),
            Start = InstantOf(mail.Facts["start"]),
            End = InstantOf(mail.Facts["slotEnds"]),
            Summary = place.Machine,
            Location = place.Site,
            Url = new Uri(web.Value.Address, $"/reservations/{id}"),
            Sequence = SequenceOf(mail.Facts),
            ChangedAt = mail.CreatedAt,
            IsCancelled = mail.Code == "booking-cancelled",
            Invitation = (organiser.Address, organiser.Name ?? organiser.Address, recipient),
        };
    }

    private static ReservationId ReservationOf(IReadOnlyDictionary<string, string> facts) => new(Guid.Parse(facts["reservation"]));

    private static int SequenceOf(IReadOnlyDictionary<string, string> facts) => int.Parse(facts["sequence"], CultureInfo.InvariantCulture);

    private static Instant InstantOf(string told) => InstantPattern.ExtendedIso.Parse(told).Value;
}
