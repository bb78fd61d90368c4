using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Places;
using Fablab.Web.Features.Places.Tariffs;
using Fablab.Web.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Machines.Keeping;

/// <summary>Somebody uses the machine, so its bridge stays the one that meters it.</summary>
public sealed record MachineInUse() : Refusal("machine-in-use");

/// <summary>A machine as staff edit it.</summary>
/// <param name="Tag">Changes with everything that is edited.</param>
public sealed record KeptMachine(MachineRow Machine, SiteRow Site, Tariff Tariff, string? Pool, string? Bridge, string Tag);

/// <summary>Managers make the machines of their sites and say what they are. Its code stays: labels, topics and addresses are made with it.</summary>
internal sealed class KeepMachines(FablabDb db, CurrentMember me, MachineDirectory directory, AuditTrail audit)
{
    /// <summary>Held by whoever gives a code: machines and pools are booked by the same addresses.</summary>
    private static readonly Guid Codes = new("0b0d3c1e-5d0e-4f3c-9f0a-2f9f8f1f7c03");

    /// <returns>The site, for who may edit its machines; <see langword="null"/> for everybody else.</returns>
    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.EditMachines, Subject.At(site.Id)) ? site : null;
    }

    /// <returns><see langword="null"/> for who may not edit it.</returns>
    public async Task<KeptMachine?> FindAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        var found = await (
            from machine in db.Machines.AsNoTracking()
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            join tariff in db.Tariffs.AsNoTracking() on machine.Tariff equals tariff.Id
            where machine.Code == code
            select new { machine, site, tariff }).SingleOrDefaultAsync(ct);
        if (found is null || !me.May(Right.EditMachines, Subject.At(found.site.Id)))
        {
            return null;
        }

        var pool = found.machine.Pool is { } pooled ? await db.Pools.AsNoTracking().Where(row => row.Id == pooled).Select(row => row.Code).SingleAsync(ct) : null;
        var bridge = found.machine.Bridge is { } served ? await db.Bridges.AsNoTracking().Where(row => row.Id == served).Select(row => row.Code).SingleAsync(ct) : null;
        return new KeptMachine(found.machine, found.site, found.tariff, pool, bridge, TagOf(found.machine));
    }

    public async Task<Result<KeptMachine>> MakeAsync(string siteCode, MakeMachineRequest request, CancellationToken ct)
    {
        if (await SiteAsync(siteCode, ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        var machine = new MachineRow
        {
            Id = new MachineId(Guid.CreateVersion7()), Code = request.Code, Site = site.Id, Name = "", Category = request.Category, Model = "", Policy = request.PolicyAfter(null), Tariff = default,
        };
        try
        {
            var result = await LabTransaction.DecideHoldingAsync<MachineRow>(db, [KeepTariffs.Prices, Codes], async () =>
            {
                if (await TakeAsync(machine, request, ct) is { Count: > 0 } reasons)
                {
                    return new SetUpRefused(reasons);
                }

                if (await db.Pools.AnyAsync(pool => pool.Code == request.Code, ct))
                {
                    return new CodeTaken();
                }

                db.Add(machine);
                db.Add(new DeskRow { Machine = machine.Id, Desired = DesiredState.Initial });
                audit.Note("machine-made", $"machine/{machine.Id}", machine.Id, site.Id, after: Facts(machine));
                await db.SaveChangesAsync(ct);
                return machine;
            }, ct);
            return await DoneAsync(result, request.Code, ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            db.ChangeTracker.Clear();
            return new CodeTaken();
        }
    }

    public async Task<Result<KeptMachine>> EditAsync(string code, MachineRequest request, string? ifMatch, CancellationToken ct)
    {
        if (await FindAsync(code, ct) is not { } found)
        {
            return new NoSuchThing("machine");
        }

        var result = await LabTransaction.DecideHoldingAsync<MachineRow>(db, [found.Machine.Id.Value, KeepTariffs.Prices], async () =>
        {
            var machine = await db.Machines.SingleAsync(row => row.Id == found.Machine.Id, ct);
            if (!VersionTag.Fits(TagOf(machine), ifMatch))
            {
                return new StaleVersion();
            }

            var (before, servedBefore, named) = (Facts(machine), machine.Bridge, (machine.Name, machine.Model));
            if (await TakeAsync(machine, request, ct) is { Count: > 0 } reasons)
            {
                return new SetUpRefused(reasons);
            }

            if (machine.Bridge != servedBefore
                && await db.UsageSessions.AnyAsync(session => session.Machine == machine.Id && session.State != UsageSessionState.Closed && session.State != UsageSessionState.Void, ct))
            {
                return new MachineInUse();
            }

            audit.Note("machine-changed", $"machine/{machine.Id}", machine.Id, machine.Site, before: before, after: Facts(machine).With(named == (machine.Name, machine.Model) ? [] : ["name"]));
            await db.SaveChangesAsync(ct);
            return machine;
        }, ct);
        return await DoneAsync(result, found.Machine.Code, ct);
    }

    public async Task<Result<PoolRow>> MakePoolAsync(string siteCode, MakePoolRequest request, CancellationToken ct)
    {
        if (await SiteAsync(siteCode, ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        var pool = new PoolRow { Id = new PoolId(Guid.CreateVersion7()), Code = request.Code, Site = site.Id, Name = StorableText.Of(request.Name.Trim()) };
        try
        {
            return await LabTransaction.DecideHoldingAsync<PoolRow>(db, [Codes], async () =>
            {
                if (await db.Machines.AnyAsync(machine => machine.Code == request.Code, ct))
                {
                    return new CodeTaken();
                }

                db.Add(pool);
                audit.Note("pool-made", $"pool/{pool.Id}", site: site.Id);
                await db.SaveChangesAsync(ct);
                return pool;
            }, ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            return new CodeTaken();
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    private async Task<Result<KeptMachine>> DoneAsync(Result<MachineRow> result, string code, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        if (!result.TryGet(out _, out var refusal))
        {
            return refusal;
        }

        // Its bridge may ask for it in the next second.
        directory.Forget();
        return (await FindAsync(code, ct))!;
    }

    /// <returns>Codes of what is wrong.</returns>
    private async Task<List<string>> TakeAsync(MachineRow machine, MachineRequest request, CancellationToken ct)
    {
        var (pool, bridge, tariff) = (StorableText.Of(request.Pool ?? ""), StorableText.Of(request.Bridge ?? ""), StorableText.Of(request.Tariff.Trim()));
        (machine.Name, machine.Category, machine.Model) = (StorableText.Of(request.Name.Trim()), request.Category, StorableText.Of(request.Model?.Trim() ?? machine.Model));
        machine.Policy = request.PolicyAfter(machine.Policy);
        List<string> reasons = [.. machine.Policy.Contradictions()];
        if (await db.Tariffs.AsNoTracking().Where(one => one.Name == tariff).OrderByDescending(one => one.Version).Select(one => (TariffId?)one.Id).FirstOrDefaultAsync(ct) is { } price)
        {
            machine.Tariff = price;
        }
        else
        {
            reasons.Add("tariff-unknown");
        }

        machine.Pool = pool.Length == 0 ? null : await db.Pools.AsNoTracking().Where(one => one.Code == pool && one.Site == machine.Site).Select(one => (PoolId?)one.Id).SingleOrDefaultAsync(ct);
        if (pool.Length > 0 && machine.Pool is null)
        {
            reasons.Add("pool-unknown");
        }

        machine.Bridge = bridge.Length == 0 ? null : await db.Bridges.AsNoTracking().Where(one => one.Code == bridge && one.Site == machine.Site).Select(one => (Guid?)one.Id).SingleOrDefaultAsync(ct);
        if (bridge.Length > 0 && machine.Bridge is null)
        {
            reasons.Add("bridge-unknown");
        }

        return reasons;
    }

    private static string TagOf(MachineRow machine) =>
        VersionTag.OfFacts(Facts(machine).Append(new("name", machine.Name)).Append(new("model", machine.Model)));

    /// <summary>No word that somebody typed.</summary>
    private static Dictionary<string, string> Facts(MachineRow machine) => new()
    {
        ["code"] = machine.Code, ["category"] = $"{machine.Category}", ["tariff"] = machine.Tariff.ToString(), ["pool"] = $"{machine.Pool}",
        ["bridge"] = $"{machine.Bridge}", ["policy"] = $"{machine.Policy}",
    };
}
