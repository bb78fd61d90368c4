using Fablab.Scenarios.Tests.Lab;

namespace Fablab.Scenarios.Tests;

/// <summary>
/// The web is killed again and again in the first start on an empty folder: while it makes the database, brings the schema up,
/// fills the demo, begins to serve. Every start meets what the one before left behind.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class A_start_cut_short
{
    private const int Folders = 3;

    /// <summary>
    /// Milliseconds after the start's first writing in the database. Dense at first: on a fast computer the schema is there
    /// after a few hundred, on a busy one the later ones are still within.
    /// </summary>
    private static readonly int[] Points = [0, 10, 20, 40, 80, 150, 300, 500, 800, 1300, 2000, 3000];

    /// <summary>A start that has nothing to write any more is killed then.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(8);

    /// <summary>A migration does not wait for tenths of a second.</summary>
    private static readonly TimeSpan OftenEnough = TimeSpan.FromMilliseconds(2);

    private static readonly LabSetup WebAlone = LabSetup.Apart with { Bridges = [] };

    /// <param name="folder">Each gets every third point, from the earliest to the latest.</param>
    [Test]
    public async Task Leaves_a_folder_from_which_the_next_start_makes_a_sound_lab([Range(1, Folders)] int folder)
    {
        await using var lab = RunningLab.Prepare(WebAlone);
        try
        {
            for (var point = folder - 1; point < Points.Length; point += Folders)
            {
                await CutShortAsync(lab, TimeSpan.FromMilliseconds(Points[point]));
            }

            await lab.StartWebAsync();
            await SeeSoundAsync(lab);
        }
        catch
        {
            lab.TellLogs();
            throw;
        }
    }

    private static async Task CutShortAsync(RunningLab lab, TimeSpan after)
    {
        var before = lab.Records.Writings();
        lab.Web.Start();
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.BeSoAsync(
            "a writing in the database",
            Limits.Start,
            () => Task.FromResult(lab.Records.Writings() != before || TimeProvider.System.GetElapsedTime(began) > Latest),
            OftenEnough);
        await Task.Delay(after, TimeProvider.System);
        Assert.That(lab.Web.IsAlive, Is.True, "the start goes on until it is killed");
        lab.Web.Kill();
        await TestContext.Out.WriteLineAsync(
            $"Killed {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms after its start, {after.TotalMilliseconds} ms after its first writing: {lab.Records.Stage()}");
    }

    private static async Task SeeSoundAsync(RunningLab lab)
    {
        using var maker = await lab.SignInAsync(People.Maker);
        var booked = await maker.BookAsync(new Wanted("printer-1", 30) { Project = People.Drone });
        var machines = (await maker.GetAsync("machines")).AsArray();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.Records.Integrity(), Is.EqualTo("ok"));
            Assert.That((string?)booked["state"], Is.EqualTo("confirmed"));
            Assert.That(machines.Select(machine => (string?)machine!["code"]), Is.EquivalentTo(new[] { "printer-1", "printer-2", "cnc-1", "laser-1", "room-1" }), "the demo, once");
        }
    }
}
