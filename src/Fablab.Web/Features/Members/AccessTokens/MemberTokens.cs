using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <summary>So many tokens are more than anybody's programs need.</summary>
/// <param name="Most">How many of a member, or of an organisation, may work at a time.</param>
public sealed record TooManyTokens(int Most) : Refusal("too-many-tokens")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["most"] = Most };
}

/// <summary>A member's access tokens: made, listed, taken back.</summary>
internal sealed class MemberTokens(FablabDb db, CurrentMember me, BrowserSessions sessions, AuditTrail audit, LabClock clock)
{
    public static readonly Duration DefaultLife = Duration.FromDays(90);

    public static readonly Duration LongestLife = Duration.FromDays(366);

    public const int LongestName = 100;

    /// <summary>Of one member that work at a time.</summary>
    public const int Most = 50;

    /// <param name="until">A token makes none that outlives it, or it would never end.</param>
    public static Instant EndOf(Instant now, Duration? life, Instant? until)
    {
        var wanted = life is { } asked && asked > Duration.Zero ? asked : DefaultLife;
        return Instant.Min(now + Duration.Min(wanted, LongestLife), until ?? Instant.MaxValue);
    }

    /// <summary>What a token may be used for unless more is asked for.</summary>
    public static readonly ScopeSet DefaultScopes = ScopeSet.Of(Scope.Read);

    /// <summary>By whoever is signed in: in a browser that proved a moment ago to be there, or by another token, which makes none that may more or lives longer than itself.</summary>
    /// <returns>The token and, this once, its secret.</returns>
    public async Task<Result<(AccessTokenRow Token, string Secret)>> CreateAsync(string name, Duration? life, ScopeSet scopes, CancellationToken ct)
    {
        if (scopes.Except(me.Member.Scopes) is { IsEmpty: false } lacking)
        {
            return new ScopeMissing(lacking.Scopes.First());
        }

        if (sessions.ThisOne is not null && !await sessions.IsConfirmedAsync(ct))
        {
            return new ConfirmationNeeded();
        }

        var member = me.Id;
        return await LabTransaction.DecideHoldingAsync<(AccessTokenRow, string)>(
            db,
            [member.Value],
            async () =>
                await IsMakerGoneAsync(ct) ? new NotAllowed()
                : await Working(member).CountAsync(ct) >= Most ? new TooManyTokens(Most)
                : await AddWithinAsync(member, name, life, scopes, me.Member.IsStrong, me.Member.Until, me.Token, ct),
            ct);
    }

    /// <summary>
    /// By who gave their password just now, so that no other token bounds it. A program that signs in at each run is not locked out by the tokens
    /// of its earlier runs: beyond <see cref="Most"/> the oldest of the same name ends, with what it made, and nothing else does.
    /// </summary>
    /// <param name="isStrong">And a second factor.</param>
    public Task<Result<(AccessTokenRow Token, string Secret)>> OfSignInAsync(MemberId member, string name, ScopeSet scopes, bool isStrong, CancellationToken ct) =>
        LabTransaction.DecideHoldingAsync<(AccessTokenRow, string)>(db, [member.Value], async () =>
        {
            if (await Working(member).CountAsync(ct) >= Most)
            {
                var kept = NameOf(name);
                if (await Working(member).Where(token => token.Name == kept).OrderBy(token => token.CreatedAt).FirstOrDefaultAsync(ct) is not { } earlier)
                {
                    return new TooManyTokens(Most);
                }

                await RevokeAsync(earlier, ct);
            }

            return await AddWithinAsync(member, name, null, scopes, isStrong, null, null, ct);
        }, ct);

    /// <summary>Tokens that work now.</summary>
    public Task<List<AccessTokenRow>> ListAsync(CancellationToken ct) => Working(me.Id).AsNoTracking().OrderBy(token => token.CreatedAt).ToListAsync(ct);

    /// <summary>The token is refused from the next request on, and with it all member tokens that it made, and they. What else was made with it (feeds, an organisation's own tokens, pairing codes) has a list of its own.</summary>
    public Task<Result<AccessTokenRow>> RevokeAsync(Guid id, CancellationToken ct) => LabTransaction.DecideHoldingAsync<AccessTokenRow>(db, [me.Id.Value], async () =>
    {
        var member = me.Id;
        if (await db.AccessTokens.SingleOrDefaultAsync(token => token.Id == id && token.Member == member, ct) is not { } token)
        {
            return new NoSuchThing("access-token");
        }

        await RevokeAsync(token, ct);
        await db.SaveChangesAsync(ct);
        return token;
    }, ct);

    /// <param name="until">When the token that makes it ends.</param>
    /// <param name="madeBy">The token that makes it; <see langword="null"/> for who signs in, whatever bearer came along.</param>
    private async Task<(AccessTokenRow Token, string Secret)> AddWithinAsync(
        MemberId member, string name, Duration? life, ScopeSet scopes, bool isStrong, Instant? until, Guid? madeBy, CancellationToken ct)
    {
        var (secret, now) = (AccessTokenSecret.Create(), clock.Now);
        var token = new AccessTokenRow
        {
            Id = Guid.CreateVersion7(),
            Member = member,
            Name = NameOf(name),
            Hash = AccessTokenSecret.Hash(secret),
            CreatedAt = now,
            ExpiresAt = EndOf(now, life, until),
            Scopes = scopes,
            IsStrong = isStrong,
            MadeBy = madeBy,
        };
        db.Add(token);
        audit.Note("access-token-made", $"access-token/{token.Id}", concerns: member, after: new Dictionary<string, string> { ["scopes"] = $"{scopes}" });
        await db.SaveChangesAsync(ct);
        var account = member.Value;
        await db.Users.Where(row => row.Id == account).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now), ct);
        return (token, secret);
    }

    private static string NameOf(string name) => StorableText.Of(name.Length > LongestName ? name[..LongestName] : name);

    private IQueryable<AccessTokenRow> Working(MemberId member)
    {
        var now = clock.Now;
        return db.AccessTokens.Where(token => token.Member == member && token.RevokedAt == null && token.ExpiresAt > now);
    }

    /// <summary>Somebody may have taken the token back that asks, after the request was let in.</summary>
    private async Task<bool> IsMakerGoneAsync(CancellationToken ct)
    {
        var maker = me.Token;
        return maker is not null && await db.AccessTokens.AnyAsync(token => token.Id == maker && token.RevokedAt != null, ct);
    }

    private async Task RevokeAsync(AccessTokenRow token, CancellationToken ct)
    {
        var (member, now) = (token.Member, clock.Now);
        var made = (await db.AccessTokens.Where(row => row.Member == member && row.MadeBy != null && row.RevokedAt == null).ToListAsync(ct)).ToLookup(row => row.MadeBy!.Value);
        var ending = new Queue<AccessTokenRow>([token]);
        while (ending.TryDequeue(out var one))
        {
            one.RevokedAt ??= now;
            audit.Note("access-token-revoked", $"access-token/{one.Id}", concerns: member);
            foreach (var child in made[one.Id])
            {
                ending.Enqueue(child);
            }
        }
    }
}
