using System.Collections.Concurrent;
using System.Threading.Channels;
using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Mqtt;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Messaging.Twins;

namespace Fablab.Web.Messaging;

/// <summary>
/// The web's side of the broker: takes what bridges send, answers, and publishes the desired twin of every machine whose desk
/// changed. After every connect all twins go out again, so nothing depends on what a broker remembered.
/// </summary>
internal sealed partial class BrokerSession(
    BrokerWay way,
    IServiceScopeFactory scopes,
    BridgeInbox inbox,
    DeskNews news,
    LiveBoard board,
    MachineDirectory machines,
    TimeProvider time,
    ILoggerFactory logs,
    ILogger<BrokerSession> log) : BackgroundService
{
    /// <summary>Batches that wait for the database. No more are taken: the bridge sends them again until they are acknowledged.</summary>
    private const int WaitingBatches = 64;

    private readonly Channel<MqttMessage> journal = Channel.CreateBounded<MqttMessage>(
        new BoundedChannelOptions(WaitingBatches) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    /// <summary>How often a twin that no bridge confirmed yet goes out again: a broker that died may have taken it along.</summary>
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(10);

    /// <summary>After two programs threw each other out; one of them is gone by then, or a person has read the log.</summary>
    private static readonly TimeSpan PauseAfterContest = TimeSpan.FromMinutes(1);

    /// <summary>A hello that the database could not take. Nobody repeats it before the next connection, and records are dated by it.</summary>
    private const int HelloTries = 10;

    private static readonly TimeSpan PauseBetweenHelloTries = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<MachineId, long> published = new();
    private volatile MqttLink? link;

    public bool IsConnected => link?.IsConnected ?? false;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(
                RunLinksAsync(stoppingToken), TakeJournalsAsync(stoppingToken), PublishChangesAsync(stoppingToken), RepeatUnconfirmedAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An orderly stop.
        }
    }

    /// <summary>A link ends for good when another program uses our name; after a pause there is a new one, for we must not stay deaf.</summary>
    private async Task RunLinksAsync(CancellationToken ct)
    {
        var options = way.Link();
        while (!ct.IsCancellationRequested)
        {
            link = new MqttLink(options, Handlers(), time, logs.CreateLogger<MqttLink>());
            await link.SubscribeAsync(Topics.AllUp, MqttQos.AtLeastOnce, ct);
            if (await link.RunAsync(ct) is MqttLinkEnd.ClientIdContested)
            {
                LogContested(options.ClientId);
                await Task.Delay(PauseAfterContest, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private MqttLinkHandlers Handlers() => new()
    {
        OnMessage = TakeAsync,
        OnConnected = (_, ct) => TellAllAsync(ct),
        OnDisconnected = (lost, _) =>
        {
            LogDisconnected(lost.Reason);
            return ValueTask.CompletedTask;
        },
        OnPoison = (message, error, _) =>
        {
            LogPoison(message.Topic, error);
            return ValueTask.CompletedTask;
        },
        OnConfigurationError = (wrong, _) =>
        {
            LogRefused(wrong.About, wrong.ReasonCode);
            return ValueTask.CompletedTask;
        },
    };

    private async ValueTask TakeAsync(MqttMessage message, CancellationToken ct)
    {
        // Leases must not wait behind the database's work on journals.
        switch (TopicName.TryParse(message.Topic, out var name) ? name.Channel : (TopicChannel?)null)
        {
            case TopicChannel.Journal:
                if (!journal.Writer.TryWrite(message))
                {
                    LogJournalFull(message.Topic);
                }

                break;
            case TopicChannel.Hello:
                // In its place among the journals, and never left out: a bridge says it once a connection.
                await journal.Writer.WriteAsync(message, ct);
                break;
            default:
                await AnswerAsync(message, ct);
                break;
        }
    }

    private async Task TakeJournalsAsync(CancellationToken ct)
    {
        await foreach (var message in journal.Reader.ReadAllAsync(ct))
        {
            for (var tries = 1; !await TryAnswerAsync(message, ct) && IsHello(message) && tries < HelloTries; tries++)
            {
                await Task.Delay(PauseBetweenHelloTries, time, ct);
            }
        }
    }

    private async Task<bool> TryAnswerAsync(MqttMessage message, CancellationToken ct)
    {
        try
        {
            await AnswerAsync(message, ct);
            return true;
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            // A journal is not acknowledged, so the bridge keeps it and sends it again.
            LogPoison(message.Topic, error);
            return false;
        }
    }

    private static bool IsHello(MqttMessage message) => TopicName.TryParse(message.Topic, out var name) && name.Channel is TopicChannel.Hello;

    private async Task AnswerAsync(MqttMessage message, CancellationToken ct)
    {
        foreach (var answer in await inbox.TakeAsync(message.Topic, message.Payload, ct))
        {
            await link!.PublishAsync(new MqttMessage { Topic = answer.Topic, Payload = answer.Payload }, ct);
        }
    }

    private async Task PublishChangesAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var machine = await news.NextAsync(ct);
            try
            {
                await PublishAsync(machine, ct);
            }
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                LogNotPublished(machine, error);
            }
        }
    }

    private async Task RepeatUnconfirmedAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(RepeatEvery, time);
        while (await timer.WaitForNextTickAsync(ct))
        {
            foreach (var (machine, version) in published)
            {
                try
                {
                    await CompareAsync(machine, version, ct);
                }
                catch (Exception error) when (!ct.IsCancellationRequested)
                {
                    LogNotPublished(machine, error);
                }
            }
        }
    }

    private async Task CompareAsync(MachineId machine, long version, CancellationToken ct)
    {
        if (!IsConnected || await machines.FindAsync(machine, ct) is not { } address || board.Of(address.Code) is not { IsBridgeOnline: true, Twin: { } twin })
        {
            return;
        }

        if (twin.DesiredVersion < version)
        {
            news.Changed(machine);
        }
        else if (twin.DesiredVersion > version)
        {
            LogBridgeIsAhead(address.Code, twin.DesiredVersion, version);
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<DeskWork>().HandleAsync(machine, new DeskEvent.BridgeIsAhead(twin.DesiredVersion), ct);
        }
    }

    /// <summary>By the one that publishes, so that an older state never leaves after a newer one.</summary>
    private async ValueTask TellAllAsync(CancellationToken ct)
    {
        foreach (var machine in await machines.AllAsync(ct))
        {
            news.Changed(machine.Id);
        }
    }

    private async Task PublishAsync(MachineId id, CancellationToken ct)
    {
        if (await machines.FindAsync(id, ct) is not { } machine)
        {
            return;
        }

        // Before the first connect there is nobody to tell; the connect publishes everything.
        if (machine.Address is { } address && link is { } open)
        {
            await using var scope = scopes.CreateAsyncScope();
            var twin = await scope.ServiceProvider.GetRequiredService<DesiredTwins>().OfAsync(machine, ct);
            await open.PublishAsync(
                new MqttMessage { Topic = Topics.Desired(address, machine.Code), Payload = ContractsJson.Write(twin), Retain = true }, ct);
            published[id] = twin.Version;
        }

        board.Touch(machine.Code);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker is gone ({Reason}); connecting again")]
    private partial void LogDisconnected(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on {Topic} could not be handled")]
    private partial void LogPoison(string topic, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker refuses {About} with reason {ReasonCode}; check its rules and our settings")]
    private partial void LogRefused(string about, byte reasonCode);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another program uses the client id {ClientId}; give each web node its own Messaging:User")]
    private partial void LogContested(string clientId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Too many journal batches wait; one on {Topic} is dropped and will be sent again")]
    private partial void LogJournalFull(string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Machine {Machine} has applied version {Applied} and ours is {Ours}: this database was restored from a backup; leaping ahead")]
    private partial void LogBridgeIsAhead(string machine, long applied, long ours);

    [LoggerMessage(Level = LogLevel.Error, Message = "The desired state of machine {Machine} could not be published; the next change or connect publishes it")]
    private partial void LogNotPublished(MachineId machine, Exception error);
}
