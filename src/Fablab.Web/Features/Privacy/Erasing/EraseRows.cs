using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Features.Privacy.Personal;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Privacy.Erasing;

/// <summary>
/// Takes a member out of every table, within the caller's transaction. The account becomes a pseudonym first: from then on, and only then,
/// the database lets go of what is append-only otherwise.
/// </summary>
internal sealed class EraseRows(FablabDb db, JobFiles files, DataFolder folder)
{
    public async Task ExecuteWithinAsync(MemberId member, Instant now, CancellationToken ct)
    {
        var id = member.Value;
        var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == id, ct);
        await EmptyAccountAsync(account, now, ct);
        await WipeAsync(member, now, ct);
        await AddressedAsync(account, ct);
        await FilesAsync(member, ct);
        await db.Pushes.Where(push => db.PushSubscriptions.Any(one => one.Id == push.Subscription && one.Member == member)).ExecuteDeleteAsync(ct);
        await db.Pushes.Where(push => db.Notices.Any(one => one.Id == push.Notice && one.Member == member)).ExecuteDeleteAsync(ct);
        foreach (var table in PersonalTables.All.Where(table => table.WhyKept is null))
        {
            await table.DeleteAsync(db, member, ct);
        }
    }

    private Task EmptyAccountAsync(Account account, Instant now, CancellationToken ct)
    {
        var (id, name, nothing) = (account.Id, ErasedName.Of(account.Id), (IReadOnlyList<string>)[]);
        return db.Users.Where(row => row.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.DisplayName, name)
                .SetProperty(row => row.Email, (string?)null)
                .SetProperty(row => row.NormalizedEmail, (string?)null)
                .SetProperty(row => row.UserName, (string?)null)
                .SetProperty(row => row.NormalizedUserName, (string?)null)
                .SetProperty(row => row.EmailConfirmed, false)
                .SetProperty(row => row.PhoneNumber, (string?)null)
                .SetProperty(row => row.PasswordHash, (string?)null)
                .SetProperty(row => row.SecurityStamp, (string?)null)
                .SetProperty(row => row.LockoutEnd, (DateTimeOffset?)null)
                .SetProperty(row => row.Language, (string?)null)
                .SetProperty(row => row.InvoiceAddress, (string?)null)
                .SetProperty(row => row.BirthDate, (LocalDate?)null)
                .SetProperty(row => row.GuardianName, (string?)null)
                .SetProperty(row => row.GuardianEmail, (string?)null)
                .SetProperty(row => row.UnwantedMail, nothing)
                .SetProperty(row => row.UnwantedPush, nothing)
                .SetProperty(row => row.QuietFrom, (LocalTime?)null)
                .SetProperty(row => row.QuietUntil, (LocalTime?)null)
                .SetProperty(row => row.ProtectedTotpKey, (string?)null)
                .SetProperty(row => row.RecoveryCodes, nothing)
                .SetProperty(row => row.LastSeenAt, (Instant?)null)
                .SetProperty(row => row.ErasedAt, now),
            ct);
    }

    /// <summary>Words in rows that stay.</summary>
    private async Task WipeAsync(MemberId member, Instant now, CancellationToken ct)
    {
        await db.Reservations.Where(row => row.Member == member && row.Title != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.Title, (string?)null), ct);
        await db.MachineJobs.Where(row => row.Member == member).ExecuteUpdateAsync(set => set.SetProperty(row => row.FileName, ""), ct);
        await db.AuthorisationFacts.Where(row => row.Member == member && row.Reason != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.Reason, (string?)null), ct);
        await db.Erasures.Where(row => row.Member == member).ExecuteUpdateAsync(set => set.SetProperty(row => row.Reason, (string?)null), ct);
        await db.Audit.Where(row => row.Actor == member && row.Address != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, (string?)null).SetProperty(row => row.AddressSalt, (string?)null), ct);

        // Who stands at a kiosk, and what was guessed wrong in their name there.
        var whom = member.Value.ToString();
        await db.Kiosks.Where(row => row.Person == member).ExecuteUpdateAsync(set => set.SetProperty(row => row.Person, (MemberId?)null).SetProperty(row => row.PersonUntil, (Instant?)null), ct);
        await db.KioskGuesses.Where(row => row.Whom == whom).ExecuteDeleteAsync(ct);

        // Guests are named by whoever booked; without them nobody knows who they were.
        await db.Company.Where(row => row.GuestName != null && db.Reservations.Any(one => one.Id == row.Reservation && one.Member == member)).ExecuteDeleteAsync(ct);
        await db.Handovers.Where(row => (row.From == member || row.To == member) && row.ClosedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, now), ct);
    }

    /// <summary>What names them by their mail address, or repeats it, without being theirs by an id.</summary>
    private async Task AddressedAsync(Account account, CancellationToken ct)
    {
        var (member, id) = (new MemberId(account.Id), account.Id.ToString());
        var consents = await db.GuardianConsents.Where(row => row.Member == member).Select(row => row.GuardianEmail).Distinct().ToListAsync(ct);
        await db.Mails.Where(row => row.Address != null && consents.Contains(row.Address) && row.Code == People.Guarding.GuardianConsents.MailCode).ExecuteDeleteAsync(ct);
        await db.IdempotentAnswers.Where(row => row.Body.Contains(id)).ExecuteDeleteAsync(ct);
        if (account.Email is not { } email)
        {
            return;
        }

        var (upper, lower) = (account.NormalizedEmail ?? email.ToUpperInvariant(), email.ToLowerInvariant());
        await db.SiteInvitations.Where(row => row.NormalizedEmail == upper).ExecuteDeleteAsync(ct);
#pragma warning disable CA1304, CA1311, CA1862 // becomes LOWER of the database, which knows no culture of ours
        await db.OrganisationInvitations.Where(row => row.Email.ToLower() == lower && row.State == InvitationState.Open)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, InvitationState.Withdrawn).SetProperty(row => row.Email, "").SetProperty(row => row.Hash, (string?)null), ct);
        await db.Mails.Where(row => row.Address != null && row.Address.ToLower() == lower).ExecuteDeleteAsync(ct);
        await db.Organisations.Where(row => row.BillingMail != null && row.BillingMail.ToLower() == lower)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.BillingMail, (string?)null), ct);
#pragma warning restore CA1304, CA1311, CA1862
        await db.IdempotentAnswers.Where(row => row.Body.Contains(email)).ExecuteDeleteAsync(ct);
    }

    /// <summary>Before the commit: it is decided, and what a crash leaves undone is done again.</summary>
    private async Task FilesAsync(MemberId member, CancellationToken ct)
    {
        var theirs = await db.MachineJobs.Where(row => row.Member == member && !db.MachineJobs.Any(other => other.Sha256 == row.Sha256 && other.Member != member))
            .Select(row => row.Sha256).Distinct().ToListAsync(ct);
        foreach (var sha256 in theirs)
        {
            files.Delete(sha256);
        }

        // Where no mail server is set, mails lie as files.
        foreach (var mail in await db.Mails.Where(row => row.Member == member).Select(row => row.Id).ToListAsync(ct))
        {
            File.Delete(Path.Combine(folder.Folder("mail"), $"{mail:n}.eml"));
        }
    }
}
