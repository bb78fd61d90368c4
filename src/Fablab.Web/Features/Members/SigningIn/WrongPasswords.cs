using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Counts what was wrong in a row, password or code, in one statement each, so that many at the same moment count as many.</summary>
internal sealed class WrongPasswords(FablabDb db, IOptions<PasswordSignInOptions> options, AuditTrail audit, LabClock clock)
{
    public bool Waits(Account account) => account.LockoutEnd > clock.Now.ToDateTimeOffset();

    public async Task CountAsync(Account account, CancellationToken ct)
    {
        var (id, most, until) = (account.Id, options.Value.WrongPasswordsBeforePause, (DateTimeOffset?)(clock.Now + NodaTime.Duration.FromMinutes(options.Value.PauseMinutes)).ToDateTimeOffset());
        await LabTransaction.RunAsync(db, [], async () =>
        {
            // Bounded by the pause that follows and by the limit of each network.
            audit.Note("sign-in-failed", $"account/{id}", concerns: new(id));
            await db.SaveChangesAsync(ct);
            return await db.Users.Where(user => user.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(user => user.LockoutEnd, user => user.AccessFailedCount + 1 >= most ? until : user.LockoutEnd)
                    .SetProperty(user => user.AccessFailedCount, user => user.AccessFailedCount + 1 >= most ? 0 : user.AccessFailedCount + 1),
                ct);
        }, ct);
        db.ChangeTracker.Clear();
    }

    public Task ForgetAsync(Account account, CancellationToken ct)
    {
        var id = account.Id;
        return db.Users.Where(user => user.Id == id && (user.AccessFailedCount != 0 || user.LockoutEnd != null)).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.LockoutEnd, (DateTimeOffset?)null).SetProperty(user => user.AccessFailedCount, 0), ct);
    }
}
