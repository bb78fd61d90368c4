using Fablab.Bridge.Spool;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Spool;

public class The_journal_sender
{
    private static readonly Guid SpoolId = new("0190c000-0000-7000-8000-000000000001");

    private SenderState _state = null!;
    private List<SenderEffect> _effects = null!;
    private long _now;

    [SetUp]
    public void Start() => (_state, _effects, _now) = (SenderState.Start(SpoolId, [new HeldRecords(1, 1, 250, 0), new HeldRecords(2, 1, 900, 0)]), [], 0);

    private IEnumerable<(long Epoch, long First)> Sent => _effects.OfType<SenderEffect.SendBatch>().Select(batch => (batch.Epoch, batch.First));

    [Test]
    public void Says_hello_after_every_connect_before_anything_else()
    {
        Do(new SenderEvent.Connected());

        Assert.That(_effects[0], Is.InstanceOf<SenderEffect.SayHello>());
        Assert.That(Sent, Is.EqualTo(new[] { (1L, 1L) }));
    }

    [Test]
    public void Sends_the_oldest_first_and_the_next_epoch_only_when_the_one_before_is_acknowledged()
    {
        Connect();
        Assert.That(Sent, Is.EqualTo(new[] { (1L, 1L), (1L, 101L), (1L, 201L) }));

        Acknowledge(1, 250);

        Assert.That(Sent.Skip(3).First(), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void Begins_a_new_epoch_at_its_first_record_although_one_save_brought_two()
    {
        _state = SenderState.Start(SpoolId, [new HeldRecords(3, 0, 0, 0)]);
        Connect();

        DoAndLeave(new SenderEvent.Appended(3, 2));

        Assert.That(Sent, Is.EqualTo(new[] { (3L, 1L) }));
    }

    [Test]
    public void Keeps_at_most_four_batches_on_their_way()
    {
        Connect();
        Acknowledge(1, 250);
        Assert.That(Sent.Count(batch => batch.Epoch == 2), Is.EqualTo(4));

        Acknowledge(2, 100);

        Assert.That(Sent.Last(), Is.EqualTo((2L, 401L)));
    }

    [Test]
    public void Sends_again_from_the_last_acknowledgement_after_5_s_then_10_s_up_to_a_minute()
    {
        Connect();
        Acknowledge(1, 100);
        var waits = new List<long>();
        for (var round = 0; round < 6; round++)
        {
            var before = (_effects.Count, _now);
            while (_effects.Count == before.Count)
            {
                _now += 1_000;
                DoAndLeave(new SenderEvent.Tick());
            }

            Assert.That(Sent.Skip(3).Select(batch => batch.First), Has.Member(101L));
            waits.Add(_now - before._now);
        }

        Assert.That(waits, Is.EqualTo(new[] { 5_000, 10_000, 20_000, 40_000, 60_000, 60_000 }));
    }

    [Test]
    public void Ignores_an_acknowledgement_of_another_spool_an_unknown_epoch_or_more_than_there_is()
    {
        Connect();
        var before = _state;
        DoAndLeave(new SenderEvent.Acknowledged(new JournalAck { SpoolId = Guid.Empty, Epoch = 1, UpTo = 250 }));
        Acknowledge(9, 1);
        Acknowledge(1, 251);
        Acknowledge(1, 0);

        Assert.That(_state, Is.EqualTo(before));
    }

    [Test]
    public void Notes_an_acknowledgement_durably_once()
    {
        Connect();
        Acknowledge(1, 100);
        Acknowledge(1, 100);
        Acknowledge(1, 50);

        Assert.That(_effects.OfType<SenderEffect.NoteAcknowledged>(), Is.EqualTo(new[] { new SenderEffect.NoteAcknowledged(1, 100) }));
    }

    [Test]
    public void Sends_again_from_where_the_web_asks_even_what_it_had_acknowledged()
    {
        Connect();
        Acknowledge(1, 250);
        _effects.Clear();
        DoAndLeave(new SenderEvent.ReplayAsked(new ReplayRequest { SpoolId = SpoolId, Epoch = 1, FromSequence = 41 }));

        Assert.That(Sent.First(), Is.EqualTo((1L, 41L)));
        Assert.That(_effects.OfType<SenderEffect.NoteAcknowledged>().Single(), Is.EqualTo(new SenderEffect.NoteAcknowledged(1, 40)));
    }

    [Test]
    public void Goes_back_at_once_when_asked_and_then_not_before_the_pause_is_over()
    {
        Connect();
        Acknowledge(1, 40);
        var ask = new SenderEvent.ReplayAsked(new ReplayRequest { SpoolId = SpoolId, Epoch = 1, FromSequence = 41 });
        DoAndLeave(ask);
        var sent = Sent.Count();

        for (var i = 0; i < 20; i++)
        {
            DoAndLeave(ask);
        }

        Assert.That(Sent.Count(), Is.EqualTo(sent), "a record that the web cannot take is not sent in a tight circle");
    }

    [Test]
    public void Sends_nothing_while_disconnected()
    {
        DoAndLeave(new SenderEvent.Appended(2, 901));
        Connect();
        DoAndLeave(new SenderEvent.Disconnected());
        var before = Sent.Count();
        _now += 100_000;
        DoAndLeave(new SenderEvent.Tick());
        DoAndLeave(new SenderEvent.Appended(2, 902));

        Assert.That(Sent.Count(), Is.EqualTo(before));
    }

    [Test]
    public void Does_not_take_a_batch_that_was_read_before_a_new_connection_for_sent()
    {
        Do(new SenderEvent.Connected());
        Do(new SenderEvent.Disconnected());
        Do(new SenderEvent.Connected());
        Do(new SenderEvent.BatchLeft(1, 1, 100));

        Assert.That(Sent.Last(), Is.EqualTo((1L, 1L)).Or.EqualTo((1L, 101L)));
        Assert.That(_state.IsReading, Is.True);
    }

    [Test]
    public void Waits_before_it_tries_a_batch_again_that_could_not_leave()
    {
        Do(new SenderEvent.Connected());
        Do(new SenderEvent.BatchLeft(1, 1, 0));
        Assert.That(Sent.Count(), Is.EqualTo(1));

        _now = 5_000;
        Do(new SenderEvent.Tick());
        Assert.That(Sent.Count(), Is.EqualTo(2));
    }

    [Test]
    public void Sends_a_new_record_at_once_when_all_others_are_acknowledged()
    {
        Connect();
        Acknowledge(1, 250);
        Acknowledge(2, 900);
        Assert.That(_state.IsDrained, Is.True);

        DoAndLeave(new SenderEvent.Appended(3, 1));

        Assert.That(Sent.Last(), Is.EqualTo((3L, 1L)));
    }

    private void Connect() => DoAndLeave(new SenderEvent.Connected());

    private void Acknowledge(long epoch, long upTo) => DoAndLeave(new SenderEvent.Acknowledged(new JournalAck { SpoolId = SpoolId, Epoch = epoch, UpTo = upTo }));

    private void Do(SenderEvent happened)
    {
        (_state, var effects) = JournalSender.Step(_state, happened, _now);
        _effects.AddRange(effects);
    }

    /// <summary>The same with a wire on which every batch of 100 leaves at once.</summary>
    private void DoAndLeave(SenderEvent happened)
    {
        var from = _effects.Count;
        Do(happened);
        for (; from < _effects.Count; from++)
        {
            if (_effects[from] is SenderEffect.SendBatch batch)
            {
                var last = _state.Held.First(held => held.Epoch == batch.Epoch).LastSequence;
                Do(new SenderEvent.BatchLeft(batch.Epoch, batch.First, Math.Min(last, batch.First + 99)));
            }
        }
    }
}
