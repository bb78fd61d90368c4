using Fablab.Mqtt;

namespace Fablab.Web.Tests.Messaging;

public class The_wait_before_connecting_again
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Test]
    public void Is_never_shorter_than_half_a_second_nor_longer_than_thirty([Range(0, 80, 5)] int failures, [Values(0, 0.5, 0.999999)] double random)
    {
        var wait = ReconnectDelay.Next(failures, Shortest, Longest, random);

        Assert.That(wait, Is.InRange(Shortest, Longest));
    }

    [Test]
    public void Spreads_over_the_whole_range_after_many_failures()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ReconnectDelay.Next(20, Shortest, Longest, 0), Is.EqualTo(Shortest));
            Assert.That(ReconnectDelay.Next(20, Shortest, Longest, 0.5), Is.EqualTo(TimeSpan.FromSeconds(15.25)));
        }
    }

    [Test]
    public void Starts_short() => Assert.That(ReconnectDelay.Next(0, Shortest, Longest, 0.999999), Is.LessThan(TimeSpan.FromSeconds(1)));
}

public class A_client_id_is_contested
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void When_it_is_taken_over_more_than_three_times_within_a_minute()
    {
        var watch = new TakeOverWatch(limit: 3, TimeSpan.FromMinutes(1));

        var verdicts = Enumerable.Range(0, 4).Select(i => watch.IsContested(Noon.AddSeconds(10 * i))).ToList();

        Assert.That(verdicts, Is.EqualTo(new[] { false, false, false, true }));
    }

    [Test]
    public void But_not_when_take_overs_are_rare()
    {
        var watch = new TakeOverWatch(limit: 3, TimeSpan.FromMinutes(1));

        var verdicts = Enumerable.Range(0, 20).Select(i => watch.IsContested(Noon.AddSeconds(20 * i))).ToList();

        Assert.That(verdicts, Has.None.True);
    }
}

public class A_topic_filter
{
    [TestCase("a/b", "a/b", true)]
    [TestCase("a/+", "a/b", true)]
    [TestCase("a/+", "a/b/c", false)]
    [TestCase("a/#", "a/b/c", true)]
    [TestCase("a/#", "a", true)]
    [TestCase("a/+/c", "a/b/c", true)]
    [TestCase("+", "a/b", false)]
    [TestCase("a/b", "a", false)]
    [TestCase("#", "$SYS/broker", false)]
    [TestCase("+/broker", "$SYS/broker", false)]
    public void Names_topics(string filter, string topic, bool names) => Assert.That(MqttTopics.Matches(filter, topic), Is.EqualTo(names));

    [TestCase("a/b", "a/#", true)]
    [TestCase("a/#", "a/#", true)]
    [TestCase("a/+/c", "a/+/#", true)]
    [TestCase("a/+", "a/+", true)]
    [TestCase("#", "a/#", false)]
    [TestCase("+/b", "a/#", false)]
    [TestCase("a/#", "a/+", false)]
    [TestCase("a/+", "a/b", false)]
    [TestCase("a", "a/#", true)]
    [TestCase("a/#", "a/b/#", false)]
    public void Is_covered_by_a_wider_one(string filter, string wider, bool covered) =>
        Assert.That(MqttTopics.IsCovered(filter, wider), Is.EqualTo(covered));

    [TestCase("a/b", true)]
    [TestCase("+/+/#", true)]
    [TestCase("#", true)]
    [TestCase("a#", false)]
    [TestCase("+a", false)]
    [TestCase("a/#/b", false)]
    [TestCase("", false)]
    [TestCase("a\0b", false)]
    public void Has_wildcards_only_as_whole_levels(string filter, bool valid) => Assert.That(MqttTopics.IsSubscribable(filter), Is.EqualTo(valid));

    [TestCase("a/b", true)]
    [TestCase("a/+/b", false)]
    [TestCase("a/#", false)]
    [TestCase("", false)]
    public void Is_not_a_topic_to_publish_on(string topic, bool valid) => Assert.That(MqttTopics.IsPublishable(topic), Is.EqualTo(valid));
}
