using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fablab.Mqtt;

/// <summary>
/// One connection from its opening to its end; never used twice. An acknowledgement can therefore never reach a later
/// connection, where the same packet number means another message.
/// </summary>
internal sealed class MqttConnection : IAsyncDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly TaskCompletionSource<MqttDisconnected> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _open = new();
    private readonly MqttLinkOptions _options;
    private readonly TimeProvider _clock;

    private MqttConnection(MqttLinkOptions options, TimeProvider clock, Func<Received, CancellationToken, ValueTask> onReceived)
    {
        (_options, _clock) = (options, clock);
        _client.ApplicationMessageReceivedAsync += async received =>
        {
            received.AutoAcknowledge = false;
            LastHeard = _clock.GetUtcNow();
            await onReceived(new Received(ToMessage(received.ApplicationMessage), received.AcknowledgeAsync), _open.Token);
        };
        _client.DisconnectedAsync += left =>
        {
            Close(new MqttDisconnected(
                left.Reason is MqttClientDisconnectReason.NormalDisconnection ? (byte)0 : (byte)left.Reason,
                left.ReasonString ?? left.Exception?.GetBaseException().Message ?? left.Reason.ToString()));
            return Task.CompletedTask;
        };
    }

    /// <summary>Ends with the reason when the connection is over, however that came.</summary>
    public Task<MqttDisconnected> Closed => _closed.Task;

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken Open => _open.Token;

    public DateTimeOffset LastHeard { get; private set; }

    public bool SessionPresent { get; private set; }

    /// <summary>Unacknowledged messages that the broker takes at a time.</summary>
    public int ReceiveMaximum { get; private set; } = ushort.MaxValue;

    /// <exception cref="MqttConnectRefusedException">The broker answered no.</exception>
    /// <exception cref="MqttCommunicationException">The broker could not be reached, or did not answer in time.</exception>
    public static async Task<MqttConnection> OpenAsync(
        MqttLinkOptions options, MqttMessage? will, TimeProvider clock, Func<Received, CancellationToken, ValueTask> onReceived, CancellationToken ct)
    {
        var connection = new MqttConnection(options, clock, onReceived);
        try
        {
            await connection.ConnectAsync(will, ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <returns>The broker's reason code; 0x80 and above means no.</returns>
    public async Task<byte> SubscribeAsync(string filter, MqttQos qos, CancellationToken ct)
    {
        // One filter at a time: some brokers answer several in another order than they were asked.
        var subscribe = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(filter, (MqttQualityOfServiceLevel)qos)
            .Build();
        var answer = await WithinAsync(_options.AckTimeout, limit => _client.SubscribeAsync(subscribe, limit), ct);
        return (byte)answer.Items.Single().ResultCode;
    }

    public Task UnsubscribeAsync(string filter, CancellationToken ct)
    {
        var unsubscribe = new MqttClientUnsubscribeOptionsBuilder().WithTopicFilter(filter).Build();
        return WithinAsync(_options.AckTimeout, limit => _client.UnsubscribeAsync(unsubscribe, limit), ct);
    }

    /// <summary>Writes the message before it first yields, so that calls in a row keep their order.</summary>
    public async Task<PublishOutcome> PublishAsync(MqttMessage message, CancellationToken ct)
    {
        var packet = new MqttApplicationMessage
        {
            Topic = message.Topic,
            Payload = new ReadOnlySequence<byte>(message.Payload),
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)message.Qos,
            Retain = message.Retain,
        };
        if (_options.Version is MqttVersion.V5)
        {
            packet.ContentType = message.ContentType;
            packet.MessageExpiryInterval = (uint)Math.Ceiling(message.Expiry?.TotalSeconds ?? 0);
        }

        var answer = await WithinAsync(_options.AckTimeout, limit => _client.PublishAsync(packet, limit), ct);
        var code = (byte)answer.ReasonCode;
        return (message.Qos, code) switch
        {
            (MqttQos.AtMostOnce, _) => new PublishOutcome(PublishStatus.Sent),
            (_, >= 0x80) => new PublishOutcome(PublishStatus.Refused, code, answer.ReasonString ?? answer.ReasonCode.ToString()),
            _ => new PublishOutcome(PublishStatus.Acknowledged, code),
        };
    }

    public async Task PingAsync(TimeSpan limit, CancellationToken ct)
    {
        await WithinAsync(
            limit,
            async token =>
            {
                await _client.PingAsync(token);
                return true;
            },
            ct);
        LastHeard = _clock.GetUtcNow();
    }

    /// <summary>Says goodbye; the broker sends no will.</summary>
    public async Task LeaveAsync(CancellationToken ct)
    {
        if (_client.IsConnected)
        {
            await _client.DisconnectAsync(new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.NormalDisconnection }, ct);
        }
    }

    /// <summary>Drops the connection without a word, so that the broker sends our will.</summary>
    public void Abort(string why) => Close(new MqttDisconnected(0, why));

    public ValueTask DisposeAsync()
    {
        Close(new MqttDisconnected(0, "closed"));
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ConnectAsync(MqttMessage? will, CancellationToken ct)
    {
        var answer = await WithinAsync(_options.ConnectTimeout, limit => _client.ConnectAsync(ToOptions(will), limit), ct);
        if (answer.ResultCode is not MqttClientConnectResultCode.Success)
        {
            throw new MqttConnectRefusedException((byte)answer.ResultCode, answer.ReasonString ?? answer.ResultCode.ToString());
        }

        LastHeard = _clock.GetUtcNow();
        SessionPresent = answer.IsSessionPresent;
        ReceiveMaximum = answer.ReceiveMaximum is { } maximum and > 0 ? maximum : ushort.MaxValue;
    }

    private void Close(MqttDisconnected why)
    {
        if (_closed.TrySetResult(why))
        {
            _open.Cancel();
        }
    }

    /// <summary>The library's own limits run on the machine's clock; ours run on the one we were given.</summary>
    private async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token, _open.Token);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new MqttCommunicationException(deadline.IsCancellationRequested
                ? $"The broker did not answer within {limit.TotalSeconds:0.#} s."
                : "The connection is closed.");
        }
    }

    private MqttClientOptions ToOptions(MqttMessage? will)
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(_options.Host, _options.Port)

            // The library's default resets the connection on close, which can overtake our goodbye.
            .WithTcpServer(tcp => tcp.LingerState = new LingerOption(false, 0))
            .WithProtocolVersion(_options.Version is MqttVersion.V5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithClientId(_options.ClientId)
            .WithKeepAlivePeriod(_options.KeepAlive)
            .WithCleanStart(_options.SessionExpiry == TimeSpan.Zero)
            .WithoutPacketFragmentation();
        if (_options.Version is MqttVersion.V5)
        {
            builder = builder
                .WithSessionExpiryInterval((uint)_options.SessionExpiry.TotalSeconds)
                .WithReceiveMaximum((ushort)_options.ReceiveLimit);
        }

        if (_options.User is not null)
        {
            builder = builder.WithCredentials(_options.User, _options.Password ?? "");
        }

        if (will is not null)
        {
            builder = builder
                .WithWillTopic(will.Topic)
                .WithWillPayload(will.Payload.ToArray())
                .WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)will.Qos)
                .WithWillRetain(will.Retain);
        }

        return (_options.Tls ? WithTls(builder) : builder).Build();
    }

    private MqttClientOptionsBuilder WithTls(MqttClientOptionsBuilder builder) => builder.WithTlsOptions(tls =>
    {
        tls.UseTls().WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13).WithTargetHost(_options.Host);
        if (!string.IsNullOrEmpty(_options.AuthorityPath))
        {
            // A lab's own authority publishes no revocation list that could be asked.
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(_options.AuthorityPath);
            tls.WithTrustChain(authorities).WithRevocationMode(X509RevocationMode.NoCheck);
        }

        if (!string.IsNullOrEmpty(_options.CertificatePath))
        {
            tls.WithClientCertificates([X509Certificate2.CreateFromPemFile(_options.CertificatePath, _options.CertificateKeyPath)]);
        }
    });

    private static MqttMessage ToMessage(MqttApplicationMessage received) => new()
    {
        Topic = received.Topic,

        // Copied: the library may use its buffer again once its own handler is through.
        Payload = received.Payload.ToArray(),
        Qos = received.QualityOfServiceLevel is MqttQualityOfServiceLevel.AtMostOnce ? MqttQos.AtMostOnce : MqttQos.AtLeastOnce,
        Retain = received.Retain,
        Expiry = received.MessageExpiryInterval is 0 ? null : TimeSpan.FromSeconds(received.MessageExpiryInterval),
        ContentType = received.ContentType,
    };
}

/// <summary>A message and how to tell its connection that it was handled.</summary>
internal sealed record Received(MqttMessage Message, Func<CancellationToken, Task> AcknowledgeAsync);

/// <summary>The broker answered our CONNECT with no.</summary>
internal sealed class MqttConnectRefusedException(byte reasonCode, string reason) : Exception($"The broker refused the connection: {reason} (0x{reasonCode:X2}).")
{
    public byte ReasonCode { get; } = reasonCode;
}
