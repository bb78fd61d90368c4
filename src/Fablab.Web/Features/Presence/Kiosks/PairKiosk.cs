using Fablab.Domain;
using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Pairing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Presence.Kiosks;

/// <summary>Turns a pairing code into the secret of a device, once. A device that the kiosk had before is a kiosk no more.</summary>
internal sealed class PairKiosk(FablabDb db, IOptions<PairingOptions> options, AuditTrail audit, LabClock clock)
{
    /// <returns>The kiosk and, this once, its secret.</returns>
    public async Task<Result<(KioskRow Kiosk, string Token)>> ExecuteAsync(string typed, CancellationToken ct)
    {
        if (PairingCode.Normalized(typed) is not { } code)
        {
            return new PairingRefused();
        }

        var name = PairingCode.NameOf(code);
        var id = await db.Kiosks.AsNoTracking().Where(row => row.PairingName == name).Select(row => (KioskId?)row.Id).SingleOrDefaultAsync(ct);
        if (id is not { } found)
        {
            return new PairingRefused();
        }

        // A wrong guess is written down, so it is no refusal that is rolled back.
        var result = await LabTransaction.RunHoldingAsync<Result<(KioskRow, string)>>(db, [found.Value], async () =>
        {
            var kiosk = await db.Kiosks.SingleAsync(row => row.Id == found, ct);
            if (kiosk.RevokedAt is not null || !kiosk.TryTake(code, clock.Now, options.Value))
            {
                await db.SaveChangesAsync(ct);
                return new PairingRefused();
            }

            var token = KioskSecrets.NewToken();
            (kiosk.TokenHash, kiosk.PairedAt, kiosk.LastSeenAt) = (KioskSecrets.Hash(token), clock.Now, clock.Now);
            (kiosk.Person, kiosk.PersonUntil) = (null, null);
            audit.Note("kiosk-paired", $"kiosk/{kiosk.Id}", kiosk.Machine, kiosk.Site);
            await db.SaveChangesAsync(ct);
            return (kiosk, token);
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }
}
