using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Pairing;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Bridges.Keeping;

/// <summary>Codes are names at the broker, so each is given once in the whole lab.</summary>
public sealed record BridgeCodeTaken() : Refusal("bridge-code-taken");

/// <summary>A bridge as staff see it.</summary>
/// <param name="IsOnline">Connected, as far as the broker knows.</param>
/// <param name="Machines">Codes, in order.</param>
public sealed record BridgeView(BridgeRow Bridge, bool IsOnline, IReadOnlyList<string> Machines);

/// <summary>A code that pairs a program with a bridge, shown this once.</summary>
public sealed record BridgeOffer(BridgeRow Bridge, string Code);

/// <summary>Managers name the bridges of their sites, give them codes to pair a program with, and shut them out.</summary>
internal sealed class KeepBridges(
    FablabDb db, CurrentMember me, BridgeKeys keys, BridgeDoors doors, LiveBoard.LiveBoard board, IOptions<PairingOptions> options, AuditTrail audit, LabClock clock)
{
    /// <returns>The site, for who may keep its bridges; <see langword="null"/> for everybody else.</returns>
    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.ManageBridges, Subject.At(site.Id)) ? site : null;
    }

    /// <summary>By code.</summary>
    public async Task<IReadOnlyList<BridgeView>> ListAsync(SiteRow site, CancellationToken ct)
    {
        var bridges = await db.Bridges.AsNoTracking().Where(row => row.Site == site.Id).OrderBy(row => row.Code).ToListAsync(ct);
        var machines = await db.Machines.AsNoTracking().Where(machine => machine.Site == site.Id && machine.Bridge != null).OrderBy(machine => machine.Code)
            .Select(machine => new { machine.Bridge, machine.Code }).ToListAsync(ct);
        var online = board.OnlineBridges;
        return [.. bridges.Select(bridge => new BridgeView(
            bridge, online.Contains(new BridgeAddress(site.Code, bridge.Code)), [.. machines.Where(machine => machine.Bridge == bridge.Id).Select(machine => machine.Code)]))];
    }

    public async Task<Result<BridgeOffer>> MakeAsync(string siteCode, string code, CancellationToken ct)
    {
        if (await SiteAsync(siteCode, ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        var bridge = new BridgeRow { Id = Guid.CreateVersion7(), Code = code, Site = site.Id, ProtectedKey = keys.Seal(BridgeKey.Create()), DeviceTopics = [], CreatedAt = clock.Now };
        var result = await LabTransaction.BesideTwinAsync(db, () => LabTransaction.DecideHoldingAsync<BridgeOffer>(db, [KeepBridgeDevices.Names], async () =>
        {
            if (await KeepBridgeDevices.IsTakenAsync(db, code, ct))
            {
                return new BridgeCodeTaken();
            }

            var offered = bridge.Offer(clock.Now, options.Value);
            db.Add(bridge);
            audit.Note("bridge-made", $"bridge/{bridge.Id}", site: site.Id);
            await db.SaveChangesAsync(ct);
            return new BridgeOffer(bridge, offered);
        }, ct));
        return await DoneAsync(result);
    }

    /// <summary>Another program takes its place, or the same one gets a new key. The old one works until then.</summary>
    public Task<Result<BridgeOffer>> RenewAsync(Guid id, CancellationToken ct) => ChangeAsync(id, "bridge-renewed", bridge => bridge.Offer(clock.Now, options.Value), ct);

    /// <summary>No program has its key any more. Its machines get no lease: hazards stop within seconds, and what may finish alone does.</summary>
    public async Task<Refusal?> RevokeAsync(Guid id, CancellationToken ct) => (await ChangeAsync(id, "bridge-revoked", bridge =>
    {
        (bridge.ProtectedKey, bridge.RevokedAt) = (keys.Seal(BridgeKey.Create()), clock.Now);
        bridge.WithdrawOffer();
        return "";
    }, ct)).Refusal;

    private async Task<Result<BridgeOffer>> ChangeAsync(Guid id, string action, Func<BridgeRow, string> change, CancellationToken ct)
    {
        var result = await LabTransaction.DecideHoldingAsync<BridgeOffer>(db, [id], async () =>
        {
            if (await db.Bridges.SingleOrDefaultAsync(row => row.Id == id, ct) is not { } bridge || !me.May(Right.ManageBridges, Subject.At(bridge.Site)))
            {
                return new NoSuchThing("bridge");
            }

            var code = change(bridge);
            audit.Note(action, $"bridge/{id}", site: bridge.Site);
            await db.SaveChangesAsync(ct);
            return new BridgeOffer(bridge, code);
        }, ct);
        return await DoneAsync(result);
    }

    private async Task<Result<BridgeOffer>> DoneAsync(Result<BridgeOffer> result)
    {
        db.ChangeTracker.Clear();
        if (result.TryGet(out var done, out _))
        {
            // A code alone changes nothing for the program that is connected.
            await doors.ChangedAsync(done.Bridge.RevokedAt is null ? [] : [done.Bridge.Code, .. done.Bridge.DeviceTopics]);
        }

        return result;
    }
}
