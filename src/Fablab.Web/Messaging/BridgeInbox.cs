using System.Text;
using Fablab.Contracts;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging.Journals;
using Fablab.Web.Messaging.Leases;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Messaging;

/// <summary>What to publish in answer to a bridge's message.</summary>
internal sealed record BridgeAnswer(string Topic, byte[] Payload);

/// <summary>
/// Takes one message of a bridge and says what to answer. A message that is not understood is put aside with its reason: it
/// neither stops the others nor disappears.
/// </summary>
internal sealed partial class BridgeInbox(IServiceScopeFactory scopes, MachineDirectory machines, BridgeKeys keys, LiveBoard board, LabClock clock, ILogger<BridgeInbox> log)
{
    /// <summary>More than this between a bridge's clock and ours is worth a look; nothing is reckoned by it.</summary>
    private static readonly Duration SkewWorthTelling = Duration.FromSeconds(2);

    /// <summary>Of one bridge. Somebody who looks at these needs no more of them.</summary>
    public const int MostPutAsideADay = 200;

    /// <summary>Characters of a message that is put aside.</summary>
    public const int LongestPutAside = 16_384;

    public async Task<IReadOnlyList<BridgeAnswer>> TakeAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (!TopicName.TryParse(topic, out var name) || await machines.BridgeAsync(name.Bridge, ct) is not { } bridge)
        {
            LogUnknownTopic(topic);
            return [];
        }

