using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Presence.Identifying;

/// <summary>A member chooses the PIN that they type at kiosks, or gives it up.</summary>
internal sealed class ChooseKioskPin(FablabDb db, IPasswordHasher<Account> hasher, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public Task<bool> HasOneAsync(CancellationToken ct)
    {
        var mine = me.Id;
        return db.KioskPins.AnyAsync(row => row.Member == mine, ct);
    }

    /// <returns>What the PIN lacks; <see langword="null"/> when it counts from now on.</returns>
    public async Task<PinLack?> SetAsync(string pin, CancellationToken ct)
    {
        if (KioskPin.LackOf(pin) is { } lack)
        {
            return lack;
        }

        var (mine, hash) = (me.Id, hasher.HashPassword(new Account { DisplayName = "" }, pin));
        await LabTransaction.RunHoldingAsync(db, [mine.Value], async () =>
        {
            if (await db.KioskPins.SingleOrDefaultAsync(row => row.Member == mine, ct) is { } kept)
            {
                (kept.Hash, kept.At) = (hash, clock.Now);
            }
            else
            {
                db.Add(new KioskPinRow { Member = mine, Hash = hash, At = clock.Now });
            }

            audit.Note("kiosk-pin-set", $"account/{mine}", concerns: mine);
            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return null;
    }

    public async Task RemoveAsync(CancellationToken ct)
    {
        var mine = me.Id;
        await LabTransaction.RunHoldingAsync(db, [mine.Value], async () =>
        {
            if (await db.KioskPins.SingleOrDefaultAsync(row => row.Member == mine, ct) is { } kept)
            {
                db.Remove(kept);
                audit.Note("kiosk-pin-removed", $"account/{mine}", concerns: mine);
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
    }
}
