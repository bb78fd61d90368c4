using Fablab.Web.Data;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.Presence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Fablab.Web.Features.Privacy.Informing;

/// <summary>One row of what is kept: its words are <c>Row.{Code}</c>.</summary>
/// <param name="Days">How long; <see langword="null"/> when <see cref="Years"/> say it, or the words.</param>
public sealed record StatementRow(string Code, int? Days, int? Years = null);

/// <summary>What the lab tells everybody about what it knows of people, from the settings that it really runs with.</summary>
/// <param name="Controllers">Name and address of each who is responsible.</param>
public sealed record PrivacyStatement(IReadOnlyList<string> Controllers, string Contact, string? DataProtectionOfficer, int ErasureWaitDays, IReadOnlyList<StatementRow> Rows);

internal sealed class ReadStatement(FablabDb db, IOptions<PrivacyOptions> privacy, IOptions<PresenceOptions> presence, IOptions<MailOptions> mail)
{
    public async Task<PrivacyStatement> ExecuteAsync(CancellationToken ct)
    {
        var (said, kept) = (privacy.Value, privacy.Value.Retention);
        IReadOnlyList<string> controllers = said.Controller is { Length: > 0 } controller
            ? [controller]
            : await db.LegalEntities.AsNoTracking().OrderBy(row => row.Name).Select(row => row.Name + "\n" + row.Address).ToListAsync(ct);
        return new PrivacyStatement(
            controllers,
            said.Contact ?? MailboxAddress.Parse(mail.Value.ReplyTo ?? mail.Value.From).Address,
            said.DataProtectionOfficer,
            said.ErasureWaitDays,
            [
                new("account", kept.InactiveAccountDays),
                new("unconfirmed", kept.UnconfirmedAccountDays),
                new("bookings", null),
                new("billing", null, said.InvoiceYears),
                new("safety", null),
                new("job-files", kept.JobFileDays),
                new("notices", kept.NoticeDays),
                new("sessions", kept.DeadTokenDays),
                new("addresses", kept.AuditAddressDays),
                new("invitations", kept.InvitationDays),
                new("guests", kept.GuestNameDays),
                new("visits", presence.Value.VisitDays),
                new("proofs", kept.ProofDays),
                new("proof-files", kept.ProofFileDays),
            ]);
    }
}
