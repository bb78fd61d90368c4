using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;

namespace Fablab.Web.Tests.Messaging.Broker;

public class Retained_messages
{
    private const string First = "fablab/v1/north/bridge-a/up/online";
    private const string Second = "fablab/v1/north/bridge-a/up/reported/laser-1";

    private string folder = "";

    [SetUp]
    public void Make_a_folder() => folder = Directory.CreateTempSubdirectory("fablab-retained-").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Are_on_disk_when_their_sender_is_told_so()
    {
        await using var running = Store(Path.Combine(folder, "retained.db"));
        await running.LoadAsync(CancellationToken.None);
        await running.SaveAsync(new RetainedMessage(First, new byte[] { 7 }, 1, null), CancellationToken.None);

        // What a kill -9 leaves: the files as they lie there now.
        var left = Directory.CreateDirectory(Path.Combine(folder, "left")).FullName;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, Path.Combine(left, Path.GetFileName(file)));
        }

        await using var again = Store(Path.Combine(left, "retained.db"));
        var found = await again.LoadAsync(CancellationToken.None);

        Assert.That(found.Single().Topic, Is.EqualTo(First));
    }

    [Test]
    public async Task That_could_not_be_cleared_keep_their_place()
    {
        var disk = new Disk();
        using var counters = new BrokerCounters();
        var messages = new RetainedMessages(disk, new BrokerOptions { MaxRetainedPerOwner = 1 }, counters, NullLogger<RetainedMessages>.Instance);
        await messages.KeepAsync(Message(First, 1), CancellationToken.None);

        disk.IsFull = true;
        var cleared = await messages.KeepAsync(Message(First), CancellationToken.None);
        disk.IsFull = false;
        var second = await messages.KeepAsync(Message(Second, 1), CancellationToken.None);

        Assert.That((cleared?.ReasonCode, second?.ReasonCode), Is.EqualTo((BrokerRefusal.ImplementationSpecific, BrokerRefusal.QuotaExceeded)));
    }

    [Test]
    public async Task Outlive_a_restart_of_the_broker_unless_they_were_cleared()
    {
        await using (var first = await TestBroker.StartAsync(folder))
        {
            using var web = await first.ConnectAsync("web");
            await web.SayAsync("fablab/v1/north/bridge-a/down/desired/laser-1", "old", retain: true);
            await web.SayAsync("fablab/v1/north/bridge-a/down/desired/laser-1", "new", retain: true);
            await web.SayAsync("fablab/v1/north/bridge-a/down/desired/gone", "x", retain: true);
            await web.SayAsync("fablab/v1/north/bridge-a/down/desired/gone", "", retain: true);
        }

        await using var second = await TestBroker.StartAsync(folder);
        using var bridge = await second.ConnectAsync("bridge-a");
        using var webAgain = await second.ConnectAsync("web");
        var down = bridge.Inbox();
        await bridge.HearAsync("fablab/v1/north/bridge-a/down/#");
        var retained = await down.NextAsync();
        await webAgain.SayAsync("fablab/v1/north/bridge-a/down/replay", "last");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(retained, Is.EqualTo(new Letter("fablab/v1/north/bridge-a/down/desired/laser-1", "new", true)));
            Assert.That((await down.NextAsync()).Text, Is.EqualTo("last"));
        }
    }

    [Test]
    public async Task That_cannot_be_read_are_set_aside_and_the_broker_starts()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "retained.db"), new string('x', 5_000));

        await using var broker = await TestBroker.StartAsync(folder);

        Assert.That(Directory.GetFiles(folder, "retained.db.broken-*"), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task That_could_not_be_stored_are_not_acknowledged()
    {
        await using var broker = await TestBroker.StartAsync(folder, store: new Disk { IsFull = true });
        using var web = await broker.ConnectAsync("web");

        var kept = await web.SayAsync("fablab/v1/north/bridge-a/down/desired/laser-1", "x", retain: true);
        var passing = await web.SayAsync("fablab/v1/north/bridge-a/down/desired/laser-1", "x");

        Assert.That((kept, passing), Is.EqualTo(((byte)0x83, (byte)0x10)));
    }

    [Test]
    public async Task Of_one_owner_are_limited_in_number()
    {
        await using var broker = await TestBroker.StartAsync(folder, options => options.MaxRetainedPerOwner = 2);
        using var bridge = await broker.ConnectAsync("bridge-a");
        using var other = await broker.ConnectAsync("bridge-b");

        var codes = new List<byte>();
        foreach (var machine in new[] { "a", "b", "a", "c" })
        {
            codes.Add(await bridge.SayAsync($"fablab/v1/north/bridge-a/up/reported/{machine}", "x", retain: true));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(codes, Is.EqualTo(new byte[] { 0x10, 0x10, 0x10, 0x97 }));
            Assert.That(await other.SayAsync("fablab/v1/north/bridge-b/up/reported/a", "x", retain: true), Is.EqualTo(0x10));
        }
    }

    private static MqttApplicationMessage Message(string topic, params byte[] payload) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag().Build();

    private static RetainedMessageFile Store(string path) => new(path, TimeProvider.System, NullLogger<RetainedMessageFile>.Instance);

    private sealed class Disk : IRetainedMessageStore
    {
        public bool IsFull { get; set; }

        public ValueTask<IReadOnlyList<RetainedMessage>> LoadAsync(CancellationToken ct) => new([]);

        public ValueTask SaveAsync(RetainedMessage message, CancellationToken ct) =>
            IsFull ? ValueTask.FromException(new IOException("No space left on device.")) : ValueTask.CompletedTask;
    }
}
