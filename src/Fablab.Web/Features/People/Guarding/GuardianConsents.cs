using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Guarding;

/// <summary>
/// A minor's guardian consents by one click on the page that a link in a mail opens, and withdraws it there. The link is sealed by data
/// protection when the mail is sent, and belongs to one question: who names another guardian asks anew, and what the one before said counts no more.
/// </summary>
internal sealed class GuardianConsents(FablabDb db, IDataProtectionProvider protection, AuditTrail audit, LabClock clock) : IMailActs
{
    public const string MailCode = "guardian-consent";
    public const string PageAddress = "/guardian";

    /// <summary>Questions of one member in 24 hours, so that nobody writes to the whole town in the lab's name.</summary>
    public const int MostAskedADay = 3;

    private readonly MailLinkSeal seal = new(protection, "guardian-consent");

    /// <summary>Asks within the caller's transaction, unless this guardian said yes, or was asked within a day: mails get lost.</summary>
    public async Task AskWithinAsync(Account account, CancellationToken ct)
    {
        if (account is not { GuardianName: { } name, GuardianEmail: { } email })
        {
            return;
        }

        var (member, now) = (new MemberId(account.Id), clock.Now);
        var newest = await db.GuardianConsents.AsNoTracking().Where(row => row.Member == member).OrderByDescending(row => row.AskedAt).FirstOrDefaultAsync(ct);
        var day = now - NodaTime.Duration.FromDays(1);
        if (newest is not null && newest.GuardianEmail == email && newest.WithdrawnAt is null)
        {
            // The same question, whose link in the first mail goes on working.
            if (newest.GivenAt is null && !await db.Mails.AnyAsync(mail => mail.Code == MailCode && mail.Address == email && mail.CreatedAt > day, ct))
            {
                Send(newest, account, now);
            }

            return;
        }

        if (await db.GuardianConsents.CountAsync(one => one.Member == member && one.AskedAt > day, ct) >= MostAskedADay)
        {
            return;
        }

        var row = new GuardianConsentRow { Id = Guid.CreateVersion7(), Member = member, GuardianName = name, GuardianEmail = email, AskedAt = now };
        db.Add(row);
        audit.Note("guardian-asked", $"guardian-consent/{row.Id}", concerns: member);
        Send(row, account, now);
    }

    private void Send(GuardianConsentRow question, Account account, NodaTime.Instant now) => db.SendMailTo(
        question.GuardianEmail, MailCode, new Dictionary<string, string> { ["consent"] = question.Id.ToString(), ["about"] = account.DisplayName, ["language"] = account.Language ?? "fr" }, now,
        question.GuardianName);

    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct) =>
        Guid.TryParse(mail.Facts.GetValueOrDefault("consent"), out var id) && await NewestAsync(id, ct) is not null
            ? new MailAct(MailCode, $"{PageAddress}/{seal.Seal(id)}")
            : null;

    /// <returns>The question and whose guardian is asked; <see langword="null"/> when the link is none of ours, or another guardian was named.</returns>
    public async Task<(GuardianConsentRow Row, string Minor)?> ReadAsync(string key, CancellationToken ct)
    {
        if (seal.OpenId(key) is not { } id || await NewestAsync(id, ct) is not { } row)
        {
            return null;
        }

        var member = row.Member.Value;
        return (row, await db.Users.Where(user => user.Id == member).Select(user => user.DisplayName).SingleAsync(ct));
    }

    public async Task<Refusal?> SayAsync(string key, bool consents, CancellationToken ct)
    {
        if (await ReadAsync(key, ct) is not { Row: var found })
        {
            return new NoSuchThing("guardian-consent");
        }

        await LabTransaction.RunHoldingAsync(db, [found.Member.Value], async () =>
        {
            var (row, now) = (await db.GuardianConsents.SingleAsync(one => one.Id == found.Id, ct), clock.Now);
            var isGiven = row.GivenAt is not null && row.WithdrawnAt is null;
            if (isGiven != consents)
            {
                (row.GivenAt, row.WithdrawnAt) = (consents ? now : row.GivenAt, consents ? null : now);
                var said = consents ? "guardian-consented" : "guardian-consent-withdrawn";
                audit.Note(said, $"guardian-consent/{row.Id}", concerns: row.Member);
                db.Tell(row.Member, said, new Dictionary<string, string>(), now);
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return null;
    }

    private async Task<GuardianConsentRow?> NewestAsync(Guid id, CancellationToken ct) => await db.GuardianConsents.AsNoTracking()
        .SingleOrDefaultAsync(row => row.Id == id && !db.GuardianConsents.Any(later => later.Member == row.Member && later.AskedAt > row.AskedAt), ct);
}

internal static class GuardianPages
{
    public static void MapGuardianPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(GuardianConsents.PageAddress + "/{key}", ShowAsync).AllowAnonymous();
        pages.MapPost(GuardianConsents.PageAddress + "/{key}", async (string key, [FromForm] string? say, GuardianConsents consents, CancellationToken ct) =>
        {
            await consents.SayAsync(key, say == "yes", ct);
            return await ShowAsync(key, consents, ct);
        }).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
    }

    private static async Task<IResult> ShowAsync(string key, GuardianConsents consents, CancellationToken ct)
    {
        var found = await consents.ReadAsync(key, ct);
        return PageResults.Page<GuardianPage>(
            new { Key = key, Consent = found?.Row, Minor = found?.Minor ?? "" }, found is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }
}
