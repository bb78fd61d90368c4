using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Organisations.OwnTokens;

/// <summary>
/// Access tokens that are an organisation's own: made, listed, taken back. They only read what is its own, and belong to nobody, so they go on
/// when whoever made them leaves.
/// </summary>
internal sealed class OrganisationTokens(FablabDb db, CurrentMember me, BrowserSessions sessions, AuditTrail audit, LabClock clock)
{
    public const int Most = 20;

    /// <returns>The token and, this once, its secret.</returns>
    public async Task<Result<(OrganisationTokenRow Token, string Secret)>> CreateAsync(OrganisationId organisation, string name, Duration? life, CancellationToken ct)
    {
        if (await RefusalAsync(organisation, ct) is { } refusal)
        {
            return refusal;
        }

        if (!me.Member.Scopes.Has(Scope.Read))
        {
            // What is made reads, so whatever makes it must.
            return new ScopeMissing(Scope.Read);
        }

        if (sessions.ThisOne is not null && !await sessions.IsConfirmedAsync(ct))
        {
            return new ConfirmationNeeded();
        }

        return await LabTransaction.DecideHoldingAsync<(OrganisationTokenRow, string)>(db, [organisation.Value], async () =>
        {
            var (secret, now) = (AccessTokenSecret.Create(AccessTokenSecret.OrganisationPrefix), clock.Now);
            if (await Working(organisation, now).CountAsync(ct) >= Most)
            {
                return new TooManyTokens(Most);
            }

            var called = name.Trim();
            var token = new OrganisationTokenRow
            {
                Id = Guid.CreateVersion7(),
                Organisation = organisation,
                Name = StorableText.Of(called.Length > OrganisationTokenRow.LongestName ? called[..OrganisationTokenRow.LongestName] : called),
                Hash = AccessTokenSecret.Hash(secret),
                CreatedAt = now,
                ExpiresAt = MemberTokens.EndOf(now, life, me.Member.Until),
            };
            db.Add(token);
            Note("organisation-token-made", token);
            await db.SaveChangesAsync(ct);
            return (token, secret);
        }, ct);
    }

    /// <summary>Tokens that work now.</summary>
    public async Task<Result<IReadOnlyList<OrganisationTokenRow>>> ListAsync(OrganisationId organisation, CancellationToken ct) =>
        await RefusalAsync(organisation, ct) is { } refusal ? refusal : await Working(organisation, clock.Now).AsNoTracking().OrderBy(token => token.CreatedAt).ToListAsync(ct);

    /// <summary>The token is refused from the next request on.</summary>
    public async Task<Result<OrganisationTokenRow>> RevokeAsync(OrganisationId organisation, Guid id, CancellationToken ct) =>
        await RefusalAsync(organisation, ct) is { } refusal ? refusal : await LabTransaction.DecideHoldingAsync<OrganisationTokenRow>(db, [organisation.Value], async () =>
        {
            if (await Working(organisation, clock.Now).SingleOrDefaultAsync(token => token.Id == id, ct) is not { } token)
            {
                return new NoSuchThing("access-token");
            }

            token.RevokedAt = clock.Now;
            Note("organisation-token-revoked", token);
            await db.SaveChangesAsync(ct);
            return token;
        }, ct);

    /// <returns>The token that the secret opens, or <see langword="null"/> when it is unknown, expired or revoked.</returns>
    public Task<OrganisationTokenRow?> OfSecretAsync(string secret, CancellationToken ct)
    {
        var (hash, now) = (AccessTokenSecret.Hash(secret), clock.Now);
        return db.OrganisationTokens.AsNoTracking().SingleOrDefaultAsync(token => token.Hash == hash && token.RevokedAt == null && token.ExpiresAt > now, ct);
    }

    private async Task<Refusal?> RefusalAsync(OrganisationId organisation, CancellationToken ct) =>
        !me.May(Right.SeeProjects, Subject.Of(organisation)) || !await db.Organisations.AnyAsync(row => row.Id == organisation, ct) ? new NoSuchThing("organisation")
        : !me.May(Right.KeepOrganisationTokens, Subject.Of(organisation)) ? new NotAllowed()
        : null;

    private IQueryable<OrganisationTokenRow> Working(OrganisationId organisation, Instant now) =>
        db.OrganisationTokens.Where(token => token.Organisation == organisation && token.RevokedAt == null && token.ExpiresAt > now);

    private void Note(string action, OrganisationTokenRow token) => audit.Note(
        action, $"organisation/{token.Organisation}",
        after: new Dictionary<string, string> { ["token"] = token.Id.ToString(), ["until"] = token.ExpiresAt.ToString("g", CultureInfo.InvariantCulture) });
}
