using Fablab.Simulation.PlantedBugs;

namespace Fablab.Simulation;

/// <summary>The simulation is only worth its trust while it still finds these.</summary>
public class A_planted_bug
{
    private const int Seeds = 50;

    [TestCaseSource(nameof(Bugs))]
    [Parallelizable(ParallelScope.All)]
    public void Turns_a_seed_red(string name)
    {
        var caught = SimulationCommand.FirstToCatch(PlantedBug.All.Single(bug => bug.Name == name), Seeds);

        Assert.That(caught, Is.Not.Null, $"'{name}' went unnoticed through {Seeds} seeds");
        TestContext.Out.WriteLine($"{caught!.Broken!.Message}, seed {caught.Seed}, after {Duration.FromMilliseconds(caught.World.Milliseconds)}");
    }

    private static IEnumerable<string> Bugs() => PlantedBug.All.Select(bug => bug.Name);
}
