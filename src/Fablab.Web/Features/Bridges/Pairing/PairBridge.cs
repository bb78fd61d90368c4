using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Pairing;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Bridges.Pairing;

/// <summary>What a program needs to be a bridge.</summary>
/// <param name="Site">Code.</param>
internal sealed record PairedBridge(string Site, BridgeRow Bridge, BridgeKey Key);

/// <summary>Turns a pairing code into a new bridge key, once. The program that had the bridge's key before is shut out.</summary>
internal sealed class PairBridge(FablabDb db, BridgeKeys keys, BridgeDoors doors, IOptions<PairingOptions> options, AuditTrail audit, LabClock clock)
{
    public async Task<Result<PairedBridge>> ExecuteAsync(string typed, CancellationToken ct)
    {
        if (PairingCode.Normalized(typed) is not { } code)
        {
            return new PairingRefused();
        }

        var name = PairingCode.NameOf(code);
        if (await db.Bridges.AsNoTracking().Where(row => row.PairingName == name).Select(row => (Guid?)row.Id).SingleOrDefaultAsync(ct) is not { } found)
        {
            return new PairingRefused();
        }

        // A wrong guess is written down, so it is no refusal that is rolled back.
        var result = await LabTransaction.RunHoldingAsync<Result<PairedBridge>>(db, [found], async () =>
        {
            var bridge = await db.Bridges.SingleAsync(row => row.Id == found, ct);
            if (!bridge.TryTake(code, clock.Now, options.Value))
            {
                await db.SaveChangesAsync(ct);
                return new PairingRefused();
            }

            var key = BridgeKey.Create();
            (bridge.ProtectedKey, bridge.PairedAt, bridge.RevokedAt) = (keys.Seal(key), clock.Now, null);
            audit.Note("bridge-paired", $"bridge/{bridge.Id}", site: bridge.Site);
            await db.SaveChangesAsync(ct);
            var site = await db.Sites.AsNoTracking().Where(row => row.Id == bridge.Site).Select(row => row.Code).SingleAsync(ct);
            return new PairedBridge(site, bridge, key);
        }, ct);
        db.ChangeTracker.Clear();
        if (result.TryGet(out var paired, out _))
        {
            await doors.ChangedAsync([paired.Bridge.Code, .. paired.Bridge.DeviceTopics]);
        }

        return result;
    }
}
