using System.Globalization;
using Fablab.Domain.Audit;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Audit.Sealing;

/// <summary>A place in the chain that was written down elsewhere: <c>1042:9f86d0…</c>, as the log says it.</summary>
internal sealed record AuditAnchor(long Sequence, string Hash)
{
    /// <returns><see langword="null"/> when it is no anchor.</returns>
    public static AuditAnchor? Parse(string text) =>
        text.Split(':') is [var sequence, { Length: 64 } hash] && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? new AuditAnchor(place, hash.ToLowerInvariant())
            : null;
}

/// <summary>What became of the chain.</summary>
/// <param name="Problem">What does not fit, in a sentence; <see langword="null"/> when all does.</param>
/// <param name="End">Where the part that fits ends; <see langword="null"/> when nothing does or nothing is there.</param>
internal sealed record AuditVerdict(long Sealed, string? Problem, AuditAnchor? End);

/// <summary>Computes the chain anew, from the first entry to the last, and says at which entry it stops fitting.</summary>
internal sealed class VerifyAudit(FablabDb db, LabClock clock)
{
    /// <summary>An entry that has no place by then was kept from getting one.</summary>
    public static readonly Duration LatestSeal = Duration.FromMinutes(10);

    public async Task<AuditVerdict> ExecuteAsync(IReadOnlyCollection<AuditAnchor> anchors, CancellationToken ct)
    {
        var (sequence, hash) = (0L, AuditChain.Start);
        AuditVerdict Broken(string problem) => new(sequence, problem, sequence == 0 ? null : new AuditAnchor(sequence, hash));

        var chain =
            from seal in db.AuditSeals.AsNoTracking()
            join row in db.Audit.AsNoTracking() on seal.Entry equals row.Id into rows
            from row in rows.DefaultIfEmpty()
            orderby seal.Sequence
            select new { seal, row };
        await foreach (var (seal, row) in chain.AsAsyncEnumerable().Select(one => (one.seal, (AuditRow?)one.row)).WithCancellation(ct))
        {
            if (seal.Sequence != sequence + 1)
            {
                return Broken($"Entry {sequence + 1} is missing from the chain.");
            }

            if (row is null || AuditChain.Hash(hash, seal.Sequence, row.ToEntry()) != seal.Hash)
            {
                return Broken($"Entry {seal.Sequence} ({seal.Entry}) is not what was sealed.");
            }

            if (row.Address is { } address && AuditChain.DigestOf(row.AddressSalt ?? "", address) != row.AddressDigest)
            {
                return Broken($"The network address of entry {seal.Sequence} ({seal.Entry}) is not what was sealed.");
            }

            (sequence, hash) = (seal.Sequence, seal.Hash);
            if (anchors.FirstOrDefault(anchor => anchor.Sequence == seal.Sequence) is { } anchor && anchor.Hash != hash)
            {
                return Broken($"The chain was written anew: entry {seal.Sequence} does not fit the anchor.");
            }
        }

        if (anchors.FirstOrDefault(anchor => anchor.Sequence > sequence) is { } beyond)
        {
            return Broken($"The end was cut off: the anchor is at {beyond.Sequence}, the chain ends at {sequence}.");
        }

        var late = clock.Now - LatestSeal;
        var unsealed = await db.Audit.AsNoTracking().Where(row => row.At < late && !db.AuditSeals.Any(seal => seal.Entry == row.Id)).Select(row => (Guid?)row.Id).FirstOrDefaultAsync(ct);
        return unsealed is { } id ? Broken($"Entry {id} was never sealed.") : new AuditVerdict(sequence, null, sequence == 0 ? null : new AuditAnchor(sequence, hash));
    }
}
