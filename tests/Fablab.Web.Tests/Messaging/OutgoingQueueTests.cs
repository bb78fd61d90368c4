using Fablab.Mqtt;

namespace Fablab.Web.Tests.Messaging;

public class The_outgoing_queue
{
    [Test]
    public async Task Refuses_at_once_what_has_no_room()
    {
        var queue = new OutgoingQueue(limit: 2, limitBytes: 1_000, sendAttempts: 3);
        queue.Add(Event("a"));
        queue.Add(Event("b"));

        var third = queue.Add(Event("c"));

        Assert.That((await third.Outcome).Status, Is.EqualTo(PublishStatus.QueueFull));
        Assert.That(queue.Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Counts_bytes_as_well_as_messages()
    {
        var queue = new OutgoingQueue(limit: 100, limitBytes: 10, sendAttempts: 3);
        queue.Add(Event("a", bytes: 6));

        var second = queue.Add(Event("b", bytes: 6));

        Assert.That((await second.Outcome).Status, Is.EqualTo(PublishStatus.QueueFull));
    }

    [Test]
    public async Task Lets_a_retained_message_take_the_place_of_the_older_one_of_its_topic_even_when_full()
    {
        var queue = new OutgoingQueue(limit: 2, limitBytes: 1_000, sendAttempts: 3);
        var older = queue.Add(State("reported/laser-1", 1));
        queue.Add(Event("journal"));

        var newer = queue.Add(State("reported/laser-1", 2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await older.Outcome).Status, Is.EqualTo(PublishStatus.Superseded));
            Assert.That(newer.Outcome.IsCompleted, Is.False);
            Assert.That(TakeAll(queue), Is.EqualTo(new[] { "journal", "reported/laser-1" }), "the newer one goes to the end");
        }
    }

    [Test]
    public void Sends_again_in_the_old_order_what_was_on_its_way_when_the_connection_broke()
    {
        var queue = new OutgoingQueue(limit: 10, limitBytes: 1_000, sendAttempts: 3);
        queue.Add(Event("first"));
        queue.Add(Event("second"));
        queue.TryTake(out _);
        queue.Add(Event("third"));

        queue.Rewind();

        Assert.That(TakeAll(queue), Is.EqualTo(new[] { "first", "second", "third" }));
    }

    [Test]
    public async Task Does_not_send_an_old_retained_message_again_after_a_newer_one_was_queued()
    {
        var queue = new OutgoingQueue(limit: 10, limitBytes: 1_000, sendAttempts: 3);
        var older = queue.Add(State("reported/laser-1", 1));
        queue.TryTake(out _);
        queue.Add(State("reported/laser-1", 2));

        queue.Rewind();

        Assert.That((await older.Outcome).Status, Is.EqualTo(PublishStatus.Superseded));
        Assert.That(queue.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Gives_up_a_message_under_which_the_connection_breaks_every_time()
    {
        var queue = new OutgoingQueue(limit: 10, limitBytes: 1_000, sendAttempts: 3);
        var cursed = queue.Add(Event("too big for the broker"));
        queue.Add(Event("next"));

        for (var attempt = 0; attempt < 3; attempt++)
        {
            queue.TryTake(out _);
            queue.Rewind();
        }

        Assert.That((await cursed.Outcome).Status, Is.EqualTo(PublishStatus.GivenUp));
        Assert.That(TakeAll(queue), Is.EqualTo(new[] { "next" }));
    }

    [Test]
    public async Task Does_not_send_again_what_its_sender_took_back_while_it_was_on_its_way()
    {
        var queue = new OutgoingQueue(limit: 10, limitBytes: 1_000, sendAttempts: 3);
        var lease = queue.Add(Event("lease-req/laser-1"));
        queue.TryTake(out _);
        queue.Withdraw(lease, new PublishOutcome(PublishStatus.Expired));

        queue.Rewind();

        Assert.That((await lease.Outcome).Status, Is.EqualTo(PublishStatus.Expired));
        Assert.That(queue.Count, Is.Zero);
    }

    [Test]
    public async Task Tells_everybody_who_waits_when_the_link_stops()
    {
        var queue = new OutgoingQueue(limit: 10, limitBytes: 1_000, sendAttempts: 3);
        var waiting = queue.Add(Event("a"));

        queue.Close();
        var late = queue.Add(Event("b"));

        Assert.That((await waiting.Outcome).Status, Is.EqualTo(PublishStatus.Stopped));
        Assert.That((await late.Outcome).Status, Is.EqualTo(PublishStatus.Stopped));
    }

    private static MqttMessage Event(string topic, int bytes = 1) => new() { Topic = topic, Payload = new byte[bytes] };

    private static MqttMessage State(string topic, byte version) => new() { Topic = topic, Payload = new[] { version }, Retain = true };

    private static List<string> TakeAll(OutgoingQueue queue)
    {
        var topics = new List<string>();
        while (queue.TryTake(out var entry))
        {
            topics.Add(entry.Message.Topic);
        }

        return topics;
    }
}
