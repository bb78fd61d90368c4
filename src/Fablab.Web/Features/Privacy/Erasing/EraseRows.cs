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
    /// <returns>What lies on the disk, to be deleted by <see cref="DeleteAsync"/> once the rows are gone for good.</returns>
    public async Task<FilesOfErased> ExecuteWithinAsync(MemberId member, Instant now, CancellationToken ct)
    {
        var id = member.Value;
        var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == id, ct);
        await EmptyAccountAsync(account, now, ct);
        await WipeAsync(member, now, ct);
        var left = await FilesOfAsync(account, ct);
        await AddressedAsync(account, ct);
        await db.Pushes.Where(push => db.PushSubscriptions.Any(one => one.Id == push.Subscription && one.Member == member)).ExecuteDeleteAsync(ct);
        await db.Pushes.Where(push => db.Notices.Any(one => one.Id == push.Notice && one.Member == member)).ExecuteDeleteAsync(ct);
        foreach (var table in PersonalTables.All.Where(table => table.WhyKept is null))
        {
            await table.DeleteAsync(db, member, ct);
        }

        return left;
    }

    /// <summary>After the commit: what was rolled back keeps its files. What a crash leaves goes with the cleaning by age.</summary>
    public async Task DeleteAsync(FilesOfErased left, CancellationToken ct)
    {
        foreach (var sha256 in left.Jobs)
        {
            // Somebody else may have sent the same bytes meanwhile.
            if (!await db.MachineJobs.AnyAsync(row => row.Sha256 == sha256 && row.Member != left.Member, ct))
            {
                files.Delete(sha256);
            }
        }

        foreach (var mail in left.Mails)
        {
            File.Delete(Path.Combine(folder.Folder("mail"), $"{mail:n}.eml"));
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
                .SetProperty(row => row.SeenLanguage, (string?)null)
                .SetProperty(row => row.NoticesSeenAt, (Instant?)null)
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
        var whom = member.Value.ToString("N");
        await db.Kiosks.Where(row => row.Person == member).ExecuteUpdateAsync(set => set.SetProperty(row => row.Person, (MemberId?)null).SetProperty(row => row.PersonUntil, (Instant?)null), ct);
        await db.KioskGuesses.Where(row => row.Whom == whom).ExecuteDeleteAsync(ct);

        // Nobody comes in any more by the word of who is gone.
        await db.SiteInvitations.Where(row => row.By == member && row.UsedAt == null && row.WithdrawnAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.WithdrawnAt, now), ct);
        await db.OrganisationInvitations.Where(row => row.InvitedBy == member && row.State == InvitationState.Open).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, InvitationState.Withdrawn).SetProperty(row => row.EndedAt, now).SetProperty(row => row.Email, "").SetProperty(row => row.Hash, (string?)null), ct);

        // Guests are named by whoever booked; without them nobody knows who they were.
        await db.Company.Where(row => row.GuestName != null && db.Reservations.Any(one => one.Id == row.Reservation && one.Member == member)).ExecuteDeleteAsync(ct);
        await db.Handovers.Where(row => (row.From == member || row.To == member) && row.ClosedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, now), ct);
    }

    /// <summary>What names them by their mail address, or repeats it, without being theirs by an id.</summary>
    private async Task AddressedAsync(Account account, CancellationToken ct)
    {
        var (member, id) = (new MemberId(account.Id), account.Id.ToString());
        var consents = await db.GuardianConsents.Where(row => row.Member == member).Select(row => new { row.Id, row.GuardianEmail }).ToListAsync(ct);
        var (guardians, asked) = (consents.Select(row => row.GuardianEmail).Distinct().ToList(), consents.Select(row => row.Id.ToString()).ToHashSet());
        var toGuardians = await db.Mails.AsNoTracking().Where(row => row.Address != null && guardians.Contains(row.Address) && row.Code == People.Guarding.GuardianConsents.MailCode).ToListAsync(ct);

        // A guardian may have been asked about others, too.
        var aboutThem = toGuardians.Where(row => asked.Contains(row.Facts.GetValueOrDefault("consent") ?? "")).Select(row => row.Id).ToList();
        await db.Mails.Where(row => aboutThem.Contains(row.Id)).ExecuteDeleteAsync(ct);
        await db.IdempotentAnswers.Where(row => row.Body.Contains(id)).ExecuteDeleteAsync(ct);
        if (account is not { EmailConfirmed: true, Email: { } email })
        {
            // Whoever registers with an address has shown nothing; what names it belongs to its owner.
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

    private async Task<FilesOfErased> FilesOfAsync(Account account, CancellationToken ct)
    {
        var (member, email) = (new MemberId(account.Id), account is { EmailConfirmed: true, Email: { } known } ? known.ToLowerInvariant() : null);
        var jobs = await db.MachineJobs.Where(row => row.Member == member && !db.MachineJobs.Any(other => other.Sha256 == row.Sha256 && other.Member != member))
            .Select(row => row.Sha256).Distinct().ToListAsync(ct);

        // Where no mail server is set, mails lie as files.
#pragma warning disable CA1304, CA1311, CA1862 // becomes LOWER of the database, which knows no culture of ours
        var mails = await db.Mails.Where(row => row.Member == member || (email != null && row.Address != null && row.Address.ToLower() == email)).Select(row => row.Id).ToListAsync(ct);
#pragma warning restore CA1304, CA1311, CA1862
        return new FilesOfErased(member, jobs, mails);
    }
}

/// <summary>What lies on the disk of somebody whose rows are gone.</summary>
/// <param name="Jobs">Digests of job files that nobody else sent.</param>
/// <param name="Mails">Ids of mails that were written as files.</param>
internal sealed record FilesOfErased(MemberId Member, IReadOnlyList<string> Jobs, IReadOnlyList<Guid> Mails);
