using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;

namespace Fablab.Web.Tests.Messaging.Broker;

public class Retained_messages
{
    private const string First = "fablab/v1/north/bridge-a/up/online";
    private const string Second = "fablab/v1/north/bridge-a/up/reported/laser-1";

    [Test]
    public async Task Are_on_disk_when_their_sender_is_told_so()
    {
        var folder = Directory.CreateTempSubdirectory("fablab-retained-").FullName;
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

    private static MqttApplicationMessage Message(string topic, params byte[] payload) =>
        new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithRetainFlag().Build();

    private static RetainedMessageFile Store(string path) => new(path, TimeProvider.System, NullLogger<RetainedMessageFile>.Instance);

    private sealed class Disk : IRetainedMessageStore
    {
        public bool IsFull { get; set; }

        public ValueTask<IReadOnlyList<RetainedMessage>> LoadAsync(CancellationToken ct) => new([]);

        public ValueTask SaveAsync(RetainedMessage message, CancellationToken ct) => IsFull ? throw new IOException("full") : ValueTask.CompletedTask;
    }
}
