using Fablab.Contracts;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Invariants;

/// <summary>I6 and I9: the controller begins a job at most once, only under a lease that names it, and not after a stop was heard.</summary>
internal sealed class JobWatch(VirtualWorld world)
{
    /// <summary>A start that left before the stop was heard may still be on its way to the controller.</summary>
    private const long OnItsWay = 3_000;

    private readonly HashSet<Guid> leased = [];
    private readonly Dictionary<Guid, long> generationOf = [];
    private readonly Dictionary<Guid, long> cancelHeardAt = [];
    private readonly Dictionary<string, (long Generation, long At)> newestHeard = new(StringComparer.Ordinal);

    public void LeaseGranted(LeaseAnswer answer)
    {
        if (answer.Job is { } job)
        {
            leased.Add(job.Id);
            generationOf[job.Id] = answer.Generation;
        }
    }

    public void DesiredReceived(DesiredTwin twin)
    {
        if (twin.Job is { Wish: JobWish.Cancel } job)
        {
            cancelHeardAt.TryAdd(job.Id, world.Milliseconds);
        }

        if (twin.Session is { } session && session.Generation > newestHeard.GetValueOrDefault(twin.Machine).Generation)
        {
            newestHeard[twin.Machine] = (session.Generation, world.Milliseconds);
        }
    }

    public void Started(string machine, string file, int count)
    {
        if (!Guid.TryParseExact(file.Split('-')[0], "N", out var job))
        {
            return;
        }

        if (count > 1)
        {
            throw new InvariantBrokenException("I6", $"{machine} began job {job} {count} times");
        }

        if (!leased.Contains(job))
        {
            throw new InvariantBrokenException("I9", $"{machine} began job {job} without a lease for it");
        }

        if (cancelHeardAt.TryGetValue(job, out var heard) && world.Milliseconds - heard > OnItsWay)
        {
            throw new InvariantBrokenException("I6", $"{machine} began job {job} {world.Milliseconds - heard} ms after its cancel was heard");
        }

        var newest = newestHeard.GetValueOrDefault(machine);
        if (generationOf[job] < newest.Generation && world.Milliseconds - newest.At > OnItsWay)
        {
            throw new InvariantBrokenException("I6", $"{machine} began job {job} of generation {generationOf[job]} after generation {newest.Generation} was heard");
        }
    }
}
