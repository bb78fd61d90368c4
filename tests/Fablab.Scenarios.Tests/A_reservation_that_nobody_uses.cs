using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>
/// What is due happens by itself: Quartz wakes the sweep, and no request helps it. The tests only read the reservation, which
/// changes nothing.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class A_reservation_that_nobody_uses : SharedLab
{
    private const string Mill = "cnc-1";
    private const int GraceSeconds = 4;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(GraceSeconds);

    private protected override LabSetup Setup => LabSetup.Apart;

    [SetUp]
    public void Wait_for_members_a_moment_only() => Lab.Records.WaitSecondsForMembers(GraceSeconds);

    [Test]
    public async Task Is_released_by_itself_when_the_grace_is_over()
    {
        using var maker = await Lab.SignInAsync(People.Maker);
        var wanted = new Wanted(Mill, 30) { Project = People.Drone };
        var reservation = await BookAsync(maker, wanted);

        await SeeReleasedAsync(maker, reservation);

        var (later, lookedAt) = (await maker.ReservationAsync(reservation), TimeProvider.System.GetUtcNow());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lookedAt - wanted.Start, Is.GreaterThanOrEqualTo(Grace), "not before the grace is over");
            Assert.That((DateTimeOffset)later["end"]!, Is.LessThan((DateTimeOffset)later["bookedEnd"]!), "the rest of the slot is free");
            Assert.That(await maker.SessionsAsync(reservation), Is.Empty);
            Assert.That((string?)(await maker.BookAsync(new Wanted(Mill, 30)))["state"], Is.EqualTo("confirmed"), "the freed time is booked again");
        }
    }

    [Test]
    public async Task Is_released_at_the_next_start_when_the_web_was_down_at_its_time()
    {
        const string Printer = "printer-2";
        using var maker = await Lab.SignInAsync(People.Maker);
        var wanted = new Wanted(Printer, 30);
        var reservation = await BookAsync(maker, wanted);

        Lab.Kill(Victim.Web);
        await Eventually.BeSoAsync("an end of the grace", Limits.Reunion, () => Task.FromResult(TimeProvider.System.GetUtcNow() > wanted.Start + Grace));
        await Lab.StartAgainAsync(Victim.Web);

        await SeeReleasedAsync(maker, reservation);
    }

    [Test]
    public async Task Begins_its_print_by_itself_when_a_job_waits_for_the_time()
    {
        using var maker = await Lab.SignInAsync(People.Maker);
        var story = new PrintStory(Lab, maker, "printer-1");

        await story.BookAsync(startsIn: Grace);

        await story.SeeStartedAsync();
        await story.AgreeAsync();
    }

    private static async Task<Guid> BookAsync(LabClient maker, Wanted wanted)
    {
        var booked = await maker.BookAsync(wanted);
        Assert.That((string?)booked["state"], Is.EqualTo("confirmed"));
        return (Guid)booked["id"]!;
    }

    private static Task SeeReleasedAsync(LabClient maker, Guid reservation) => Eventually.BeSoAsync("a reservation that is released", Limits.Reunion, async () =>
        (string?)(await maker.ReservationAsync(reservation))["state"] == "released");
}
