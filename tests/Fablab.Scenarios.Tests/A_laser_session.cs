using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>The laser behind its plug: unlocked for a session, and for nothing else.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class A_laser_session
{
    private const string Laser = "laser-1";
    private const string Plug = "plug-laser-1";

    private static readonly LabSetup AtTheCampus = LabSetup.Apart with { Bridges = ["campus-bridge"] };

    [Test]
    public Task Closes_the_plug_meters_its_energy_opens_the_plug_and_charges_the_time() => RunningLab.WithAsync(AtTheCampus, async lab =>
    {
        using var maker = await lab.SignInAsync(People.Maker);
        using var owner = await lab.SignInAsync(People.Owner);
        Assert.That((await lab.PlugAsync(Plug)).Select(change => change.IsOn), Is.EqualTo(new[] { false }), "before anybody checked in");

        var reservation = (Guid)(await maker.BookAsync(new Wanted(Laser, 30) { Project = People.Drone }))["id"]!;
        await maker.CheckInAsync(reservation);
        await lab.SeePlugAsync(Plug, isOn: true, Limits.Reunion);
        await lab.HappenAtAsync(Plug, "work");
        await maker.PostAsync($"reservations/{reservation}/presence");
        await SeeEnergyAsync(maker, reservation);
        await maker.PostAsync($"reservations/{reservation}/end");
        await lab.SeePlugAsync(Plug, isOn: false, Limits.Reunion);
        var session = await maker.SeeSessionClosedAsync(reservation);
        var charge = (await owner.ChargesAsync(People.Startup, reservation)).Single();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((long)session["wattSeconds"]!, Is.Positive);
            Assert.That((long)session["totalMilliseconds"]!, Is.EqualTo(lab.Records.JournalledMilliseconds((Guid)session["id"]!)));
            Assert.That((string?)session["reviewReason"], Is.Null);
            Assert.That(charge["lines"]!.AsArray().Select(line => (string?)line!["component"]), Is.EquivalentTo(new[] { "time", "energy" }));
            Assert.That((long)charge["net"]!["minor"]!, Is.EqualTo(200), "five minutes, the least, at 24 an hour");
        }
    });

    private static Task SeeEnergyAsync(LabClient maker, Guid reservation) => Eventually.BeSoAsync("metered energy", Limits.Print, async () =>
        (await maker.SessionsAsync(reservation)).Any(session => (long?)session["wattSeconds"] > 0));
}
