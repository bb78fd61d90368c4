using System.Text.Json.Nodes;
using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>When what was killed is started again.</summary>
public enum Return
{
    AtOnce,

    /// <summary>Nobody is there to renew the plug's dead-man, which must open by itself.</summary>
    AfterThePlugOpened,
}

/// <summary>
/// Web (with the broker in it), bridge or both are killed while a laser works under load behind its plug: a hazard, which
/// nobody may leave switched on, and whose time and energy are money.
/// </summary>
[TestFixture(Victim.Web)]
[TestFixture(Victim.Bridge)]
[TestFixture(Victim.Both)]
[Parallelizable(ParallelScope.Self)]
public sealed class A_crash_of_a_laser_session(Victim victim) : SharedLab
{
    private const string Laser = "laser-1";
    private const string Plug = "plug-laser-1";
    private const string Bridge = "campus-bridge";
    private const double WorkingWatts = 420;

    /// <summary>From the last "unlocked" that the plug heard (docs/protocol.md, 5.3).</summary>
    private static readonly TimeSpan DeadMan = TimeSpan.FromSeconds(12);

    /// <summary>An "unlocked" may be on its way when its sender dies.</summary>
    private static readonly TimeSpan OnTheWire = TimeSpan.FromSeconds(1);

    /// <summary>A crash costs the meter its last second at most.</summary>
    private static readonly TimeSpan Uncheckpointed = TimeSpan.FromSeconds(1);

    /// <summary>The bridge reads the relay a little after it moved.</summary>
    private static readonly TimeSpan ReadBack = TimeSpan.FromSeconds(3);

    private protected override LabSetup Setup => LabSetup.Apart with { Bridges = [Bridge] };

    [Test]
    public async Task Locks_the_laser_and_charges_its_time_once([Values] Return back)
    {
        using var maker = await Lab.SignInAsync(People.Maker);
        var before = (await Lab.PlugAsync(Plug)).Count;
        var reservation = await WorkAsync(maker);

        var killedAt = TimeProvider.System.GetUtcNow();
        Lab.Kill(victim);
        var survivesPerhaps = victim is Victim.Web && back is Return.AtOnce;
        if (back is Return.AfterThePlugOpened)
        {
            var off = await Lab.SeePlugAsync(Plug, isOn: false, Limits.DeadMan);
            Assert.That(off.At - killedAt, Is.LessThanOrEqualTo(DeadMan + OnTheWire), "the plug opened by itself in time");
        }

        await Lab.StartAgainAsync(victim);
        await maker.SeeBridgeOnlineAsync(Laser);
        if (!survivesPerhaps)
        {
            await SeeInterruptedAsync(maker, reservation);
        }

        await maker.PostAsync($"reservations/{reservation}/end");
        await AgreeAsync(maker, reservation, [.. (await SeeLockedAsync()).Skip(before)], killedAt);
    }

    private async Task<Guid> WorkAsync(LabClient maker)
    {
        var reservation = (Guid)(await maker.BookAsync(new Wanted(Laser, 30) { Project = People.Drone }))["id"]!;
        await maker.CheckInAsync(reservation);
        await Lab.SeePlugAsync(Plug, isOn: true, Limits.Reunion);
        await Lab.HappenAtAsync(Plug, "work");
        await Eventually.BeSoAsync("metered work under load", Limits.Print, async () =>
            (await maker.SessionsAsync(reservation)).Any(session =>
                (string)session["state"]! == "armed" && (long)session["activeMilliseconds"]! > 0 && (long?)session["wattSeconds"] > 0));
        return reservation;
    }

    /// <summary>The session is over and the slot is still the member's, who did not want to stop.</summary>
    private async Task SeeInterruptedAsync(LabClient maker, Guid reservation)
    {
        var session = await maker.SeeSessionClosedAsync(reservation);
        var live = await Eventually.SeeAsync("a relay that is read open", Limits.Reunion, async () =>
            await maker.LiveAsync(Laser) is var now && (string?)now["relay"] == "open" ? now : null);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (string?)session["endReason"],
                victim is Victim.Web ? Is.AnyOf("lease-lost", "fault") : Is.EqualTo("bridge-restarted"));
            Assert.That((string?)(await maker.ReservationAsync(reservation))["state"], Is.EqualTo("active"));
            Assert.That((string?)live["activity"], Is.Not.EqualTo("running"));
        }
    }

    private async Task<IReadOnlyList<PlugChange>> SeeLockedAsync()
    {
        await Lab.SeePlugAsync(Plug, isOn: false, Limits.Reunion);
        return await Lab.PlugAsync(Plug);
    }

    private async Task AgreeAsync(LabClient maker, Guid reservation, IReadOnlyList<PlugChange> plug, DateTimeOffset killedAt)
    {
        var session = await maker.SeeSessionClosedAsync(reservation);
        await Eventually.BeSoAsync("a journal that is acknowledged to its end", Limits.Reunion, () => Task.FromResult(Lab.Records.Unacknowledged(Bridge) == 0));
        var id = (Guid)session["id"]!;
        using var owner = await Lab.SignInAsync(People.Owner);
        var charges = await owner.ChargesAsync(People.Startup, reservation);
        var sessions = await maker.SessionsAsync(reservation);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)(await maker.ReservationAsync(reservation))["state"], Is.EqualTo("completed"));
            Assert.That(sessions, Has.Count.EqualTo(1), "sessions");
            Assert.That((string?)session["state"], Is.EqualTo("closed"));
            Assert.That((string?)session["reviewReason"], Is.Null);
            Assert.That(Lab.Records.TimesClosed(Bridge, id), Is.EqualTo(1), "last words on the session");
            Assert.That(Lab.Records.Charges(id), Is.EqualTo(1), "charges in the books");
            Assert.That(charges, Has.Count.EqualTo(1), "charges that the owner sees");
            Assert.That(Lab.Records.Quarantined(), Is.Zero, "messages put aside");
        }

        AgreeWithPlug(session, plug, killedAt);
    }

    private void AgreeWithPlug(JsonNode session, IReadOnlyList<PlugChange> plug, DateTimeOffset killedAt)
    {
        var id = (Guid)session["id"]!;
        var total = TimeSpan.FromMilliseconds((long)session["totalMilliseconds"]!);
        Assert.That(plug.Select(change => change.IsOn), Is.EqualTo(new[] { true, false }), "switched on once and off once");

        var (on, off) = (plug[0].At, plug[1].At);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Lab.Records.SpooledMilliseconds(Bridge, id), Is.EqualTo((long)total.TotalMilliseconds), "slices on the bridge's disk");
            Assert.That(Lab.Records.JournalledMilliseconds(id), Is.EqualTo((long)total.TotalMilliseconds), "slices in the web's journal");
            Assert.That(total, Is.GreaterThanOrEqualTo(Earlier(killedAt, off) - on - Uncheckpointed - ReadBack), "no second is lost");
            Assert.That(total, Is.LessThanOrEqualTo(off - on + ReadBack), "no second is counted twice");
            Assert.That((long)session["wattSeconds"]!, Is.InRange(1, WorkingWatts * (off - on).TotalSeconds), "energy");
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
