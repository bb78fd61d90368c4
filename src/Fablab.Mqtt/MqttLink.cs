using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fablab.Mqtt;

/// <summary>
/// The one link to the broker. It connects for ever, subscribes again after every connect, keeps outgoing messages in
/// order in a bounded queue until the broker has them, and tells the broker that we have a message only after its handler
/// came back. What it does not promise: that a message arrives once, or at all. That is the business of journals.
/// </summary>
public sealed partial class MqttLink(MqttLinkOptions options, MqttLinkHandlers handlers, TimeProvider clock, ILogger<MqttLink> log)
{
    /// <summary>A connection that held for so long was a good one: the next failure starts with short waits again.</summary>
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(10);

    /// <summary>Limit for the last messages and the goodbye when the owner stops the link.</summary>
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(3);

    private readonly MqttLinkOptions _options = Validated(options);
    private readonly OutgoingQueue _outgoing = new(options.QueueLimit, options.QueueLimitBytes, options.SendAttempts);
    private readonly ConcurrentDictionary<string, MqttQos> _subscriptions = new(StringComparer.Ordinal);
    private readonly TakeOverWatch _takeOvers = new(options.TakeOversPerMinute, TimeSpan.FromMinutes(1));
    private readonly ReceivedMessages _received = new(options, handlers, clock, log);
    private volatile MqttConnection? _connection;
    private volatile bool _isReady;
    private int _isRunning;

    /// <summary>The last will that is left with the broker at the next connect.</summary>
    public MqttMessage? Will { get; set; }

    /// <summary>Connected, and subscribed to everything that was asked for.</summary>
    public bool IsConnected => _isReady && _connection is { Closed.IsCompleted: false };

    /// <summary>When the broker last proved to be alive on the present connection.</summary>
    public DateTimeOffset? LastHeard => _connection?.LastHeard;

    /// <summary>Outgoing messages whose fate is open.</summary>
    public int QueueLength => _outgoing.Count;

    /// <summary>
    /// Runs until cancelled, or until another program turns out to use our client id. Afterwards every publish that still
    /// waited or comes later ends as <see cref="PublishStatus.Stopped"/>. A link runs once.
    /// </summary>
    public async Task<MqttLinkEnd> RunAsync(CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
        {
            throw new InvalidOperationException("A link runs only once.");
        }

        using var running = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var handling = _received.HandleAsync(running.Token);
        try
        {
            return await ReconnectAsync(ct);
        }
        finally
        {
            _outgoing.Close();
            await running.CancelAsync();
            await handling;
        }
    }

    /// <summary>
    /// Queues the message and comes back when its fate is known, which may take as long as the broker is away: give
    /// <paramref name="waitAtMost"/> for what is worthless later. Cancelling takes it back only if it is not on its way yet.
    /// </summary>
    /// <exception cref="ArgumentException">The topic is empty, holds a wildcard, or is longer than 65,535 bytes.</exception>
    public async Task<PublishOutcome> PublishAsync(MqttMessage message, TimeSpan? waitAtMost, CancellationToken ct)
    {
        MqttTopics.ThrowIfNotPublishable(message.Topic);
        var entry = _outgoing.Add(message);
        if (waitAtMost is not { } limit)
        {
            return await WaitAsync(entry, ct);
        }

        using var deadline = new CancellationTokenSource(limit, clock);
        await using var expiry = deadline.Token.Register(() =>
            _outgoing.Withdraw(entry, new PublishOutcome(PublishStatus.Expired, Reason: $"waited {limit.TotalSeconds:0.###} s")));
        return await WaitAsync(entry, ct);
    }

