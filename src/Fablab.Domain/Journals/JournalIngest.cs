namespace Fablab.Domain.Journals;

/// <summary>How far the web has one epoch of one spool: everything up to the sequence number is committed.</summary>
/// <param name="SpoolId">The bridge's spool.</param>
/// <param name="Epoch">The bridge's boot.</param>
/// <param name="UpTo">Highest sequence number without a gap below; 0 for none.</param>
/// <param name="LastHash">Hash of that record; <see langword="null"/> when there is none.</param>
public sealed record SpoolMark(Guid SpoolId, long Epoch, long UpTo, string? LastHash);

/// <summary>A record as it arrived.</summary>
/// <param name="HashIsRight">The hash fits the content, the place and the record before.</param>
public sealed record ArrivedRecord(long Sequence, string Content, string PreviousHash, string Hash, bool HashIsRight);

/// <summary>What to do with a batch. All of it is one transaction; the acknowledgement leaves after its commit.</summary>
/// <param name="Mark">The mark to save.</param>
/// <param name="Accepted">New records in order; their effects belong to the same transaction.</param>
/// <param name="Quarantined">Records that contradict what is stored or themselves; kept for a person, never applied.</param>
/// <param name="ReplayFrom">First missing sequence number when there is a gap; records behind the gap are not taken.</param>
public sealed record IngestDecision(
    SpoolMark Mark,
    IReadOnlyList<ArrivedRecord> Accepted,
    IReadOnlyList<ArrivedRecord> Quarantined,
    long? ReplayFrom)
{
    /// <summary>
    /// Sound records contradict ours: an old image or a copy of the spool. Neither side may go on as if they agreed, so nothing is
    /// acknowledged.
    /// </summary>
    public bool IsContradicted => Quarantined.Any(record => record.HashIsRight);
}

/// <summary>
/// Takes each journal record exactly once: a repeat of the same content is already there, a repeat with other content is
/// quarantined, and nothing behind a gap is taken or acknowledged.
/// </summary>
public static class JournalIngest
{
    /// <param name="mark">Where the web is with this spool and epoch.</param>
    /// <param name="batch">Records in the order of the wire.</param>
    /// <param name="storedHashes">Hashes of the records at or below the mark that the batch repeats.</param>
    public static IngestDecision Decide(SpoolMark mark, IReadOnlyList<ArrivedRecord> batch, IReadOnlyDictionary<long, string> storedHashes)
    {
        var accepted = new List<ArrivedRecord>();
        var quarantined = new List<ArrivedRecord>();
        var furthestLeftOut = 0L;

        foreach (var record in batch)
        {
            if (!record.HashIsRight)
            {
                // Damaged or forged: it is kept, the place stays open, and a sound copy is asked for.
                quarantined.Add(record);
                furthestLeftOut = Math.Max(furthestLeftOut, record.Sequence);
            }
            else if (record.Sequence <= mark.UpTo)
            {
                var stored = storedHashes.GetValueOrDefault(record.Sequence) ?? accepted.Find(a => a.Sequence == record.Sequence)?.Hash;
                if (stored != record.Hash)
                {
                    quarantined.Add(record);
                }
            }
            else if (record.Sequence > mark.UpTo + 1)
            {
                furthestLeftOut = Math.Max(furthestLeftOut, record.Sequence);
            }
            else if (mark.LastHash is not null && record.PreviousHash != mark.LastHash)
            {
                quarantined.Add(record);
            }
            else
            {
                accepted.Add(record);
                mark = mark with { UpTo = record.Sequence, LastHash = record.Hash };
            }
        }

        // A gap may have closed, and another opened, further on in the same batch.
        return new IngestDecision(mark, accepted, quarantined, furthestLeftOut > mark.UpTo ? mark.UpTo + 1 : null);
    }
}
