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

/// <summary>A badge alone does not show who somebody is well enough for what they ask.</summary>
public sealed record PinNeeded() : Refusal("pin-needed");

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

        // Numbers can be typed, so whoever types many that nobody has is told no more. Who holds a badge comes in all the same, or thirty wrong ones would close a
        // door; what could hurt or costs more than was booked asks for their PIN.
        if (await guesses.CountAsync(KioskGuessRow.Badges, options.Value.MostGuesses, ct) is { } until)
        {
            return new TooManyGuesses(until);
        }

        return badges.Count > 0 ? await RefuseAsync(new BadgeRevoked(), badges.MaxBy(one => one.At)!.Member, ct) : await RefuseAsync(new BadgeUnknown(), null, ct);
    }

    public async Task<Result<Identified>> ByPinAsync(string email, string pin, CancellationToken ct)
    {
        var address = normalizer.NormalizeEmail(StorableText.Of(email.Trim()));
        var found = await (
            from account in db.Users.AsNoTracking()
            join kept in db.KioskPins.AsNoTracking() on account.Id equals (Guid)(object)kept.Member into pins
            from known in pins.DefaultIfEmpty()
            where account.NormalizedEmail == address
            select new { account.Id, account.DisplayName, Hash = (string?)known.Hash }).SingleOrDefaultAsync(ct);

        // One of an address that nobody has is counted like any other, or the count would tell which have accounts.
        var member = found is null ? (MemberId?)null : new MemberId(found.Id);
        if (await guesses.EndsAsync(KioskGuessRow.Pins, options.Value.MostGuesses, ct) is { } ends)
        {
            return new TooManyGuesses(ends);
        }

        if (await TryAsync(member, NobodyOf(address), found?.Hash, pin, ct) is not { } refusal)
        {
            return new Identified(member!.Value, found!.DisplayName, Told.Pin);
        }

        // Whoever tries a few PINs of many members is stopped as well.
        if (refusal is PinWrong)
        {
            await guesses.CountAsync(KioskGuessRow.Pins, options.Value.MostGuesses, ct);
        }

        return refusal;
    }

    /// <summary>Of somebody who held a badge to the reader before. Their own bound counts, and not what others tried.</summary>
    /// <returns>Why it does not show that it is them.</returns>
    public async Task<Refusal?> CheckPinAsync(MemberId member, string pin, CancellationToken ct) =>
        await TryAsync(member, "", await db.KioskPins.AsNoTracking().Where(kept => kept.Member == member).Select(kept => kept.Hash).SingleOrDefaultAsync(ct), pin, ct);

    /// <summary>Each guess counts before it is looked at, so that many at once are no more than one after the other.</summary>
    private async Task<Refusal?> TryAsync(MemberId? member, string nobody, string? hash, string pin, CancellationToken ct)
    {
        var whom = member?.Value.ToString("N") ?? nobody;
        if (await guesses.CountAsync(whom, options.Value.MostPinGuesses, ct) is { } until)
        {
            return new TooManyGuesses(until);
        }

        // As slow for whoever has none.
        var none = new Account { DisplayName = "" };
        var isRight = hasher.VerifyHashedPassword(none, hash ?? (hashOfNothing ??= hasher.HashPassword(none, "")), pin) is not PasswordVerificationResult.Failed;
        if (hash is null || !isRight)
        {
            return await RefuseAsync(new PinWrong(), member, ct);
        }

        await guesses.ForgetAsync(whom, ct);
        return null;
    }

    private static string NobodyOf(string? address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address ?? "")))[..32];

    /// <summary>That somebody was turned away is audited, without what they held or typed, and no more often than there may be guesses: the audit stays for years.</summary>
    public async Task<Refusal> RefuseAsync(Refusal refusal, MemberId? member, CancellationToken ct)
    {
        if (await guesses.CountAsync($"{KioskGuessRow.Refusals}{refusal.Code}", options.Value.MostGuesses, ct) is not null)
        {
            return refusal;
        }

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