        return name.Channel switch
        {
            TopicChannel.Reported => await ReportedAsync(bridge, name, payload, ct),
            TopicChannel.Online => await OnlineAsync(bridge, name, payload, ct),
            TopicChannel.Hello => await HelloAsync(bridge, name, payload, ct),
            TopicChannel.Journal => await JournalAsync(bridge, name, payload, ct),
            TopicChannel.LeaseRequest => await LeaseAsync(bridge, name, payload, ct),
            _ => [],
        };
    }

    private async Task<IReadOnlyList<BridgeAnswer>> ReportedAsync(BridgeRow bridge, TopicName name, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (!ContractsJson.TryRead<ReportedTwin>(payload.Span, out var twin, out var reason))
        {
            return await PutAsideAsync(bridge, name, payload, reason, ct);
        }

        if (await machines.FindAsync(name.Machine!, ct) is { } machine && machine.Bridge == bridge.Id && twin.Machine == name.Machine)
        {
            board.Reported(name.Bridge, twin);
        }
        else
        {
            LogUnknownMachine(bridge.Code, name.Machine!, name.Channel);
        }

        return [];
    }

    private async Task<IReadOnlyList<BridgeAnswer>> OnlineAsync(BridgeRow bridge, TopicName name, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (!ContractsJson.TryRead<Online>(payload.Span, out var online, out var reason))
        {
            return await PutAsideAsync(bridge, name, payload, reason, ct);
        }

        board.Heard(name.Bridge, online);
        return [];
    }

    private async Task<IReadOnlyList<BridgeAnswer>> HelloAsync(BridgeRow bridge, TopicName name, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (!ContractsJson.TryRead<Hello>(payload.Span, out var hello, out var reason))
        {
            return await PutAsideAsync(bridge, name, payload, reason, ct);
        }

        var skew = Instant.FromDateTimeOffset(hello.At) - clock.Now;
        if (skew > SkewWorthTelling || skew < -SkewWorthTelling)
        {
            LogSkew(bridge.Code, (long)skew.TotalMilliseconds);
        }

        await using var scope = scopes.CreateAsyncScope();
        var greeting = await scope.ServiceProvider.GetRequiredService<BridgeGreeting>().AnswerAsync(bridge, hello, ct);
        return
        [
            .. greeting.Acks.Select(ack => new BridgeAnswer(Topics.JournalAck(name.Bridge), ContractsJson.Write(ack))),
            .. greeting.Replays.Select(replay => new BridgeAnswer(Topics.Replay(name.Bridge), ContractsJson.Write(replay))),
        ];
    }

    private async Task<IReadOnlyList<BridgeAnswer>> JournalAsync(BridgeRow bridge, TopicName name, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (!ContractsJson.TryRead<JournalBatch>(payload.Span, out var batch, out var reason))
        {
            return await PutAsideAsync(bridge, name, payload, reason, ct);
        }

        if (batch.Records.Count is 0 or > JournalBatch.MaxRecords)
        {
            return await PutAsideAsync(bridge, name, payload, $"A batch has 1 to {JournalBatch.MaxRecords} records.", ct);
        }

        await using var scope = scopes.CreateAsyncScope();
        var answer = await scope.ServiceProvider.GetRequiredService<JournalInbox>().TakeAsync(bridge, batch, ct);
        return
        [
            .. answer.Ack is { } ack ? [new BridgeAnswer(Topics.JournalAck(name.Bridge), ContractsJson.Write(ack))] : (BridgeAnswer[])[],
            .. answer.Replay is { } replay ? [new BridgeAnswer(Topics.Replay(name.Bridge), ContractsJson.Write(replay))] : (BridgeAnswer[])[],
        ];
    }

    private async Task<IReadOnlyList<BridgeAnswer>> LeaseAsync(BridgeRow bridge, TopicName name, ReadOnlyMemory<byte> payload, CancellationToken ct)
    {
        if (!ContractsJson.TryRead<LeaseRequest>(payload.Span, out var request, out var reason))
        {
            return await PutAsideAsync(bridge, name, payload, reason, ct);
        }

        if (await machines.FindAsync(name.Machine!, ct) is not { } machine || machine.Bridge != bridge.Id || request.Machine != name.Machine)
        {
            LogUnknownMachine(bridge.Code, name.Machine!, name.Channel);
            return [];
        }

        await using var scope = scopes.CreateAsyncScope();
        var answer = await scope.ServiceProvider.GetRequiredService<LeaseDesk>().AnswerAsync(machine.Id, request, ct);
        var signed = SignedText.Sign(keys.Of(bridge).LeaseKey, ContractsJson.Write(answer));
        return [new BridgeAnswer(Topics.LeaseAnswer(name.Bridge, name.Machine!), Encoding.ASCII.GetBytes(signed))];
    }

    /// <summary>Kept whole as far as it goes, for a person; what a bridge repeats without end is counted and not kept.</summary>
    private async Task<IReadOnlyList<BridgeAnswer>> PutAsideAsync(BridgeRow bridge, TopicName name, ReadOnlyMemory<byte> payload, string reason, CancellationToken ct)
    {
        LogNotUnderstood(bridge.Code, name.Channel, reason);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var since = clock.Now - Duration.FromDays(1);
        if (await db.Quarantined.CountAsync(row => row.Bridge == bridge.Id && row.ReceivedAt > since, ct) >= MostPutAsideADay)
        {
            LogTooManyPutAside(bridge.Code, MostPutAsideADay);
            return [];
        }

        var text = Encoding.UTF8.GetString(payload.Span);
        db.PutAside(bridge, $"{name.Channel}: {reason}", text[..Math.Min(text.Length, LongestPutAside)], clock.Now);
        await db.SaveChangesAsync(ct);
        return [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bridge {Bridge} sent more than {Limit} messages in a day that are not understood; this one is not kept")]
    private partial void LogTooManyPutAside(string bridge, int limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bridge {Bridge} speaks of machine {Machine} on {Channel}, which is not registered for it; it is not answered")]
    private partial void LogUnknownMachine(string bridge, string machine, TopicChannel channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message on {Topic} belongs to no known bridge; it is dropped")]
    private partial void LogUnknownTopic(string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Bridge {Bridge} sent a message on {Channel} that is not understood; it is quarantined: {Reason}")]
    private partial void LogNotUnderstood(string bridge, TopicChannel channel, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clock of bridge {Bridge} is {SkewMilliseconds} ms off")]
    private partial void LogSkew(string bridge, long skewMilliseconds);
}
