using System.Collections.Concurrent;
using System.Threading.Channels;
using Fablab.Contracts;
using Fablab.Domain.Bridges;
using Fablab.ServerProtocol;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.LiveBoard;

/// <summary>What is known live of one machine, and since when.</summary>
/// <param name="Machine">The machine's code.</param>
/// <param name="Twin">The latest report; <see langword="null"/> before the first.</param>
/// <param name="HeardAt">When the latest report or sign of life came.</param>
/// <param name="IsBridgeOnline">The bridge is connected as far as the broker knows.</param>
public sealed record LiveMachine(string Machine, ReportedTwin? Twin, Instant? HeardAt, bool IsBridgeOnline);

/// <summary>
/// The newest report of every machine, in memory only: retained topics fill it again after a restart. Readers never touch the
/// database; each subscriber has a small queue of its own, and one that falls behind loses the oldest changes, never the newest.
/// </summary>
internal sealed class LiveBoard(LabClock clock)
{
    private const int QueuePerSubscriber = 64;

    private readonly ConcurrentDictionary<string, LiveMachine> machines = new();
    private readonly ConcurrentDictionary<BridgeAddress, BridgePresence> bridges = new();
    private readonly ConcurrentDictionary<string, BridgeAddress> bridgeOf = new();
    private readonly ConcurrentDictionary<Guid, Channel<string>> subscribers = new();

    /// <returns>What is known; a machine nobody reported is known by its silence.</returns>
    public LiveMachine Of(string machine) => machines.GetValueOrDefault(machine) ?? new LiveMachine(machine, null, null, false);

    public IReadOnlyCollection<BridgeAddress> OnlineBridges => [.. bridges.Where(b => b.Value.Last.IsUp).Select(b => b.Key)];

    /// <summary>Takes a report unless a newer one of the same or a later epoch is known.</summary>
    public void Reported(BridgeAddress bridge, ReportedTwin twin)
    {
        bridgeOf[twin.Machine] = bridge;
        var taken = machines.AddOrUpdate(
            twin.Machine,
            _ => new LiveMachine(twin.Machine, twin, clock.Now, IsOnline(bridge)),
            (_, known) => HelloFacts.Number(twin).IsNewerThan(known.Twin is { } old ? HelloFacts.Number(old) : null)
                ? new LiveMachine(twin.Machine, twin, clock.Now, IsOnline(bridge))
                : known);
        if (ReferenceEquals(taken.Twin, twin))
        {
            Tell(twin.Machine);
        }
    }

    /// <summary>A bridge came or went. A last will of an earlier boot is late news and ignored.</summary>
    public void Heard(BridgeAddress bridge, Online online)
    {
        var before = bridges.GetValueOrDefault(bridge);
        var (presence, hasNewSpool) = BridgePresence.Heard(before, HelloFacts.Sign(online));
        if (presence == before)
        {
            return;
        }

        bridges[bridge] = presence;
        foreach (var machine in bridgeOf.Where(pair => pair.Value == bridge).Select(pair => pair.Key))
        {
            machines.AddOrUpdate(
                machine,
                _ => new LiveMachine(machine, null, null, online.Up),
                (_, m) => m with { Twin = hasNewSpool ? null : m.Twin, IsBridgeOnline = online.Up, HeardAt = online.Up ? clock.Now : m.HeardAt });
            Tell(machine);
        }
    }

    /// <summary>Something else about a machine changed (a booking, a session): watchers should look again.</summary>
    public void Touch(string machine) => Tell(machine);

    /// <summary>Codes of machines that changed, as they change, until cancelled.</summary>
    public async IAsyncEnumerable<string> ChangesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var queue = Channel.CreateBounded<string>(new BoundedChannelOptions(QueuePerSubscriber) { FullMode = BoundedChannelFullMode.DropOldest });
        var id = Guid.CreateVersion7();
        subscribers[id] = queue;
        try
        {
            await foreach (var machine in queue.Reader.ReadAllAsync(ct))
            {
                yield return machine;
            }
        }
        finally
        {
            subscribers.TryRemove(id, out _);
        }
    }

    private bool IsOnline(BridgeAddress bridge) => bridges.TryGetValue(bridge, out var presence) && presence.Last.IsUp;

    private void Tell(string machine)
    {
        foreach (var queue in subscribers.Values)
        {
            queue.Writer.TryWrite(machine);
        }
    }
}
