using Fablab.Simulation.World;

namespace Fablab.Simulation.Broker;

/// <summary>How bad the network of one run is. Chances in a million, each hop of each message.</summary>
internal sealed record NetworkWeather(long Drop, long Duplicate, long Late, long LateHello, long MaximumDelay)
{
    public static readonly NetworkWeather Fair = new(0, 0, 0, 0, 0);

    /// <summary>A third of the runs is calm, so that logic without luck is tested as well; the worst loses three in ten.</summary>
    public static NetworkWeather Of(SimulationRandom random) => random.Between(0, 3) switch
    {
        0 => new(Drop: 1_000, Duplicate: 1_000, Late: 1_000, LateHello: 50_000, MaximumDelay: 60_000),
        1 => new(Drop: random.Between(0L, 50_000), Duplicate: random.Between(0L, 50_000), Late: 10_000, LateHello: 200_000, MaximumDelay: 120_000),
        _ => new(Drop: random.Between(0L, 300_000), Duplicate: random.Between(0L, 200_000), Late: 30_000, LateHello: 300_000, MaximumDelay: 600_000),
    };
}
