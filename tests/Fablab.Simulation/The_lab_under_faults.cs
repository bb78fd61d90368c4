using Fablab.Simulation.Lab;

namespace Fablab.Simulation;

/// <summary>Whole days of a lab on a virtual clock, with everything breaking that may break. A failure names the seed that replays it.</summary>
public class The_lab_under_faults
{
    private const int Seeds = 100;
    private const int Hours = 24;

    private IReadOnlyList<RunResult> results = null!;

    [OneTimeSetUp]
    public void Live_through_a_hundred_days() => results = SimulationCommand.Seeds(Seeds, Hours);

    [Test]
    public void Keeps_every_promise_on_each_of_a_hundred_days()
    {
        var broken = results.Where(result => result.Broken is not null).ToList();

        Assert.That(broken, Is.Empty, () => string.Join(Environment.NewLine, broken.Select(result => result.Explain())));
    }

    [Test]
    public void Is_really_used_on_those_days()
    {
        var figures = SimulationCommand.Sum(results).Figures;
        TestContext.Out.WriteLine(figures);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(figures.Bookings, Is.GreaterThan(40 * Seeds));
            Assert.That(figures.ClosedSessions, Is.GreaterThan(20 * Seeds));
            Assert.That(figures.Charges, Is.GreaterThan(20 * Seeds));
            Assert.That(figures.JobStarts, Is.GreaterThan(10 * Seeds));
        }
    }

    [TestCase("drop")]
    [TestCase("duplicate")]
    [TestCase("delay")]
    [TestCase("late hello")]
    [TestCase("copied spool")]
    [TestCase("slow network")]
    [TestCase("partition")]
    [TestCase("partition up")]
    [TestCase("partition down")]
    [TestCase("broker amnesia")]
    [TestCase("stale retained")]
    [TestCase("server crash")]
    [TestCase("bridge crash")]
    [TestCase("bridge power cut")]
    [TestCase("torn write")]
    [TestCase("disk full")]
    [TestCase("wall clock jump")]
    [TestCase("relay link lost")]
    [TestCase("relay welded")]
    [TestCase("controller link lost")]
    [TestCase("controller reset")]
    [TestCase("machine failure")]
    [TestCase("start accepted, nothing done")]
    [TestCase("controller's answer lost")]
    [TestCase("forged lease")]
    [TestCase("replayed lease")]
    public void Meets_every_kind_of_fault(string kind)
    {
        var faults = SimulationCommand.Sum(results).Faults.ByKind;

        Assert.That(faults.GetValueOrDefault(kind), Is.Positive, $"A fault that never happens tests nothing: {kind}");
    }
}
