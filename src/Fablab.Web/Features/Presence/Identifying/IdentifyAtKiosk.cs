using System.Security.Cryptography;
using System.Text;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People.Badges;
using Fablab.Web.Features.Presence.Kiosks;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.Identifying;

/// <summary>No badge that counts has this number.</summary>
public sealed record BadgeUnknown() : Refusal("badge-unknown");

/// <summary>The badge was taken back.</summary>
public sealed record BadgeRevoked() : Refusal("badge-revoked");

/// <summary>Address and PIN do not go together.</summary>
public sealed record PinWrong() : Refusal("pin-wrong");

/// <summary>So many wrong guesses were made at this kiosk that it takes no more before an instant.</summary>
public sealed record TooManyGuesses(Instant Until) : Refusal("too-many-guesses")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["until"] = Until };
}

/// <summary>Who stands before the kiosk.</summary>
public sealed record Identified(MemberId Member, string DisplayName, Told By)
{
    /// <summary>Others stand behind them and look on, so no more than this is shown.</summary>
    public string FirstName => DisplayName.Split(' ', 2)[0];
}

/// <summary>Finds out who stands before a kiosk, by a badge or by their address and PIN. What was typed is kept nowhere.</summary>
internal sealed class IdentifyAtKiosk(
    FablabDb db, BadgeNumbers numbers, IPasswordHasher<Account> hasher, ILookupNormalizer normalizer, CountGuesses guesses, CurrentKiosk kiosk, AuditTrail audit, IOptions<PresenceOptions> options)
{
    private static string? hashOfNothing;

    public async Task<Result<Identified>> ByBadgeAsync(string number, CancellationToken ct)
    {
        if (BadgeNumbers.Normalized(number) is not { } normalized)
        {
            return new BadgeUnreadable();
        }

        var hash = await numbers.HashAsync(normalized, ct);
        var badges = await (
            from badge in db.Badges.AsNoTracking()
            join account in db.Users.AsNoTracking() on (Guid)(object)badge.Member equals account.Id
            where badge.Hash == hash
            select new { badge.Member, badge.RevokedAt, badge.At, account.DisplayName }).ToListAsync(ct);
        if (badges.Find(one => one.RevokedAt is null) is { } counting)
        {
            return new Identified(counting.Member, counting.DisplayName, Told.Badge);
        }

        // Numbers can be typed, so whoever types many of them is stopped.
        if (await guesses.CountAsync(KioskGuessRow.Badges, options.Value.MostGuesses, ct) is { } until)
        {
            return new TooManyGuesses(until);
        }

        return badges.Count > 0 ? await RefuseAsync(new BadgeRevoked(), badges.MaxBy(one => one.At)!.Member, ct) : await RefuseAsync(new BadgeUnknown(), null, ct);
    }

    /// <summary>Each guess counts before it is looked at, so that many at once are no more than one after the other.</summary>
    public async Task<Result<Identified>> ByPinAsync(string email, string pin, CancellationToken ct)
    {
        var address = normalizer.NormalizeEmail(StorableText.Of(email.Trim()));
        var found = await (
            from account in db.Users.AsNoTracking()
            join kept in db.KioskPins.AsNoTracking() on account.Id equals (Guid)(object)kept.Member into pins
            from known in pins.DefaultIfEmpty()
            where account.NormalizedEmail == address
            select new { account, Hash = (string?)known.Hash }).SingleOrDefaultAsync(ct);
        // One of an address that nobody has is counted like any other, or the count would tell which have accounts.
        var whom = found is null ? NobodyOf(address) : found.account.Id.ToString("N");
        if (await guesses.EndsAsync(KioskGuessRow.Pins, options.Value.MostGuesses, ct) is { } ends)
        {
            return new TooManyGuesses(ends);
        }

        if (await guesses.CountAsync(whom, options.Value.MostPinGuesses, ct) is { } until)
        {
            return new TooManyGuesses(until);
        }

        // As slow for an address that nobody has.
        var isRight = hasher.VerifyHashedPassword(found?.account ?? new Account { DisplayName = "" }, found?.Hash ?? (hashOfNothing ??= hasher.HashPassword(new Account { DisplayName = "" }, "")), pin) is not PasswordVerificationResult.Failed;
        if (found?.Hash is null || !isRight)
        {
            // Whoever tries a few PINs of many members is stopped as well.
            await guesses.CountAsync(KioskGuessRow.Pins, options.Value.MostGuesses, ct);
            return await RefuseAsync(new PinWrong(), found is null ? null : new MemberId(found.account.Id), ct);
        }

        await guesses.ForgetAsync(whom, ct);
        return new Identified(new MemberId(found.account.Id), found.account.DisplayName, Told.Pin);
    }

    private static string NobodyOf(string? address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address ?? "")))[..32];

    /// <summary>That somebody was turned away is audited, without what they held or typed.</summary>
    public async Task<Refusal> RefuseAsync(Refusal refusal, MemberId? member, CancellationToken ct)
    {
        var (row, site) = (kiosk.InView.Kiosk, kiosk.InView.Site.Id);
        await LabTransaction.RunAsync(db, [], async () =>
        {
            audit.Note("kiosk-refused", $"kiosk/{row.Id}", row.Machine, site, concerns: member, after: new Dictionary<string, string> { ["code"] = refusal.Code });
            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return refusal;
    }
}
