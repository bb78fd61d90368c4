using Fablab.Bridge.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

/// <summary>The one before it was on the same printer, and OctoPrint still shows its numbers.</summary>
public sealed class A_second_print
{
    private const string First = "first.gcode";
    private const string Second = "second.gcode";

    private static readonly JobProgress Done = new(1, 1_000, 500_000, 0);

    private static readonly OctoPrintPicture Unknown = new() { SilenceLimit = TimeSpan.FromMinutes(1), StartDeadline = TimeSpan.FromSeconds(15) };

    [Test]
    public void Does_not_begin_with_the_count_of_the_first_when_its_state_comes_before_its_announcement()
    {
        var picture = See(Unknown, 0, new EventSeen(new OctoPrintEvent("PrintStarted") { Path = First }));
        picture = See(picture, 400, new SnapshotSeen(new Snapshot { StateText = "Printing", Progress = Done }, null));
        picture = See(picture, 500, new EventSeen(new OctoPrintEvent("PrintDone") { Path = First, PrintMilliseconds = 500_000 }));
        Assert.That(picture.Observe(TimeSpan.FromSeconds(510)).JobMilliseconds, Is.EqualTo(500_000), "of the first, until the second begins");

        picture = See(picture, 600, new EventSeen(new OctoPrintEvent("FileSelected") { Path = Second }));
        picture = See(picture, 601, new EventSeen(new OctoPrintEvent("PrinterStateChanged") { StateId = "STARTING" }));
        Assert.That(picture.Observe(TimeSpan.FromSeconds(601)).JobMilliseconds, Is.Null);

        picture = See(picture, 601, new EventSeen(new OctoPrintEvent("PrintStarted") { Path = Second }));
        Assert.That(picture.Observe(TimeSpan.FromSeconds(601)).JobMilliseconds, Is.Null);
    }

    [Test]
    public void That_is_found_by_a_snapshot_has_the_count_of_that_snapshot()
    {
        var picture = See(Unknown, 0, new SnapshotSeen(new Snapshot { StateText = "Printing", Progress = Done with { PrintMilliseconds = 7_000 } }, null));

        Assert.That(picture.Observe(TimeSpan.Zero).JobMilliseconds, Is.EqualTo(7_000));
    }

    private static OctoPrintPicture See(OctoPrintPicture picture, int second, OctoPrintFact fact) =>
        OctoPrintReducer.Apply(picture, fact, TimeSpan.FromSeconds(second))[^1];
}
