using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>When it is killed.</summary>
public enum Moment
{
    JobUploaded,
    BookingUnderWay,
    BookingAcknowledged,
    CheckedIn,
    JobAccepted,
    Printing,
    PrintEnded,
    SessionClosing,
    InvoiceIssuing,
}

/// <summary>
/// Web, bridge or both are killed at each step of a print and started again. The machines live on in a process of their
/// own: they alone know what really ran.
/// </summary>
[TestFixture(Victim.Web)]
[TestFixture(Victim.Bridge)]
[TestFixture(Victim.Both)]
[Parallelizable(ParallelScope.Self)]
public sealed class A_crash(Victim victim) : SharedLab
{
    private const string Bridge = "atelier-bridge";

    /// <summary>Late enough that the job does not start by itself before the member checks in.</summary>
    private static readonly TimeSpan AfterCheckIn = TimeSpan.FromMinutes(5);

    private protected override LabSetup Setup => LabSetup.Apart;

    [Test]
    public async Task Loses_nothing_and_repeats_nothing([Values] Moment moment)
    {
        using var maker = await Lab.SignInAsync(People.Maker);
        var story = new PrintStory(Lab, maker, "printer-1");

        await CrashUntilBookedAsync(moment, story);
        await story.CheckInAsync();
        await CrashAtAsync(moment, story);
        await story.SeeClosedAsync();
        if (moment == Moment.InvoiceIssuing)
        {
            await CrashWhileIssuingAsync(story);
        }

        await story.AgreeAsync(crashes: 1, mayNotHaveStarted: moment == Moment.JobAccepted && victim != Victim.Web);
        await SeeJournalDrainedAsync();
    }

    private async Task CrashUntilBookedAsync(Moment moment, PrintStory story)
    {
        await story.UploadAsync();
        if (moment == Moment.JobUploaded)
        {
            await CrashAsync();
        }

        if (moment == Moment.BookingUnderWay)
        {
            var told = await story.BookDuringAsync(CrashAsync, startsIn: AfterCheckIn);
            Assert.That(told ?? story.Reservation, Is.EqualTo(story.Reservation), "what was acknowledged is there");
        }
        else
        {
            await story.BookAsync(startsIn: AfterCheckIn);
        }

        if (moment == Moment.BookingAcknowledged)
        {
            await CrashAsync();
            Assert.That(await story.BookAgainAsync(), Is.EqualTo(story.Reservation), "the booking is there, and a repeat is answered with it");
        }

        Assert.That(story.Bookings(), Is.EqualTo(1), "bookings of the job");
    }

    private async Task CrashAtAsync(Moment moment, PrintStory story)
    {
        switch (moment)
        {
            case Moment.CheckedIn:
                break;
            case Moment.JobAccepted:
                await story.SeeAcceptedAsync(Bridge);
                break;
            case Moment.Printing:
                await story.SeeStartedAsync();
                break;
            case Moment.PrintEnded:
                await story.SeeDoneAsync();
                break;
            case Moment.SessionClosing:
                await story.SeeClosingAsync();
                break;
            default:
                return;
        }

        await CrashAsync();
    }

    private async Task CrashWhileIssuingAsync(PrintStory story)
    {
        using var administrator = await Lab.SignInAsync(People.Administrator);
        var charge = (await story.ChargesAsync()).Single();
        var asked = IssueAsync(administrator, (string)charge["period"]!);
        await CrashAsync();
        await asked;
        await IssueAsync(administrator, (string)charge["period"]!);

        var (invoices, lastNumber) = Lab.Records.InvoiceNumbers();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Lab.Records.InvoiceLines((Guid)charge["id"]!), Is.EqualTo(1), "lines that invoice the charge");
            Assert.That(invoices, Is.EqualTo(lastNumber), "no number is lost and none is given twice");
        }
    }

    /// <summary>It may be refused because all is invoiced, and cut off by the crash.</summary>
    private static async Task IssueAsync(LabClient administrator, string period)
    {
        try
        {
            await administrator.PostAsync($"organisations/{People.Startup}/invoices", new { period = period[..7], evenIfNotOver = true });
        }
        catch (RefusedException refused) when (refused.Code == "nothing-to-invoice")
        {
            // The request before the crash did it.
        }
        catch (HttpRequestException)
        {
            // Nobody knows what became of it: that is what the second request finds out.
        }
    }

    private Task CrashAsync()
    {
        Lab.Kill(victim);
        return Lab.StartAgainAsync(victim);
    }

    private Task SeeJournalDrainedAsync() => Eventually.BeSoAsync("a journal that is acknowledged to its end", Limits.Reunion, () =>
        Task.FromResult(Lab.Records.Unacknowledged(Bridge) == 0));
}
