using Fablab.Contracts;
using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Messaging;

/// <summary>A machine's place on the broker.</summary>
internal sealed record MachineAddress(MachineId Id, string Code, SiteId Site, Guid? Bridge, BridgeAddress? Address);

/// <summary>
/// Codes, ids and bridges of all machines in memory, because every message needs them and they hardly change. On every node it
/// is known within <see cref="GoodFor"/> what changed; a miss looks again at most once in <see cref="MissesAtMostEvery"/>, so
/// that a bridge with a wrong name costs no more.
/// </summary>
internal sealed class MachineDirectory(IServiceScopeFactory scopes, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan MissesAtMostEvery = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile Snapshot? snapshot;
    private int forgotten;

    public async ValueTask<MachineAddress?> FindAsync(string code, CancellationToken ct) =>
        (await KnownAsync(ct)).ByCode.TryGetValue(code, out var known) ? known : (await AfterMissAsync(ct)).ByCode.GetValueOrDefault(code);

    public async ValueTask<MachineAddress?> FindAsync(MachineId id, CancellationToken ct) =>
        (await KnownAsync(ct)).ById.TryGetValue(id, out var known) ? known : (await AfterMissAsync(ct)).ById.GetValueOrDefault(id);

    public async ValueTask<BridgeRow?> BridgeAsync(BridgeAddress address, CancellationToken ct) =>
        (await KnownAsync(ct)).Bridges.TryGetValue(address, out var known) ? known : (await AfterMissAsync(ct)).Bridges.GetValueOrDefault(address);

    public async ValueTask<IReadOnlyDictionary<BridgeAddress, BridgeRow>> BridgesAsync(CancellationToken ct) => (await KnownAsync(ct)).Bridges;

    public async ValueTask<IReadOnlyCollection<MachineAddress>> AllAsync(CancellationToken ct) => [.. (await KnownAsync(ct)).ById.Values];

    /// <summary>What was just changed here is known here at once.</summary>
    public void Forget()
    {
        // A read that began before must not bring back what it saw.
        Interlocked.Increment(ref forgotten);
        snapshot = null;
    }

    public void Dispose() => reading.Dispose();

    private ValueTask<Snapshot> KnownAsync(CancellationToken ct) => NoOlderThanAsync(GoodFor, ct);

    private ValueTask<Snapshot> AfterMissAsync(CancellationToken ct) => NoOlderThanAsync(MissesAtMostEvery, ct);

    private ValueTask<Snapshot> NoOlderThanAsync(TimeSpan age, CancellationToken ct) =>
        snapshot is { } known && time.GetElapsedTime(known.ReadAt) < age ? new(known) : new(ReadAsync(age, ct));

    private async Task<Snapshot> ReadAsync(TimeSpan age, CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            if (snapshot is { } known && time.GetElapsedTime(known.ReadAt) < age)
            {
                return known;   // somebody else just read it
            }

            var (readAt, before) = (time.GetTimestamp(), Volatile.Read(ref forgotten));
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
            var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Code, ct);
            var bridges = await db.Bridges.AsNoTracking().ToListAsync(ct);
            var addresses = bridges.ToDictionary(bridge => bridge.Id, bridge => new BridgeAddress(sites[bridge.Site], bridge.Code));
            var machines = (await db.Machines.AsNoTracking().ToListAsync(ct))
                .Select(m => new MachineAddress(m.Id, m.Code, m.Site, m.Bridge, m.Bridge is { } bridge ? addresses[bridge] : null))
                .ToList();
            var read = new Snapshot(readAt, machines.ToDictionary(m => m.Code), machines.ToDictionary(m => m.Id), bridges.ToDictionary(bridge => addresses[bridge.Id]));
            snapshot = read;
            if (Volatile.Read(ref forgotten) != before)
            {
                snapshot = null;
            }

            return read;
        }
        finally
        {
            reading.Release();
        }
    }

    private sealed record Snapshot(
        long ReadAt,
        Dictionary<string, MachineAddress> ByCode,
        Dictionary<MachineId, MachineAddress> ById,
        Dictionary<BridgeAddress, BridgeRow> Bridges);
}
