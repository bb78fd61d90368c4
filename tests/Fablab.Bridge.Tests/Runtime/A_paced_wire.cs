using System.Text;
using Fablab.Bridge.Runtime;
using Fablab.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Bridge.Tests.Runtime;

public class A_paced_wire
{
    private static readonly BridgeAddress Address = new("lab", "bridge-1");

    private readonly FakeTimeProvider _clock = new();
    private PretendedWire _broker = null!;
    private PacedWire _wire = null!;

    [SetUp]
    public void Begin()
    {
        _broker = new PretendedWire(() => { });
        _wire = new PacedWire(_broker, _clock);
    }

    [TearDown]
    public void End() => _wire.Dispose();

    [Test]
    public void Lets_a_burst_pass_and_then_keeps_to_its_rate()
    {
        Fill(PacedWire.Burst + 60);
        Assert.That(_broker.Published, Has.Count.EqualTo(PacedWire.Burst));

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(_broker.Published, Has.Count.EqualTo(PacedWire.Burst + PacedWire.MessagesPerSecond));
    }

    [Test]
    public void Never_keeps_a_wish_for_a_lease_or_a_command_for_a_device_waiting()
    {
        Fill(PacedWire.Burst + 60);

        Say(Topics.LeaseRequest(Address, "laser-1"), "lease");
        Say("cmnd/plug-1/POWER", "OFF");

        Assert.That(_broker.Published.TakeLast(2).Select(Text), Is.EqualTo(new[] { "lease", "OFF" }));
    }

    [Test]
    public void Pays_for_what_left_on_credit_before_others_leave()
    {
        Fill(PacedWire.Burst + 60);
        for (var i = 0; i < PacedWire.MessagesPerSecond; i++)
        {
            Say(Topics.LeaseRequest(Address, $"laser-{i}"), "lease");
        }

        var before = _broker.Published.Count;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_broker.Published, Has.Count.EqualTo(before));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_broker.Published, Has.Count.EqualTo(before + PacedWire.MessagesPerSecond));
    }

    [Test]
    public void Sends_only_the_newest_twin_of_a_machine_in_the_place_of_its_oldest()
    {
        Fill(PacedWire.Burst);
        Say(Topics.Reported(Address, "laser-1"), "old");
        Say(Topics.Reported(Address, "laser-2"), "second");
        Say(Topics.Reported(Address, "laser-1"), "new");

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(_broker.Published.Skip(PacedWire.Burst).Select(Text), Is.EqualTo(new[] { "new", "second" }));
    }

    [Test]
    public void Keeps_the_journal_in_order_and_takes_turns_with_the_twins()
    {
        Fill(PacedWire.Burst);
        Say(Topics.Hello(Address), "hello");
        Say(Topics.Journal(Address), "1");
        Say(Topics.Journal(Address), "2");
        Say(Topics.Reported(Address, "laser-1"), "a");
        Say(Topics.Reported(Address, "laser-2"), "b");

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(_broker.Published.Skip(PacedWire.Burst).Select(Text), Is.EqualTo(new[] { "a", "hello", "b", "1", "2" }).Or.EqualTo(new[] { "hello", "a", "1", "b", "2" }));
    }

    private void Fill(int twins)
    {
        for (var i = 0; i < twins; i++)
        {
            Say(Topics.Reported(Address, $"filler-{i}"), "twin");
        }
    }

    private void Say(string topic, string payload) => _wire.Publish(topic, Encoding.UTF8.GetBytes(payload), retain: false);

    private static string Text(WireMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}
