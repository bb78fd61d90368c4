using System.Text;
using Fablab.Contracts;
using Fablab.Web.Data;
using Fablab.Web.Messaging;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Messaging;

public class A_message_that_is_not_understood(StorageProvider provider) : LabTest(provider)
{
    private const string Root = "fablab/v1/atelier/atelier-bridge/up/";

    private static readonly string TooDeep = string.Concat(Enumerable.Repeat("{\"a\":", 20)) + "1" + new string('}', 20);

    private BridgeSide bridge = null!;

    public static IEnumerable<TestCaseData> Broken() =>
        from channel in new[] { "hello", "online", "journal", "reported/printer-1", "lease-req/printer-1" }
        from text in new[] { "{", "[]", "null", "{\"surprise\":1}", TooDeep, "\0\ud83d" }
        select new TestCaseData(channel, text) { TestName = $"Is_put_aside({channel}, {text[..Math.Min(12, text.Length)].Replace('\0', '0').Replace('\ud83d', 'D')})" };

    [SetUp]
    public void A_new_day()
    {
        // One bridge's messages are counted by the day.
        Lab.Clock.Advance(TimeSpan.FromDays(1.5));
        bridge = new BridgeSide(Lab);
    }

    [TestCaseSource(nameof(Broken))]
    public async Task Put_aside(string channel, string text)
    {
        var before = await QuarantinedAsync();

        var answers = await TakeAsync(channel, Encoding.UTF8.GetBytes(text));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers, Is.Empty);
            Assert.That(await QuarantinedAsync(), Is.EqualTo(before + 1));
        }
    }

    [TestCase(0)]
    [TestCase(JournalBatch.MaxRecords + 1)]
    public async Task Is_put_aside_when_a_batch_is_empty_or_too_large(int records)
    {
        var before = await QuarantinedAsync();
        var batch = new JournalBatch
        {
            SpoolId = Guid.NewGuid(), Epoch = 1,
            Records = [.. Enumerable.Range(1, records).Select(number => new JournalRecord(number, "{}", JournalHash.Start, JournalHash.Start))],
        };

        var answers = await TakeAsync("journal", ContractsJson.Write(batch));

        Assert.That((answers.Count, await QuarantinedAsync()), Is.EqualTo((0, before + 1)));
    }

    [TestCase("reported/printer-9")]
    [TestCase("lease-req/printer-9")]
    [TestCase("reported/laser-1")]
    [TestCase("lease-req/laser-1")]
    public async Task Gets_no_answer_when_it_is_about_a_machine_that_is_not_the_bridge_s(string channel)
    {
        var machine = channel[(channel.IndexOf('/') + 1)..];
        var payload = channel.StartsWith("lease", StringComparison.Ordinal)
            ? ContractsJson.Write(new LeaseRequest { Nonce = "1-1", Machine = machine, Session = Guid.NewGuid(), Generation = 1 })
            : ContractsJson.Write(new ReportedTwin
            {
                Machine = machine, Version = 1, Epoch = 1, DesiredVersion = 1, At = Lab.Clock.GetUtcNow(), Mode = MachineMode.Available, Link = ReportedLink.Up,
                Activity = ReportedActivity.Running, Relay = RelayState.None,
            });

        var answers = await TakeAsync(channel, payload);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers, Is.Empty);
            Assert.That(Lab.Services.GetRequiredService<Fablab.Web.Features.LiveBoard.LiveBoard>().Of(machine).Twin, Is.Null);
        }
    }

    [TestCase("fablab/v1/atelier/no-such-bridge/up/journal")]
    [TestCase("fablab/v1/nowhere/atelier-bridge/up/journal")]
    [TestCase("fablab/v2/atelier/atelier-bridge/up/journal")]
    [TestCase("fablab/v1/atelier/atelier-bridge/up/gossip")]
    [TestCase("/")]
    public async Task Is_dropped_when_its_topic_belongs_to_no_bridge(string topic)
    {
        var before = await QuarantinedAsync();

        var answers = await Inbox.TakeAsync(topic, "{}"u8.ToArray(), CancellationToken.None);

        Assert.That((answers.Count, await QuarantinedAsync()), Is.EqualTo((0, before)));
    }

    [Test]
    public async Task Stops_no_other()
    {
        var (_, session) = await bridge.BeginUseAsync(Maker);
        await TakeAsync("journal", "{"u8.ToArray());

        var answer = await bridge.SendAsync(bridge.Meter(session, 1_000, 1_000), bridge.Close(session, 1_000));

        Assert.That(answer.Ack?.UpTo, Is.EqualTo(2));
    }

    [Test]
    public async Task Is_kept_up_to_a_length_and_a_number_a_day()
    {
        var lengthy = Encoding.UTF8.GetBytes(new string('x', 100_000));
        var before = await QuarantinedAsync();

        for (var i = 0; i < BridgeInbox.MostPutAsideADay + 20; i++)
        {
            await TakeAsync("online", lengthy);
        }

        var kept = await Lab.WithDbAsync(db => db.Quarantined.Where(row => row.Content.StartsWith("xxx")).ToListAsync());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await QuarantinedAsync() - before, Is.EqualTo(BridgeInbox.MostPutAsideADay));
            Assert.That(kept.Select(row => row.Content.Length), Has.All.EqualTo(BridgeInbox.LongestPutAside));
        }
    }

    private BridgeInbox Inbox => Lab.Services.GetRequiredService<BridgeInbox>();

    private Task<IReadOnlyList<BridgeAnswer>> TakeAsync(string channel, byte[] payload) => Inbox.TakeAsync(Root + channel, payload, CancellationToken.None);

    private Task<int> QuarantinedAsync() => Lab.WithDbAsync(db => db.Quarantined.CountAsync());
}
