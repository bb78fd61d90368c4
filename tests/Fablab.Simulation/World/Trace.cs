namespace Fablab.Simulation.World;

/// <summary>What happened, as a running hash over everything and the text of the last events.</summary>
internal sealed class Trace(bool isVerbose)
{
    private const int Kept = 50;
    private const ulong FnvOffset = 14_695_981_039_346_656_037;
    private const ulong FnvPrime = 1_099_511_628_211;

    private readonly string[] last = new string[Kept];
    private ulong hash = FnvOffset;

    public long Count { get; private set; }

    /// <summary>Equal for two runs exactly when every event, its place and its time were equal.</summary>
    public string Hash => hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    public IEnumerable<string> Last
    {
        get
        {
            for (var i = Math.Max(0, Count - Kept); i < Count; i++)
            {
                yield return last[i % Kept];
            }
        }
    }

    public void Add(long milliseconds, string who, string what)
    {
        var line = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{milliseconds / 3_600_000:00}:{milliseconds / 60_000 % 60:00}:{milliseconds / 1000 % 60:00}.{milliseconds % 1000:000} {who}: {what}");
        foreach (var c in line)
        {
            hash = (hash ^ c) * FnvPrime;
        }

        last[Count++ % Kept] = line;
        if (isVerbose)
        {
            Console.WriteLine(line);
        }
    }
}
