using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Presence.Kiosks;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.Identifying;

/// <summary>Counts guesses at the kiosk at hand. What is counted there keeps nobody out at another kiosk, nor from signing in.</summary>
internal sealed class CountGuesses(FablabDb db, CurrentKiosk kiosk, IOptions<PresenceOptions> options, LabClock clock)
{
    /// <returns>Until when there may be none; <see langword="null"/> when this one was counted and may be made.</returns>
    public Task<Instant?> CountAsync(string whom, int most, CancellationToken ct)
    {
        var id = kiosk.InView.Kiosk.Id;
        return LabTransaction.RunHoldingAsync(db, [id.Value], async () =>
        {
            var row = await db.KioskGuesses.SingleOrDefaultAsync(one => one.Kiosk == id && one.Whom == whom, ct);
            var present = row is null ? (Guesses?)null : new Guesses(row.Count, row.Since);
            if (Guesses.Another(present, most, Duration.FromMinutes(options.Value.GuessMinutes), clock.Now, out var until) is not { } counted)
            {
                return until;
            }

            if (row is null)
            {
                db.Add(new KioskGuessRow { Kiosk = id, Whom = whom, Count = counted.Count, Since = counted.Since });
            }
            else
            {
                (row.Count, row.Since) = (counted.Count, counted.Since);
            }

            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
            return (Instant?)null;
        }, ct);
    }

    /// <returns>Until when there may be none; <see langword="null"/> when there may be one. Nothing is counted.</returns>
    public async Task<Instant?> EndsAsync(string whom, int most, CancellationToken ct)
    {
        var id = kiosk.InView.Kiosk.Id;
        var row = await db.KioskGuesses.AsNoTracking().SingleOrDefaultAsync(one => one.Kiosk == id && one.Whom == whom, ct);
        return row is not null && Guesses.Another(new Guesses(row.Count, row.Since), most, Duration.FromMinutes(options.Value.GuessMinutes), clock.Now, out var until) is null ? until : null;
    }

    public Task<int> ForgetAsync(string whom, CancellationToken ct)
    {
        var id = kiosk.InView.Kiosk.Id;
        return LabTransaction.RunHoldingAsync(db, [id.Value], () => db.KioskGuesses.Where(one => one.Kiosk == id && one.Whom == whom).ExecuteDeleteAsync(ct), ct);
    }
}
