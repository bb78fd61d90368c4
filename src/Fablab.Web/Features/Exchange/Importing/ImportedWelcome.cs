using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>
/// Mails an imported member a link to choose a password, which counts once, like one for a forgotten password, and longer: they did not ask for it. Whoever has a
/// password by then, or was erased, gets none.
/// </summary>
internal sealed class ImportedWelcome(FablabDb db, AccountLinks links, LabClock clock) : IMailActs
{
    public const string MailCode = "account-imported";

    public static readonly Duration Life = Duration.FromDays(14);

    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        var id = mail.Member?.Value;
        var left = mail.CreatedAt + Life - clock.Now;
        return left > Duration.Zero && await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id && user.PasswordHash == null && user.ErasedAt == null, ct) is { } account
            ? new MailAct(MailCode, $"{PasswordReset.PageAddress}/{links.KeyOf(PasswordReset.MailCode, account, left)}")
            : null;
    }
}