    /// <inheritdoc cref="PublishAsync(MqttMessage, TimeSpan?, CancellationToken)"/>
    public Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken ct) => PublishAsync(message, null, ct);

    /// <summary>
    /// Wants the filter from now on, at every connect. Before the link runs, or while the broker is away, it is only noted.
    /// A refusal goes to <see cref="MqttLinkHandlers.OnConfigurationError"/>.
    /// </summary>
    public async Task SubscribeAsync(string filter, MqttQos qos, CancellationToken ct)
    {
        MqttTopics.ThrowIfNotSubscribable(filter);
        _subscriptions[filter] = qos;
        if (_connection is { Closed.IsCompleted: false } connection)
        {
            await TrySubscribeAsync(connection, filter, qos, ct);
        }
    }

    /// <summary>Does not want the filter any more.</summary>
    public async Task UnsubscribeAsync(string filter, CancellationToken ct)
    {
        _subscriptions.TryRemove(filter, out _);
        if (_connection is { Closed.IsCompleted: false } connection)
        {
            try
            {
                await connection.UnsubscribeAsync(filter, ct);
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                // A session that outlives this connection may still hold it; messages nobody wants do no harm.
                connection.Abort(broken.Message);
            }
        }
    }

    private async Task<MqttLinkEnd> ReconnectAsync(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var (left, stayed) = await ConnectAndServeAsync(ct);
            if (ct.IsCancellationRequested)
            {
                break;
            }

            if (left.ReasonCode is MqttReason.SessionTakenOver && _takeOvers.IsContested(clock.GetUtcNow()))
            {
                LogClientIdContested(_options.ClientId, _options.TakeOversPerMinute);
                return MqttLinkEnd.ClientIdContested;
            }

            failures = stayed >= SteadyAfter ? 0 : failures + 1;
            var wait = MqttReason.IsConfigurationError(left.ReasonCode)
                ? _options.ReconnectMax
                : ReconnectDelay.Next(failures, _options.ReconnectMin, _options.ReconnectMax, Random.Shared.NextDouble());
            LogDisconnected(_options.Host, _options.Port, left.Reason, left.ReasonCode, wait.TotalSeconds);
            await Task.Delay(wait, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return MqttLinkEnd.Stopped;
    }

    private async Task<(MqttDisconnected Left, TimeSpan Stayed)> ConnectAndServeAsync(CancellationToken ct)
    {
        var start = clock.GetTimestamp();
        try
        {
            var will = Will;
            await using var connection = await MqttConnection.OpenAsync(_options, will, clock, _received.AddAsync, ct);
            start = clock.GetTimestamp();
            var left = await ServeAsync(connection, will, ct);
            return (left, clock.GetElapsedTime(start));
        }
        catch (MqttConnectRefusedException refused)
        {
            if (MqttReason.IsConfigurationError(refused.ReasonCode))
            {
                await ReportAsync(new MqttConfigurationError(refused.ReasonCode, "connect"), ct);
            }

            return (new MqttDisconnected(refused.ReasonCode, refused.Message), TimeSpan.Zero);
        }
        catch (Exception unreachable)
        {
            return (new MqttDisconnected(0, unreachable.GetBaseException().Message), TimeSpan.Zero);
        }
    }

    private async Task<MqttDisconnected> ServeAsync(MqttConnection connection, MqttMessage? will, CancellationToken ct)
    {
        // Not linked to the owner's wish to stop: the farewell still needs the pump.
        using var serving = new CancellationTokenSource();
        _connection = connection;
        foreach (var (filter, qos) in _subscriptions)
        {
            await TrySubscribeAsync(connection, filter, qos, ct);
        }

        _isReady = true;
        LogConnected(_options.Host, _options.Port, connection.SessionPresent);
        var pumping = PumpAsync(connection, serving.Token);
        var watching = WatchAsync(connection, serving.Token);
        using (var whileOpen = CancellationTokenSource.CreateLinkedTokenSource(ct, connection.Open))
        {
            await CallAsync(handlers.OnConnected, new MqttConnected(connection.SessionPresent), whileOpen.Token);
        }

        var left = await connection.Closed.WaitAsync(ct).ContinueWith(
            closed => closed.IsCompletedSuccessfully ? closed.Result : null, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        left ??= await SayGoodbyeAsync(connection, will);

        (_connection, _isReady) = (null, false);
        connection.Abort("over");
        await serving.CancelAsync();
        await pumping;
        await watching;
        foreach (var message in _outgoing.Rewind())
        {
            LogGivenUp(message.Topic, _options.SendAttempts);
        }

        await CallAsync(handlers.OnDisconnected, left, CancellationToken.None);
        return left;
    }

    private async Task<MqttDisconnected> SayGoodbyeAsync(MqttConnection connection, MqttMessage? will)
    {
        using var limit = new CancellationTokenSource(FarewellTimeout, clock);
        try
        {
            if (_options.PublishWillOnStop && will is not null)
            {
                await connection.PublishAsync(will, limit.Token);
            }

            await connection.LeaveAsync(limit.Token);
        }
        catch (Exception broken)
        {
            // Then the broker notices by itself and sends the will.
            LogNoGoodbye(broken.Message);
        }

        return new MqttDisconnected(0, "stopped");
    }

    private async Task PumpAsync(MqttConnection connection, CancellationToken ct)
    {
        var slots = Math.Min(_options.WindowLimit, connection.ReceiveMaximum);
        var holdsSlot = false;
        using var window = new SemaphoreSlim(slots);
        try
        {
            while (true)
            {
                await window.WaitAsync(ct);
                holdsSlot = true;
                Outgoing? entry;
                while (!_outgoing.TryTake(out entry))
                {
                    await _outgoing.WaitAsync(ct);
                }

                holdsSlot = false;
                _ = SendAsync(connection, entry, window, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is over. Whoever holds a slot is about to give it back: only then may the queue be rewound.
            for (var open = holdsSlot ? 1 : 0; open < slots; open++)
            {
                await window.WaitAsync(CancellationToken.None);
            }
        }
    }

    private async Task SendAsync(MqttConnection connection, Outgoing entry, SemaphoreSlim window, CancellationToken ct)
    {
        try
        {
            var outcome = await connection.PublishAsync(entry.Message, ct);
            _outgoing.Finish(entry, outcome);
            if (outcome.IsConfigurationError)
            {
                LogPublishRefused(entry.Message.Topic, outcome.ReasonCode);
                await ReportAsync(new MqttConfigurationError(outcome.ReasonCode, entry.Message.Topic), ct);
            }
        }
        catch (Exception broken)
        {
            // It stays in the queue and goes out again on the next connection.
            connection.Abort(broken.GetBaseException().Message);
        }
        finally
        {
            window.Release();
        }
    }

    /// <summary>
    /// Asks the broker for a sign of life at half the keep-alive, also while we send: a frozen broker still takes bytes.
    /// </summary>
    private async Task WatchAsync(MqttConnection connection, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.KeepAlive / 2, clock, ct);
                await connection.PingAsync(_options.KeepAlive / 2, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is over.
        }
        catch (Exception silent)
        {
            connection.Abort($"no sign of life: {silent.GetBaseException().Message}");
        }
    }

    private async Task TrySubscribeAsync(MqttConnection connection, string filter, MqttQos qos, CancellationToken ct)
    {
        try
        {
            var code = await connection.SubscribeAsync(filter, qos, ct);
            if (code >= 0x80)
            {
                LogSubscriptionRefused(filter, code);
                await ReportAsync(new MqttConfigurationError(code, filter), ct);
            }
        }
        catch (Exception broken) when (!ct.IsCancellationRequested)
        {
            connection.Abort(broken.GetBaseException().Message);
        }
    }

    private Task ReportAsync(MqttConfigurationError error, CancellationToken ct) => CallAsync(handlers.OnConfigurationError, error, ct);

    private async Task CallAsync<T>(Func<T, CancellationToken, ValueTask>? handler, T news, CancellationToken ct)
    {
        try
        {
            if (handler is not null)
            {
                await handler(news, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The owner is leaving.
        }
        catch (Exception failed)
        {
            LogHandlerFailed(failed, typeof(T).Name);
        }
    }

    private async Task<PublishOutcome> WaitAsync(Outgoing entry, CancellationToken ct)
    {
        try
        {
            return await entry.Outcome.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            _outgoing.Withdraw(entry, new PublishOutcome(PublishStatus.Expired));
            throw;
        }
    }

    private static MqttLinkOptions Validated(MqttLinkOptions options)
    {
        var checkedOptions = new MqttLinkOptionsValidator().Validate(null, options);
        return checkedOptions.Failed
            ? throw new OptionsValidationException(nameof(MqttLinkOptions), typeof(MqttLinkOptions), checkedOptions.Failures)
            : options;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to the broker at {Host}:{Port}; session kept: {SessionPresent}")]
    private partial void LogConnected(string host, int port, bool sessionPresent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not connected to the broker at {Host}:{Port}: {Reason} (0x{ReasonCode:X2}). Next try in {WaitSeconds:0.0} s")]
    private partial void LogDisconnected(string host, int port, string reason, byte reasonCode, double waitSeconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another program uses the client id {ClientId}: we were thrown out more than {Limit} times within a minute. The link stops; give each program its own id and start again")]
    private partial void LogClientIdContested(string clientId, int limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker refuses our messages on {Topic} (0x{ReasonCode:X2}): check its rules")]
    private partial void LogPublishRefused(string topic, byte reasonCode);

    [LoggerMessage(Level = LogLevel.Error, Message = "The broker refuses our subscription to {Filter} (0x{ReasonCode:X2}): check its rules")]
    private partial void LogSubscriptionRefused(string filter, byte reasonCode);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on {Topic} was given up: the connection broke {Attempts} times while it was on its way")]
    private partial void LogGivenUp(string topic, int attempts);

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of {News} failed")]
    private partial void LogHandlerFailed(Exception exception, string news);

    [LoggerMessage(Level = LogLevel.Information, Message = "Could not say goodbye to the broker: {Reason}")]
    private partial void LogNoGoodbye(string reason);
}
