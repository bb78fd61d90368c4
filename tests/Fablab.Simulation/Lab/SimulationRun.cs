using Fablab.Simulation.Invariants;
using Fablab.Simulation.PlantedBugs;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Lab;

/// <summary>One seed, so many hours of lab life, then rest.</summary>
internal static class SimulationRun
{
    private const long Hour = 3_600_000;

    /// <summary>The last bookings end within this time, and a print with them.</summary>
    private const long RestHours = 6;

    public static RunResult Execute(ulong seed, int hours, PlantedBug? bug = null, bool isVerbose = false)
    {
        var world = new VirtualWorld(seed, isVerbose);
        var figures = new RunFigures();
        try
        {
            var lab = new SimulatedLab(world, bug ?? PlantedBug.None);
            figures = lab.Observer.Figures;
            world.RunUntil(hours * Hour);
            lab.CalmDown(world);
            world.RunUntil((hours + RestHours) * Hour);
            lab.CheckRest(world);
            return new RunResult(seed, hours, world, figures, null);
        }
        catch (InvariantBrokenException broken)
        {
            return new RunResult(seed, hours, world, figures, broken);
        }
    }
}

internal sealed record RunResult(ulong Seed, int Hours, VirtualWorld World, RunFigures Figures, InvariantBrokenException? Broken)
{
    public string TraceHash => World.Trace.Hash;

    /// <summary>All that is needed to find the bug.</summary>
    public string Explain() => string.Join(
        Environment.NewLine,
        [
            $"seed {Seed} broke {Broken!.Message} at {Duration.FromMilliseconds(World.Milliseconds)} of virtual time; its last events:",
            .. World.Trace.Last,
            $"replay: dotnet run --project tests/Fablab.Simulation -- run --seed {Seed} --hours {Hours} --verbose",
        ]);
}
