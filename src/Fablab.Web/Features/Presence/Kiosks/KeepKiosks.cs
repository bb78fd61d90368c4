using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Pairing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Presence.Kiosks;

/// <summary>A kiosk as staff see it.</summary>
public sealed record KioskView(KioskRow Kiosk, string? MachineCode, string? MachineName);

/// <summary>A code that pairs a device with a kiosk, shown this once.</summary>
public sealed record PairingOffer(KioskRow Kiosk, string Code);

/// <summary>Managers make kiosks for their sites, give them codes to pair a device with, and revoke them.</summary>
internal sealed class KeepKiosks(FablabDb db, CurrentMember me, IOptions<PairingOptions> options, AuditTrail audit, LabClock clock)
{
    /// <returns>The site, for who may keep its kiosks; <see langword="null"/> for everybody else.</returns>
    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is { } site && me.May(Right.ManageKiosks, Subject.At(site.Id)) ? site : null;
    }

    /// <summary>Those that were not revoked, by name.</summary>
    public async Task<IReadOnlyList<KioskView>> ListAsync(SiteId site, CancellationToken ct) => await (
        from row in db.Kiosks.AsNoTracking()
        join known in db.Machines.AsNoTracking() on row.Machine equals (MachineId?)known.Id into machines
        from machine in machines.DefaultIfEmpty()
        where row.Site == site && row.RevokedAt == null
        orderby row.Name, row.Id
        select new KioskView(row, machine.Code, machine.Name)).ToListAsync(ct);

    /// <param name="machine">Code of a machine of the site; left out for a door.</param>
    public async Task<Result<PairingOffer>> MakeAsync(string siteCode, string name, string? machine, CancellationToken ct)
    {
        if (await SiteAsync(siteCode, ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        machine = machine is null ? null : StorableText.Of(machine);
        var at = machine is null ? null : await db.Machines.AsNoTracking().SingleOrDefaultAsync(row => row.Code == machine && row.Site == site.Id, ct);
        if (machine is not null && at is null)
        {
            return new NoSuchThing("machine");
        }

        var kiosk = new KioskRow { Id = new KioskId(Guid.CreateVersion7()), Site = site.Id, Machine = at?.Id, Name = StorableText.Of(name.Trim()), By = me.Id, At = clock.Now };
        return await LabTransaction.RunAsync(db, [], async () =>
        {
            var code = kiosk.Offer(clock.Now, options.Value);
            db.Add(kiosk);
            audit.Note("kiosk-made", $"kiosk/{kiosk.Id}", at?.Id, site.Id);
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
            return new PairingOffer(kiosk, code);
        }, ct);
    }

    /// <summary>Another device takes its place, or the same one anew. The old one works until then.</summary>
    public Task<Result<PairingOffer>> RenewAsync(KioskId id, CancellationToken ct) => ChangeAsync(id, "kiosk-renewed", kiosk => new PairingOffer(kiosk, kiosk.Offer(clock.Now, options.Value)), ct);

    /// <summary>The device is refused from the next request on.</summary>
    public async Task<Refusal?> RevokeAsync(KioskId id, CancellationToken ct) => (await ChangeAsync(id, "kiosk-revoked", kiosk =>
    {
        kiosk.RevokedAt = clock.Now;
        (kiosk.TokenHash, kiosk.Person, kiosk.PersonUntil) = (null, null, null);
        kiosk.WithdrawOffer();
        return kiosk;
    }, ct)).Refusal;

    private async Task<Result<T>> ChangeAsync<T>(KioskId id, string action, Func<KioskRow, T> change, CancellationToken ct)
    {
        var result = await LabTransaction.DecideHoldingAsync<T>(db, [id.Value], async () =>
        {
            if (await db.Kiosks.SingleOrDefaultAsync(row => row.Id == id && row.RevokedAt == null, ct) is not { } kiosk || !me.May(Right.ManageKiosks, Subject.At(kiosk.Site)))
            {
                return new NoSuchThing("kiosk");
            }

            var changed = change(kiosk);
            audit.Note(action, $"kiosk/{id}", kiosk.Machine, kiosk.Site);
            await db.SaveChangesAsync(ct);
            return changed;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }
}
