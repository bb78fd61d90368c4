using CsCheck;

namespace Fablab.Contracts.Tests;

public class A_topic
{
    private static readonly BridgeAddress Bridge = new("north", "wood-shop");

    private static readonly string[] Words = ["fablab", "v1", "north", "up", "down", "hello", "reported", "+", "#", "", "\0"];

    private static readonly TestCaseData[] Topics_of_the_protocol =
    [
        new(Topics.Hello(Bridge), TopicChannel.Hello, null),
        new(Topics.Online(Bridge), TopicChannel.Online, null),
        new(Topics.Reported(Bridge, "laser-1"), TopicChannel.Reported, "laser-1"),
        new(Topics.Journal(Bridge), TopicChannel.Journal, null),
        new(Topics.LeaseRequest(Bridge, "laser-1"), TopicChannel.LeaseRequest, "laser-1"),
        new(Topics.Desired(Bridge, "laser-1"), TopicChannel.Desired, "laser-1"),
        new(Topics.LeaseAnswer(Bridge, "laser-1"), TopicChannel.LeaseAnswer, "laser-1"),
        new(Topics.JournalAck(Bridge), TopicChannel.JournalAck, null),
        new(Topics.Replay(Bridge), TopicChannel.Replay, null),
    ];

    [TestCaseSource(nameof(Topics_of_the_protocol))]
    public void Tells_its_bridge_channel_and_machine(string topic, TopicChannel channel, string? machine)
    {
        var parsed = TopicName.TryParse(topic, out var name);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(parsed, Is.True);
            Assert.That(name, Is.EqualTo(new TopicName(Bridge, channel, machine)));
        }
    }

    [Test]
    public void Exists_for_every_channel()
    {
        Assert.That(Topics_of_the_protocol.Select(c => c.Arguments[1]), Is.EquivalentTo(Enum.GetValues<TopicChannel>()));
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("fablab/v1/north/wood-shop/up")]
    [TestCase("fablab/v1/north/wood-shop/up/")]
    [TestCase("fablab/v2/north/wood-shop/up/hello")]
    [TestCase("FABLAB/v1/north/wood-shop/up/hello")]
    [TestCase("/fablab/v1/north/wood-shop/up/hello")]
    [TestCase("fablab/v1/north/wood-shop/up/hello/")]
    [TestCase("fablab/v1/north/wood-shop/up/hello/laser-1")]
    [TestCase("fablab/v1/north/wood-shop/up/reported")]
    [TestCase("fablab/v1/north/wood-shop/up/reported/")]
    [TestCase("fablab/v1/north/wood-shop/up/reported/laser-1/more")]
    [TestCase("fablab/v1/north/wood-shop/up/reported/+")]
    [TestCase("fablab/v1/north/wood-shop/up/#")]
    [TestCase("fablab/v1/+/wood-shop/up/hello")]
    [TestCase("fablab/v1/north/../up/hello")]
    [TestCase("fablab/v1/north/wood-shop/down/hello")]
    [TestCase("fablab/v1/north/wood-shop/up/desired/laser-1")]
    [TestCase("fablab/v1/north/wood-shop/down/cmd")]
    [TestCase("fablab/v1/north/wood-shop/up/hello\0")]
    [TestCase("$SYS/broker/version")]
    public void That_is_not_of_the_protocol_does_not_parse(string topic)
    {
        Assert.That(TopicName.TryParse(topic, out _), Is.False);
    }

    [Test]
    public void Never_throws_whatever_it_says()
    {
        var part = Gen.OneOf(Gen.Int[0, Words.Length - 1].Select(i => Words[i]), Gen.String);

        part.Array[0, 9].Sample(parts => TopicName.TryParse(string.Join('/', parts), out var name) == (name is not null));
    }

    [Test]
    public void For_one_bridge_lies_below_its_own_root_only()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Topics_of_the_protocol.Select(c => (string)c.Arguments[0]!), Has.All.StartsWith("fablab/v1/north/wood-shop/"));
            Assert.That(Topics.AllDown(Bridge), Is.EqualTo("fablab/v1/north/wood-shop/down/#"));
            Assert.That(Topics.AllUp, Is.EqualTo("fablab/v1/+/+/up/#"));
        }
    }
}
