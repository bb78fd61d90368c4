using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <summary>A member's access tokens: made, listed, taken back.</summary>
internal sealed class MemberTokens(FablabDb db, CurrentMember maker, AuditTrail audit, LabClock clock)
{
    public static readonly Duration DefaultLife = Duration.FromDays(90);

    public static readonly Duration LongestLife = Duration.FromDays(366);

    public const int LongestName = 100;

    /// <returns>The token and, this once, its secret.</returns>
    /// <param name="isStrong">Made by who proved to be there by two factors just now; otherwise as whoever makes it has.</param>
    public async Task<(AccessTokenRow Token, string Secret)> CreateAsync(MemberId me, string name, Duration? life, CancellationToken ct, bool isStrong = false)
    {
        var (secret, now) = (AccessTokenSecret.Create(), clock.Now);
        var wanted = life is { } asked && asked > Duration.Zero ? asked : DefaultLife;
        var token = new AccessTokenRow
        {
            Id = Guid.CreateVersion7(),
            Member = me,
            Name = StorableText.Of(name.Length > LongestName ? name[..LongestName] : name),
            Hash = AccessTokenSecret.Hash(secret),
            CreatedAt = now,

            // A token makes none that outlives it, or it would never end.
            ExpiresAt = Instant.Min(now + Duration.Min(wanted, LongestLife), maker.Known?.Until ?? Instant.MaxValue),
            IsStrong = isStrong || maker.Known is { IsStrong: true },
        };
        return await LabTransaction.RunAsync(db, (MachineId?)null, async () =>
        {
            db.Add(token);
            audit.Note("access-token-made", $"access-token/{token.Id}", concerns: me);
            await db.SaveChangesAsync(ct);
            var account = me.Value;
            await db.Users.Where(row => row.Id == account).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now), ct);
            return (token, secret);
        }, ct);
    }

    /// <summary>Tokens that work now.</summary>
    public Task<List<AccessTokenRow>> ListAsync(MemberId me, CancellationToken ct)
    {
        var now = clock.Now;
        return db.AccessTokens.AsNoTracking()
            .Where(token => token.Member == me && token.RevokedAt == null && token.ExpiresAt > now)
            .OrderBy(token => token.CreatedAt)
            .ToListAsync(ct);
    }

    /// <summary>The token is refused from the next request on.</summary>
    public Task<Result<AccessTokenRow>> RevokeAsync(MemberId me, Guid id, CancellationToken ct) => LabTransaction.DecideAsync<AccessTokenRow>(db, (MachineId?)null, async () =>
    {
        if (await db.AccessTokens.SingleOrDefaultAsync(token => token.Id == id && token.Member == me, ct) is not { } token)
        {
            return new NoSuchThing("access-token");
        }

        token.RevokedAt ??= clock.Now;
        audit.Note("access-token-revoked", $"access-token/{id}", concerns: me);
        await db.SaveChangesAsync(ct);
        return token;
    }, ct);
}
