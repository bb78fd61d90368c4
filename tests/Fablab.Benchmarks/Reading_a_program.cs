using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Jobs;
using Fablab.Domain.MachineJobs.Gcode;
using Fablab.Domain.Machines;

namespace Fablab.Benchmarks;

/// <summary>Checking a sliced print of 20 MB. The limit: splitting the same text into lines and looking at each character once.</summary>
[MemoryDiagnoser]
[SimpleJob(RuntimeMoniker.HostProcess, launchCount: 1, warmupCount: 2, iterationCount: 7)]
public class Reading_a_program
{
    private const int Copies = 180;

    private static readonly MachineProfile Printer = new()
    {
        Reach = new ReachableSpace(0, 250, 0, 210, 0, 220), MaximumNozzleCelsius = 300, MaximumBedCelsius = 120, Dialect = GcodeDialect.Printer,
    };

    private string text = "";

    [GlobalSetup]
    public void Read() =>
        text = string.Concat(Enumerable.Repeat(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "gcode", "puck.gcode")), Copies));

    [Benchmark(Baseline = true)]
    public long Lines()
    {
        using var reader = new StringReader(text);
        long sum = 0;
        while (reader.ReadLine() is { } line)
        {
            foreach (var c in line)
            {
                sum += c;
            }
        }

        return sum;
    }

    [Benchmark]
    public GcodeAnalysis Analysis()
    {
        using var reader = new StringReader(text);
        return GcodeAnalyzer.Analyze(reader, Printer);
    }
}
