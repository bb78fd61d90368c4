using Fablab.Contracts;
using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Messaging;

/// <summary>A machine's place on the broker.</summary>
internal sealed record MachineAddress(MachineId Id, string Code, SiteId Site, Guid? Bridge, BridgeAddress? Address);

/// <summary>
/// Codes, ids and bridges of all machines in memory, because every message needs them and they hardly change. A miss reads
/// the database again; whoever changes a machine calls <see cref="Forget"/>.
/// </summary>
internal sealed class MachineDirectory(IServiceScopeFactory scopes) : IDisposable
{
    private readonly SemaphoreSlim reading = new(1, 1);
    private volatile Snapshot snapshot = Snapshot.Empty;

    public async ValueTask<MachineAddress?> FindAsync(string code, CancellationToken ct) =>
        snapshot.ByCode.TryGetValue(code, out var known) ? known : (await ReadAsync(ct)).ByCode.GetValueOrDefault(code);

    public async ValueTask<MachineAddress?> FindAsync(MachineId id, CancellationToken ct) =>
        snapshot.ById.TryGetValue(id, out var known) ? known : (await ReadAsync(ct)).ById.GetValueOrDefault(id);

    public async ValueTask<BridgeRow?> BridgeAsync(BridgeAddress address, CancellationToken ct) =>
        snapshot.Bridges.TryGetValue(address, out var known) ? known : (await ReadAsync(ct)).Bridges.GetValueOrDefault(address);

    public async ValueTask<IReadOnlyDictionary<BridgeAddress, BridgeRow>> BridgesAsync(CancellationToken ct) =>
        snapshot.Bridges.Count > 0 ? snapshot.Bridges : (await ReadAsync(ct)).Bridges;

    public async ValueTask<IReadOnlyCollection<MachineAddress>> AllAsync(CancellationToken ct) =>
        snapshot.ById.Count > 0 ? [.. snapshot.ById.Values] : [.. (await ReadAsync(ct)).ById.Values];

    public void Forget() => snapshot = Snapshot.Empty;

    public void Dispose() => reading.Dispose();

    private async Task<Snapshot> ReadAsync(CancellationToken ct)
    {
        await reading.WaitAsync(ct);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
            var sites = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Code, ct);
            var bridges = await db.Bridges.AsNoTracking().ToListAsync(ct);
            var addresses = bridges.ToDictionary(bridge => bridge.Id, bridge => new BridgeAddress(sites[bridge.Site], bridge.Code));
            var machines = (await db.Machines.AsNoTracking().ToListAsync(ct))
                .Select(m => new MachineAddress(m.Id, m.Code, m.Site, m.Bridge, m.Bridge is { } bridge ? addresses[bridge] : null))
                .ToList();
            return snapshot = new Snapshot(
                machines.ToDictionary(m => m.Code),
                machines.ToDictionary(m => m.Id),
                bridges.ToDictionary(bridge => addresses[bridge.Id]));
        }
        finally
        {
            reading.Release();
        }
    }

    private sealed record Snapshot(
        Dictionary<string, MachineAddress> ByCode,
        Dictionary<MachineId, MachineAddress> ById,
        Dictionary<BridgeAddress, BridgeRow> Bridges)
    {
        public static readonly Snapshot Empty = new([], [], []);
    }
}
