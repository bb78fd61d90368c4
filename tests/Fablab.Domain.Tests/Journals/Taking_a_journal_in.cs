using CsCheck;
using Fablab.Domain.Journals;

namespace Fablab.Domain.Tests.Journals;

public class Taking_a_journal_in
{
    private static readonly SpoolMark Nothing = new(Guid.Parse("5b0f2a52-8f0e-4a53-9d5c-2f6a0f1f7a11"), 3, 0, null);

    [Test]
    public void Accepts_new_records_in_order_and_moves_the_mark()
    {
        var decision = Decide(Nothing, [Record(1), Record(2), Record(3)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Accepted.Select(r => r.Sequence), Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(decision.Mark, Is.EqualTo(Nothing with { UpTo = 3, LastHash = "hash-3" }));
            Assert.That(decision.ReplayFrom, Is.Null);
        }
    }

    [Test]
    public void Finds_a_repeat_there_already()
    {
        var decision = Decide(UpTo(2), [Record(1), Record(2), Record(3)], stored: [1, 2]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Accepted.Single().Sequence, Is.EqualTo(3));
            Assert.That(decision.Quarantined, Is.Empty);
        }
    }

    [Test]
    public void Finds_a_repeat_within_one_batch_there_already()
    {
        var decision = Decide(Nothing, [Record(1), Record(1), Record(2)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Accepted.Select(r => r.Sequence), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(decision.Quarantined, Is.Empty);
        }
    }

    [Test]
    public void Puts_a_known_number_with_other_content_aside()
    {
        var forged = Record(2) with { Content = "other", Hash = "hash-other" };

        var decision = Decide(UpTo(2), [forged], stored: [2]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Quarantined, Is.EqualTo(new[] { forged }));
            Assert.That(decision.Mark, Is.EqualTo(UpTo(2)));
        }
    }

    [Test]
    public void Takes_nothing_behind_a_gap_and_asks_for_what_is_missing()
    {
        var decision = Decide(UpTo(2), [Record(4), Record(5)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Accepted, Is.Empty);
            Assert.That(decision.Mark, Is.EqualTo(UpTo(2)));
            Assert.That(decision.ReplayFrom, Is.EqualTo(3));
        }
    }

    [Test]
    public void Asks_for_nothing_when_the_gap_closes_within_the_batch()
    {
        var decision = Decide(UpTo(2), [Record(4), Record(3), Record(4)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Mark.UpTo, Is.EqualTo(4));
            Assert.That(decision.ReplayFrom, Is.Null);
        }
    }

    [Test]
    public void Asks_for_the_second_gap_when_the_first_one_closed()
    {
        var decision = Decide(UpTo(2), [Record(4), Record(3), Record(6)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Mark.UpTo, Is.EqualTo(3));
            Assert.That(decision.ReplayFrom, Is.EqualTo(4));
        }
    }

    [Test]
    public void Puts_a_damaged_record_aside_and_asks_for_a_sound_copy()
    {
        var decision = Decide(UpTo(2), [Record(3) with { HashIsRight = false }, Record(4)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Quarantined.Single().Sequence, Is.EqualTo(3));
            Assert.That(decision.Accepted, Is.Empty);
            Assert.That(decision.ReplayFrom, Is.EqualTo(3));
        }
    }

    [Test]
    public void Takes_the_sound_copy_that_follows_a_damaged_one()
    {
        var decision = Decide(UpTo(2), [Record(3) with { HashIsRight = false }, Record(3)]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Accepted.Single().Sequence, Is.EqualTo(3));
            Assert.That(decision.ReplayFrom, Is.Null);
        }
    }

    [Test]
    public void Puts_a_record_aside_that_does_not_continue_the_chain()
    {
        var decision = Decide(UpTo(2), [Record(3) with { PreviousHash = "hash-of-another-journal" }]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(decision.Quarantined, Has.Count.EqualTo(1));
            Assert.That(decision.Mark, Is.EqualTo(UpTo(2)));
        }
    }

    [Test]
    public void Changes_nothing_when_the_batch_is_empty()
    {
        var decision = Decide(UpTo(2), []);

        Assert.That((decision.Mark, decision.Accepted.Count, decision.Quarantined.Count, decision.ReplayFrom), Is.EqualTo((UpTo(2), 0, 0, (long?)null)));
    }

    [Test]
    public void Takes_every_record_once_in_order_however_the_wire_shuffles_repeats_and_loses_them()
    {
        Gen.Long[1, 12].Array[0, 15].Array[0, 12].Sample(batches =>
        {
            var mark = Nothing;
            var taken = new List<long>();
            foreach (var batch in batches)
            {
                var stored = taken.ToDictionary(sequence => sequence, sequence => $"hash-{sequence}");
                var decision = JournalIngest.Decide(mark, batch.Select(Record).ToList(), stored);
                taken.AddRange(decision.Accepted.Select(r => r.Sequence));
                mark = decision.Mark;
                var missesSome = batch.Any(sequence => sequence > mark.UpTo);
                if (decision.Quarantined.Count > 0 || decision.ReplayFrom != (missesSome ? mark.UpTo + 1 : null))
                {
                    return false;
                }
            }

            return taken.SequenceEqual(Enumerable.Range(1, taken.Count).Select(n => (long)n)) && mark.UpTo == taken.Count;
        });
    }

    private static IngestDecision Decide(SpoolMark mark, IReadOnlyList<ArrivedRecord> batch, long[]? stored = null) =>
        JournalIngest.Decide(mark, batch, (stored ?? []).ToDictionary(sequence => sequence, sequence => $"hash-{sequence}"));

    private static SpoolMark UpTo(long sequence) => Nothing with { UpTo = sequence, LastHash = $"hash-{sequence}" };

    private static ArrivedRecord Record(long sequence) =>
        new(sequence, $"content-{sequence}", sequence == 1 ? "start" : $"hash-{sequence - 1}", $"hash-{sequence}", true);
}
