using System.Text;
using System.Text.Json.Nodes;
using Fablab.Scenarios.Tests.Lab;
using UglyToad.PdfPig;

namespace Fablab.Scenarios.Tests;

/// <summary>From signing in to the invoice by the HTTP API alone, however the lab is put together.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class The_whole_story
{
    private const string Printer = "printer-1";

    [Test]
    public Task Is_told_by_one_box() => TellAsync(LabSetup.OneBox);

    [Test]
    public Task Is_told_by_a_bridge_and_machines_in_processes_of_their_own() => TellAsync(LabSetup.Apart);

    [Test]
    public Task Is_told_over_Mosquitto_instead_of_the_embedded_broker()
    {
        Needs.Mosquitto();
        return TellAsync(LabSetup.WithMosquitto);
    }

    private static Task TellAsync(LabSetup setup) => RunningLab.WithAsync(setup, async lab =>
    {
        using var maker = await lab.SignInAsync(People.Maker);
        using var second = await lab.SignInAsync(People.SecondMaker);
        using var administrator = await lab.SignInAsync(People.Administrator);
        var story = new PrintStory(lab, maker, Printer);

        await SeePriceAsync(maker);
        await story.BookAsync();
        await story.CheckInAsync();
        await SeeRunningAsync(maker);
        await story.AgreeAsync();
        await SeeRestFreeAsync(story, maker, second);
        await SeeInvoiceAsync(story, administrator);
    });

    private static async Task SeePriceAsync(LabClient maker)
    {
        var check = await maker.CheckAsync(new Wanted(Printer, 30) { Project = People.Drone });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((bool)check["isBookable"]!, Is.True);
            Assert.That((long)check["quote"]!["net"]!["minor"]!, Is.Positive);
            Assert.That(check["quote"]!["explanation"]!.AsArray(), Is.Not.Empty);
        }
    }

    private static async Task SeeRunningAsync(LabClient maker)
    {
        var live = await Eventually.SeeAsync("a print that is seen live", Limits.Print, async () =>
            await maker.LiveAsync(Printer) is var now && (string?)now["activity"] == "running" && (double?)now["progress"] > 0 ? now : null);

        Assert.That((bool)live["simulated"]!, Is.True);
    }

    private static async Task SeeRestFreeAsync(PrintStory story, LabClient maker, LabClient second)
    {
        var reservation = await maker.ReservationAsync(story.Reservation);
        var (end, bookedEnd) = ((DateTimeOffset)reservation["end"]!, (DateTimeOffset)reservation["bookedEnd"]!);
        var availability = await second.GetAsync($"machines/{Printer}/availability");
        var booked = await second.BookAsync(new Wanted(Printer, 15));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(end, Is.LessThan(bookedEnd.AddMinutes(-10)), "the slot ends with the print");
            Assert.That(availability["taken"]!.AsArray().Select(slot => (DateTimeOffset)slot!["end"]!), Has.All.LessThanOrEqualTo(end));
            Assert.That((string?)booked["state"], Is.EqualTo("confirmed"), "somebody else books the freed time");
        }
    }

    private static async Task SeeInvoiceAsync(PrintStory story, LabClient administrator)
    {
        var charge = (await story.ChargesAsync()).Single();
        var issued = await administrator.PostAsync(
            $"organisations/{People.Startup}/invoices", new { period = ((string)charge["period"]!)[..7], evenIfNotOver = true });
        var invoice = issued.AsArray().OfType<JsonNode>().Single();
        var pdf = await administrator.InvoicePdfAsync((Guid)invoice["id"]!);
        using var document = PdfDocument.Open(pdf);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(charge["explanation"]!.AsArray(), Is.Not.Empty);
            Assert.That((long)charge["net"]!["minor"]!, Is.Positive);
            Assert.That((long)invoice["net"]!["minor"]!, Is.EqualTo((long)charge["net"]!["minor"]!));
            Assert.That(Encoding.ASCII.GetString(pdf, 0, 4), Is.EqualTo("%PDF"));
            Assert.That(string.Concat(document.GetPages().Select(page => page.Text)), Does.Contain((string)invoice["number"]!));
        }
    }
}
