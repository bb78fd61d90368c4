using System.Text.Json.Nodes;
using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>The mill: a program streamed line by line to GRBL, behind a plug that a session unlocks. A hazard that works only while somebody watches.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class A_milling_session : SharedLab
{
    private const string Mill = "cnc-1";
    private const string Plug = "plug-cnc-1";
    private const string Bridge = "atelier-bridge";

    /// <summary>Far more than a controller has in its buffers.</summary>
    private const int Passes = 20;

    /// <summary>The plug's own, from the last "unlocked" it heard, and one second for what was on its way (docs/protocol.md, 5.3).</summary>
    private static readonly TimeSpan DeadMan = TimeSpan.FromSeconds(12 + 1);

    /// <summary>The bridge reads the relay a little after it moved.</summary>
    private static readonly TimeSpan ReadBack = TimeSpan.FromSeconds(3);

    /// <summary>Whole seconds are charged, so a session that was over at once costs nothing (docs/billing.md, RR-01).</summary>
    private const long LeastChargedMilliseconds = 1_000;

    /// <summary>How long the mill works before its bridge is killed.</summary>
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(4);

    private int _plugBefore;
    private int _millBefore;

    private protected override LabSetup Setup => LabSetup.Apart;

    [SetUp]
    public async Task Remember_what_earlier_cases_did()
    {
        _plugBefore = (await Lab.PlugAsync(Plug)).Count;
        _millBefore = (await Lab.SeenAtAsync(Mill)).Count - 1;   // the last line is the present state
    }

    [Test]
    public async Task Streams_a_program_to_its_end_and_charges_the_time_with_its_reasons()
    {
        using var maker = await Lab.SignInAsync(People.Maker);
        var (reservation, job) = await BeginAsync(maker, Gcode.Read(Gcode.Facing));

        await SeeAtMillAsync("SpindleOn");
        await maker.PostAsync($"reservations/{reservation}/presence");
        await SeeJobAsync(maker, job, "succeeded");
        Assert.That((await SeenAsync()).Where(what => what is "SpindleOn" or "ProgramEnd"), Is.EqualTo(new[] { "SpindleOn", "ProgramEnd" }), "one run from start to end");
        Assert.That((await PlugAsync()).Select(change => change.IsOn), Is.EqualTo(new[] { true }), "unlocked until the member goes");

        await maker.PostAsync($"reservations/{reservation}/end");
        await Lab.SeePlugAsync(Plug, isOn: false, Limits.Reunion);
        var session = await maker.SeeSessionClosedAsync(reservation);
        await AgreeAsync(maker, reservation, session);
    }

    [Test]
    public async Task Stops_when_its_bridge_is_killed_and_is_not_begun_again()
    {
        using var maker = await Lab.SignInAsync(People.Maker);
        var (reservation, job) = await BeginAsync(maker, Gcode.LongFacing(Passes));
        await SeeAtMillAsync("SpindleOn");
        await SeeJobAsync(maker, job, "running");
        await SeeWorkAsync();

        var killedAt = TimeProvider.System.GetUtcNow();
        Lab.Kill(Victim.Bridge);
        var off = await Lab.SeePlugAsync(Plug, isOn: false, Limits.DeadMan);
        await Eventually.BeSoAsync("a mill that ran its buffer dry", Limits.Print, async () => (await Lab.SeenAtAsync(Mill))[^1] == "Idle");
        Assert.That(off.At - killedAt, Is.LessThanOrEqualTo(DeadMan), "the plug opened by itself in time");

        await Lab.StartAgainAsync(Victim.Bridge);
        var session = await maker.SeeSessionClosedAsync(reservation);
        var ended = await SeeJobAsync(maker, job, "failed", "unknown");
        Assert.That((string?)session["endReason"], Is.EqualTo("bridge-restarted"), $"with the job {ended}");

        await ComeBackAsync(maker, reservation);
        Assert.That((await SeenAsync()).Where(what => what is "SpindleOn" or "ProgramEnd"), Is.EqualTo(new[] { "SpindleOn" }), "begun once, and no end of the program");
        await AgreeAsync(maker, reservation, session);
    }

    /// <returns>The reservation, checked in, with its program on the way to the mill.</returns>
    private async Task<(Guid Reservation, Guid Job)> BeginAsync(LabClient maker, byte[] program)
    {
        var job = (await maker.UploadAsync(Mill, Gcode.Facing, program)).Id;
        var reservation = (Guid)(await maker.BookAsync(new Wanted(Mill, 30) { Job = job, Project = People.Drone }))["id"]!;
        Assert.That(await PlugAsync(), Is.Empty, "nothing is unlocked before somebody is there");
        await maker.CheckInAsync(reservation);
        return (reservation, job);
    }

    /// <summary>The slot is still the member's. A second session is armed, with a lease under which the job could start if anybody wanted it to.</summary>
    private async Task ComeBackAsync(LabClient maker, Guid reservation)
    {
        await maker.CheckInAsync(reservation);
        await Lab.SeePlugAsync(Plug, isOn: true, Limits.Reunion);
        await Eventually.BeSoAsync("a second session that is armed", Limits.Reunion, async () =>
            (await maker.SessionsAsync(reservation)) is [_, var second] && (string)second["state"]! == "armed");
        await maker.PostAsync($"reservations/{reservation}/end");
        await Eventually.BeSoAsync("a second session that is closed", Limits.Reunion, async () =>
            (await maker.SessionsAsync(reservation)) is [_, var second] && (string)second["state"]! == "closed");
    }

    private async Task AgreeAsync(LabClient maker, Guid reservation, JsonNode session)
    {
        await Eventually.BeSoAsync("a journal that is acknowledged to its end", Limits.Reunion, () => Task.FromResult(Lab.Records.Unacknowledged(Bridge) == 0));
        using var owner = await Lab.SignInAsync(People.Owner);
        var charges = await owner.ChargesAsync(People.Startup, reservation);
        var sessions = await maker.SessionsAsync(reservation);
        var (id, total) = ((Guid)session["id"]!, (long)session["totalMilliseconds"]!);
        var plug = await PlugAsync();
        var charged = sessions.Count(one => (long)one["totalMilliseconds"]! >= LeastChargedMilliseconds);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)(await maker.ReservationAsync(reservation))["state"], Is.EqualTo("completed"));
            Assert.That(sessions.Select(one => (string?)one["reviewReason"]), Has.All.Null);
            Assert.That(sessions.Select(one => Lab.Records.TimesClosed(Bridge, (Guid)one["id"]!)), Has.All.EqualTo(1), "last words on each session");
            Assert.That(Lab.Records.Charges(id), Is.EqualTo(1), "charges of the session that worked");
            Assert.That(charges, Has.Count.EqualTo(charged), "one charge for each session");
            Assert.That(charges.Select(charge => (Guid?)charge["projectId"]), Has.All.EqualTo(People.Drone));
            Assert.That(charges.Select(charge => charge["explanation"]!.AsArray().Count), Has.All.Positive, "reasons of each charge");
            Assert.That(charges.Sum(charge => (long)charge["net"]!["minor"]!), Is.EqualTo(300 * charged), "ten minutes, the least of each session, at 18 an hour");
            Assert.That(Lab.Records.SpooledMilliseconds(Bridge, id), Is.EqualTo(total), "slices on the bridge's disk");
            Assert.That(Lab.Records.JournalledMilliseconds(id), Is.EqualTo(total), "slices in the web's journal");
            Assert.That(TimeSpan.FromMilliseconds(total), Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(plug[1].At - plug[0].At + ReadBack), "no second is counted twice");
            Assert.That(plug.Count(change => change.IsOn), Is.EqualTo(sessions.Count), "unlocked once for each session");
            Assert.That(plug[^1].IsOn, Is.False);
            Assert.That(Lab.Records.Quarantined(), Is.Zero, "messages put aside");
        }
    }

    private async Task<IReadOnlyList<PlugChange>> PlugAsync() => [.. (await Lab.PlugAsync(Plug)).Skip(_plugBefore)];

    private async Task<IReadOnlyList<string>> SeenAsync() => [.. (await Lab.SeenAtAsync(Mill)).Skip(_millBefore).SkipLast(1)];

    private Task SeeAtMillAsync(string what) => Eventually.BeSoAsync($"{what} at the mill", Limits.Print, async () => (await SeenAsync()).Contains(what));

    private Task SeeWorkAsync() => Eventually.BeSoAsync($"{Work.TotalSeconds} s of work", Limits.Print, async () =>
        await PlugAsync() is [{ IsOn: true } on] && TimeProvider.System.GetUtcNow() - on.At >= Work);

    private static Task<string> SeeJobAsync(LabClient maker, Guid job, params string[] states) =>
        Eventually.SeeAsync($"a job that is {string.Join(" or ", states)}", Limits.Print, async () =>
            (string?)(await maker.JobAsync(job))["state"] is { } state && states.Contains(state) ? state : null);
}
