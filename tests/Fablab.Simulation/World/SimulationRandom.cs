namespace Fablab.Simulation.World;

/// <summary>
/// xoshiro256** seeded by splitmix64, written out here so that a seed means the same run on every version of .NET.
/// Source of both: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators".
/// </summary>
internal sealed class SimulationRandom
{
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    public SimulationRandom(ulong seed) => (s0, s1, s2, s3) = (Split(ref seed), Split(ref seed), Split(ref seed), Split(ref seed));

    /// <summary>An independent stream, so that one part of the world drawing more numbers does not change another part's luck.</summary>
    public SimulationRandom Fork() => new(Next());

    public ulong Next()
    {
        var result = ulong.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = ulong.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>From <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    public long Between(long from, long to) => from >= to ? from : from + (long)(Next() % (ulong)(to - from));

    public int Between(int from, int to) => (int)Between((long)from, to);

    /// <summary>Whether something that happens this many times in a million happens now.</summary>
    public bool PerMillion(long chance) => chance > 0 && (long)(Next() % 1_000_000) < chance;

    public bool Percent(int chance) => PerMillion(chance * 10_000L);

    /// <summary>Waiting time of a memoryless event, in milliseconds, at least one and at most twelve means.</summary>
    public long Exponential(long mean)
    {
        // Minus the logarithm of a uniform number, from its leading zeros and a linear rest: exact everywhere, unlike Math.Log.
        var bits = Next();
        var zeros = ulong.LeadingZeroCount(bits | 1);
        var fraction = (bits << ((int)zeros + 1)) >> 44;
        var logarithm2 = ((long)zeros * 1_048_576) + (1_048_576 - (long)fraction);
        return Math.Clamp(logarithm2 * mean / 1_512_775, 1, mean * 12);
    }

    public T Pick<T>(IReadOnlyList<T> from) => from[Between(0, from.Count)];

    public Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Next());
        BitConverter.TryWriteBytes(bytes[8..], Next());
        return new Guid(bytes);
    }

    private static ulong Split(ref ulong seed)
    {
        var z = seed += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
