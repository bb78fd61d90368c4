using System.Globalization;
using Fablab.Simulation.Invariants;
using Fablab.Simulation.Lab;
using Fablab.Simulation.PlantedBugs;
using Fablab.Simulation.World;

namespace Fablab.Simulation;

/// <summary>The commands: <c>run [--seeds N] [--hours N]</c>, <c>run --seed N [--verbose]</c>, <c>planted [--seeds N]</c>.</summary>
internal static class SimulationCommand
{
    /// <summary>A bug that needs longer to show is looked for in more seeds, not in longer days.</summary>
    private const int HoursWithBug = 12;

    public static int Run(string[] args)
    {
        if (args[0] == "planted")
        {
            return Planted(Number(args, "--seeds", 50), args.SkipWhile(arg => arg != "--bug").Skip(1).FirstOrDefault());
        }

        var hours = Number(args, "--hours", 24);
        var first = Number(args, "--seed", -1);
        return first >= 0
            ? Report([SimulationRun.Execute((ulong)first, hours, isVerbose: args.Contains("--verbose"))])
            : Report(Seeds(Number(args, "--seeds", 100), hours));
    }

    public static IReadOnlyList<RunResult> Seeds(int count, int hours) => Enumerable.Range(1, count)
        .AsParallel().AsOrdered()
        .Select(seed => SimulationRun.Execute((ulong)seed, hours))
        .ToList();

    /// <returns>The first seed that catches the bug, or <see langword="null"/> when none does.</returns>
    public static RunResult? FirstToCatch(PlantedBug bug, int seeds) => Enumerable.Range(1, seeds)
        .Select(seed => SimulationRun.Execute((ulong)seed, HoursWithBug, bug))
        .FirstOrDefault(result => result.Broken is not null);

    private static int Planted(int seeds, string? only)
    {
        var bugs = PlantedBug.All.Where(bug => only is null || bug.Name == only).ToList();
        if (bugs.Count == 0)
        {
            Console.Error.WriteLine($"No planted bug is named '{only}'. There are: {string.Join(", ", PlantedBug.All.Select(bug => bug.Name))}");
            return 64;
        }

        var results = bugs.AsParallel().AsOrdered().Select(bug => FirstToCatch(bug, seeds)).ToList();
        foreach (var (bug, result) in bugs.Zip(results))
        {
            Console.WriteLine(result is null
                ? $"{bug.Name,-34} not caught by {seeds} seeds"
                : $"{bug.Name,-34} {result.Broken!.Invariant,-4} seed {result.Seed,3} at {Duration.FromMilliseconds(result.World.Milliseconds)}  {result.Broken.Message}");
        }

        if (only is not null && results[0] is { } one)
        {
            Console.WriteLine(one.Explain());
        }

        var caught = results.Count(result => result is not null);
        Console.WriteLine($"{caught} of {bugs.Count} planted bugs caught");
        return caught == bugs.Count ? 0 : 1;
    }

    public static (FaultCounts Faults, RunFigures Figures) Sum(IEnumerable<RunResult> results)
    {
        var (faults, figures) = (new FaultCounts(), new RunFigures());
        foreach (var result in results)
        {
            faults.Add(result.World.Faults);
            figures.Add(result.Figures);
        }

        return (faults, figures);
    }

    private static int Report(IReadOnlyList<RunResult> results)
    {
        var (faults, figures) = Sum(results);
        foreach (var (kind, count) in faults.ByKind)
        {
            Console.WriteLine($"{count,10} {kind}");
        }

        Console.WriteLine(figures);
        if (results is [var only])
        {
            Console.WriteLine($"trace {only.TraceHash}");
        }

        foreach (var result in results.Where(result => result.Broken is not null).Take(3))
        {
            Console.WriteLine(result.Explain());
        }

        var broken = results.Count(result => result.Broken is not null);
        Console.WriteLine($"{results.Count - broken} seeds held, {broken} broke; {results.Sum(result => result.World.Steps)} steps");
        foreach (var group in results.Where(result => result.Broken is not null).GroupBy(result => result.Broken!.Invariant))
        {
            Console.WriteLine($"{group.Key}: seeds {string.Join(' ', group.Select(result => result.Seed))}");
        }

        return broken == 0 ? 0 : 1;
    }

    private static int Number(string[] args, string name, int otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
