using System.Buffers.Text;
using System.Security.Cryptography;
using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Feeds;

/// <summary>So many feeds are more than anybody's calendars read.</summary>
/// <param name="Most">How many one member may have.</param>
public sealed record TooManyFeeds(int Most) : Refusal("too-many-feeds")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["most"] = Most };
}

/// <summary>A feed, and the machine that it is about, if any.</summary>
public sealed record FeedView(FeedRow Feed, MachineRow? Machine);

/// <summary>A member's feeds: made, listed, taken back.</summary>
internal sealed class Feeds(FablabDb db, AuditTrail audit, LabClock clock)
{
    public const int Most = 20;

    /// <summary>Where a calendar program reads: whoever has it needs nothing else.</summary>
    public static string AddressOf(string secret) => $"/feeds/{secret}.ics";

    /// <param name="machine">Code of a machine for its busy times; <see langword="null"/> for what the member booked and attends.</param>
    /// <returns>The feed and, this once, its secret.</returns>
    public Task<Result<(FeedView Made, string Secret)>> CreateAsync(MemberId me, string name, string? machine, CancellationToken ct) =>
        LabTransaction.RunHoldingAsync<Result<(FeedView, string)>>(db, [me.Value], async () =>
        {
            var row = machine is null ? null : await db.Machines.AsNoTracking().SingleOrDefaultAsync(one => one.Code == machine, ct);
            if (machine is not null && row is null)
            {
                return new NoSuchThing("machine");
            }

            if (await db.Feeds.CountAsync(feed => feed.Member == me && feed.RevokedAt == null, ct) >= Most)
            {
                return new TooManyFeeds(Most);
            }

            var (secret, called) = (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), StorableText.Of(name.Trim()));
            var feed = new FeedRow
            {
                Id = Guid.CreateVersion7(),
                Member = me,
                Name = called.Length > FeedRow.LongestName ? called[..FeedRow.LongestName] : called,
                Machine = row?.Id,
                Hash = AccessTokenSecret.Hash(secret),
                CreatedAt = clock.Now,
            };
            db.Add(feed);
            audit.Note("feed-made", $"feed/{feed.Id}", machine: row?.Id, site: row?.Site, concerns: me);
            await db.SaveChangesAsync(ct);
            return (new FeedView(feed, row), secret);
        }, ct);

    public Task<List<FeedView>> ListAsync(MemberId me, CancellationToken ct) => (
        from feed in db.Feeds.AsNoTracking()
        where feed.Member == me && feed.RevokedAt == null
        orderby feed.CreatedAt
        join row in db.Machines.AsNoTracking() on feed.Machine equals (MachineId?)row.Id into machines
        from machine in machines.DefaultIfEmpty()
        select new FeedView(feed, machine)).ToListAsync(ct);

    /// <summary>Nobody reads it from the next request on.</summary>
    public Task<Result<Guid>> RevokeAsync(MemberId me, Guid id, CancellationToken ct) => LabTransaction.DecideAsync<Guid>(db, (MachineId?)null, async () =>
    {
        if (await db.Feeds.SingleOrDefaultAsync(feed => feed.Id == id && feed.Member == me && feed.RevokedAt == null, ct) is not { } feed)
        {
            return new NoSuchThing("feed");
        }

        feed.RevokedAt = clock.Now;
        audit.Note("feed-revoked", $"feed/{id}", concerns: me);
        await db.SaveChangesAsync(ct);
        return id;
    }, ct);
}
