using System.Text;
using Fablab.Web.Features.Feeds;
using Ical.Net;
using NodaTime;

namespace Fablab.Web.Tests.Features.Feeds;

/// <summary>Written by us and read by somebody else's parser.</summary>
public class The_text_of_a_calendar
{
    private static readonly CalendarEvent Printing = new()
    {
        Uid = "one@lab.example", Start = Instant.FromUtc(2026, 3, 29, 0, 30), End = Instant.FromUtc(2026, 3, 29, 2, 30), Summary = "Printer", ChangedAt = Instant.FromUtc(2026, 3, 1, 8, 0),
    };

    [TestCase("Laser; big, red \\ \"new\"")]
    [TestCase("first line\nsecond line")]
    [TestCase("Réservé à l’équipe 🦊🖨️ 漢字")]
    [TestCase("ééééééééééééééééééééééééééééééééééééééé 80 octets and many more, so that lines have to be folded: 🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊")]
    [TestCase("BEGIN:VEVENT")]
    [TestCase("a:b\\nc\\,d")]
    public void Keeps_every_name(string name)
    {
        var text = CalendarText.OfFeed(name, [Printing with { Summary = name, Location = name }]);

        var read = Calendar.Load(text)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Events.Single().Summary, Is.EqualTo(name));
            Assert.That(read.Events.Single().Location, Is.EqualTo(name));
            Assert.That(LinesOf(text).Select(Encoding.UTF8.GetByteCount), Is.All.LessThanOrEqualTo(75));
        }
    }

    [Test]
    public void Says_when_in_UTC_also_across_a_change_of_the_clock()
    {
        var read = Calendar.Load(CalendarText.OfFeed("Lab", [Printing]))!.Events.Single();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Start!.AsUtc, Is.EqualTo(new DateTime(2026, 3, 29, 0, 30, 0, DateTimeKind.Utc)));
            Assert.That(read.End!.AsUtc, Is.EqualTo(new DateTime(2026, 3, 29, 2, 30, 0, DateTimeKind.Utc)));
            Assert.That(read.DtStamp!.AsUtc, Is.EqualTo(new DateTime(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc)));
        }
    }

    [Test]
    public void Ends_every_line_with_CR_and_LF_and_tells_no_other_control_character()
    {
        var text = CalendarText.OfFeed("Lab\r\nX-EVIL:1\u0007", [Printing with { Summary = "a\rb\u0000\u001b[31m\nEND:VCALENDAR" }]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.Replace("\r\n", "", StringComparison.Ordinal).Any(char.IsControl), Is.False);
            Assert.That(text, Does.EndWith("END:VCALENDAR\r\n"));
            Assert.That(LinesOf(text).Count(line => line.StartsWith("X-EVIL", StringComparison.Ordinal) || line == "END:VCALENDAR"), Is.EqualTo(1));
        }
    }

    [Test]
    public void Of_a_mail_is_an_invitation_that_is_accepted_and_later_called_off()
    {
        var invited = Printing with { Invitation = ("lab@lab.example", "The \"Lab\", Brest", "ada@maker.example"), Sequence = 3 };

        var (request, cancel) = (Calendar.Load(CalendarText.OfMail(invited))!, Calendar.Load(CalendarText.OfMail(invited with { IsCancelled = true, Sequence = 4 }))!);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((request.Method, cancel.Method), Is.EqualTo(("REQUEST", "CANCEL")));
            Assert.That((request.Events.Single().Sequence, cancel.Events.Single().Sequence, cancel.Events.Single().Status), Is.EqualTo((3, 4, "CANCELLED")));
            Assert.That(request.Events.Single().Uid, Is.EqualTo(cancel.Events.Single().Uid));
            Assert.That(request.Events.Single().Attendees.Single().ParticipationStatus, Is.EqualTo("ACCEPTED"));
            Assert.That(request.Events.Single().Organizer!.CommonName, Is.EqualTo("The Lab, Brest"));
        }
    }

    private static string[] LinesOf(string text) => text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
}
