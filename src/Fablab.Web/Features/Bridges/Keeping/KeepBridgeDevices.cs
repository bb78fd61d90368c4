using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Bridges.Keeping;

/// <summary>A bridge has at most so many.</summary>
public sealed record TooManyDevices(int Most) : Refusal("too-many-devices")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["most"] = Most };
}

/// <summary>What is typed into an MQTT device, so that it gets into the broker.</summary>
/// <param name="Topic">Its topic, and its user name.</param>
/// <param name="Password">Derived from the bridge's key, so a new pairing ends it.</param>
public sealed record BridgeDevice(string Topic, string Password);

/// <summary>The plugs and other MQTT devices that a bridge commands, each with an account of its own at the broker.</summary>
internal sealed class KeepBridgeDevices(FablabDb db, CurrentMember me, BridgeKeys keys, BridgeDoors doors, AuditTrail audit)
{
    public const int Most = 200;

    /// <summary>Held by whoever gives a name at the broker: bridges and devices share them.</summary>
    public static readonly Guid Names = new("6f0a43a7-2d0e-4a51-9a0c-1f6f5f3b8e11");

    /// <summary>Whether a bridge or a device has this name already, or the web itself.</summary>
    public static async Task<bool> IsTakenAsync(FablabDb db, string name, CancellationToken ct) =>
        name == BrokerAccounts.ServerUser
        || (await db.Bridges.AsNoTracking().Select(row => new { row.Code, row.DeviceTopics }).ToListAsync(ct)).Any(row => row.Code == name || row.DeviceTopics.Contains(name));

    /// <summary>Lets a device in, or shows anew what is typed into it: making it twice is the same.</summary>
    public async Task<Result<BridgeDevice>> AddAsync(Guid id, string topic, CancellationToken ct)
    {
        var isNew = false;
        var result = await LabTransaction.DecideHoldingAsync<BridgeRow>(db, [id, Names], async () =>
        {
            isNew = false;
            if (await FindAsync(id, ct) is not { } bridge)
            {
                return new NoSuchThing("bridge");
            }

            if (bridge.DeviceTopics.Contains(topic))
            {
                return bridge;
            }

            if (await IsTakenAsync(db, topic, ct))
            {
                return new BridgeCodeTaken();
            }

            if (bridge.DeviceTopics.Count >= Most)
            {
                return new TooManyDevices(Most);
            }

            isNew = true;
            bridge.DeviceTopics = [.. bridge.DeviceTopics, topic];
            return await SavedAsync(bridge, "bridge-device-added", topic, ct);
        }, ct);

        // Whoever only looks at the password again throws nobody out.
        return (isNew ? await DoneAsync(result, topic) : result).Match<Result<BridgeDevice>>(bridge => new BridgeDevice(topic, keys.Of(bridge).DevicePassword(topic)), refusal => refusal);
    }

    /// <summary>Shuts a device out.</summary>
    public async Task<Refusal?> RemoveAsync(Guid id, string topic, CancellationToken ct)
    {
        topic = StorableText.Of(topic);
        var result = await LabTransaction.DecideHoldingAsync<BridgeRow>(db, [id], async () =>
        {
            if (await FindAsync(id, ct) is not { } bridge || !bridge.DeviceTopics.Contains(topic))
            {
                return new NoSuchThing("device");
            }

            bridge.DeviceTopics = [.. bridge.DeviceTopics.Where(one => one != topic)];
            return await SavedAsync(bridge, "bridge-device-removed", topic, ct);
        }, ct);
        return (await DoneAsync(result, topic)).Refusal;
    }

    private async Task<BridgeRow?> FindAsync(Guid id, CancellationToken ct) =>
        await db.Bridges.SingleOrDefaultAsync(row => row.Id == id, ct) is { } bridge && me.May(Right.ManageBridges, Subject.At(bridge.Site)) ? bridge : null;

    private async Task<BridgeRow> SavedAsync(BridgeRow bridge, string action, string topic, CancellationToken ct)
    {
        audit.Note(action, $"bridge/{bridge.Id}/{topic}", site: bridge.Site);
        await db.SaveChangesAsync(ct);
        return bridge;
    }

    /// <summary>The bridge itself comes back at once, with rights that know of the device.</summary>
    private async Task<Result<BridgeRow>> DoneAsync(Result<BridgeRow> result, string topic)
    {
        db.ChangeTracker.Clear();
        if (result.TryGet(out var bridge, out _))
        {
            await doors.ChangedAsync([topic, bridge.Code]);
        }

        return result;
    }
}
