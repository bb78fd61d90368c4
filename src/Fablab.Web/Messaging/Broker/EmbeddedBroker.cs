using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MQTTnet.AspNetCore;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// The MQTT broker of a small lab, inside the web process. It listens through a Kestrel of its own, so that the web's
/// addresses stay what its settings say. Sessions and queues live in memory and die with it; retained messages are on disk.
/// </summary>
internal sealed partial class EmbeddedBroker : IHostedService, IAsyncDisposable
{
    /// <summary>How often sessions are looked through for those whose time is over; the library forgets none by itself.</summary>
    private static readonly TimeSpan SessionSweep = TimeSpan.FromMinutes(1);

    private readonly BrokerOptions _options;
    private readonly BrokerDoorman _doorman;
    private readonly RetainedMessages _retained;
    private readonly FrameGuard _guard;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly MqttConnectionHandler _connections = new();
    private readonly MqttServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _listener;
    private ListenOptions? _others;
    private ListenOptions? _own;
    private Task _sweeping = Task.CompletedTask;
    private readonly Lock _ending = new();
    private Task? _stopped;

    public EmbeddedBroker(
        BrokerOptions options, IBrokerCredentials credentials, IRetainedMessageStore store, BrokerCounters counters, TimeProvider clock, ILoggerFactory logs)
    {
        (_options, _clock, _logs) = (options, clock, logs);
        _log = logs.CreateLogger<EmbeddedBroker>();
        _guard = new FrameGuard(options, counters, clock, logs.CreateLogger<FrameGuard>());
        _retained = new RetainedMessages(store, options, counters, logs.CreateLogger<RetainedMessages>());
        _doorman = new BrokerDoorman(options, credentials, _retained, counters, clock, logs.CreateLogger<BrokerDoorman>());
        var serverOptions = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithPersistentSessions()
            .WithMaxPendingMessagesPerClient(options.MaxQueuedPerClient)
            .WithDefaultCommunicationTimeout(options.ConnectDeadline + options.FrameDeadline)
            .Build();
        _server = new MqttServer(serverOptions, [_connections], new BrokerLibraryLog(logs.CreateLogger<BrokerLibraryLog>()));
        _doorman.Watch(_server);
    }

    /// <summary>The port that is really listened on; 0 before the start.</summary>
    public int Port { get; private set; }

    /// <summary>A port of 127.0.0.1 for this program itself, without TLS: the certificate's name is the one that others call us by.</summary>
    public int OwnPort { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Loaded here and not in the library's event, which would swallow a failure and start empty.
        var messages = await _retained.LoadAsync(cancellationToken);
        _server.LoadingRetainedMessageAsync += loading =>
        {
            loading.LoadedRetainedMessages = messages;
            return Task.CompletedTask;
        };
        await _server.StartAsync();

        _listener = BuildListener();
        await _listener.StartAsync(cancellationToken);
        (Port, OwnPort) = (_others!.IPEndPoint!.Port, _own!.IPEndPoint!.Port);
        _sweeping = SweepSessionsAsync(_stopping.Token);
        LogListening(_options.Address, Port, HasTls, messages.Count);
    }

    /// <summary>
    /// A host that is stopped from outside stops once more when its own run ends, and that may be after the end of this broker. Both wait for the same stop: the
    /// one that comes second disposes of what the first still needs.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_ending)
        {
            return _stopped ??= StopOnceAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Throws a user out and forgets what was kept for them. For an account that was closed or changed: the next sign-in
    /// meets the new rules.
    /// </summary>
    public async Task DisconnectAsync(string user)
    {
        foreach (var clientId in _doorman.ClientsOf(user))
        {
            var clients = await _server.GetClientsAsync();
            if (clients.Any(client => client.Id == clientId))
            {
                await _server.DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.AdministrativeAction });
            }

            await DeleteSessionsAsync(session => session.Id == clientId);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        _server.Dispose();
        _connections.Dispose();
        _stopping.Dispose();
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_server.IsStarted)
        {
            await _server.StopAsync(new MqttServerStopOptions
            {
                DefaultClientDisconnectOptions = new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.ServerShuttingDown },
            });
        }

        if (_listener is not null)
        {
            await _listener.StopAsync(cancellationToken);
        }

        await _sweeping;
    }

    private WebApplication BuildListener()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton(_logs));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime>(new OwnersLifetime()));
        builder.Services.AddSingleton(_connections);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Parse(_options.Address), _options.Port, listen => Listen(_others = listen, HasTls ? BrokerCertificate.Load(_options) : null));
            kestrel.Listen(IPAddress.Loopback, 0, listen => Listen(_own = listen, null));
        });
        return builder.Build();
    }

    private bool HasTls => !string.IsNullOrEmpty(_options.CertificatePath);

    private void Listen(ListenOptions listen, HttpsConnectionAdapterOptions? tls)
    {
        listen.Use(next => connection => _guard.LimitAsync(connection, next));
        if (tls is not null)
        {
            listen.UseHttps(tls);
        }

        listen.Use(next => connection => _guard.GuardAsync(connection, next));
        listen.UseConnectionHandler<MqttConnectionHandler>();
    }

    private async Task SweepSessionsAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(SessionSweep, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                await DeleteSessionsAsync(IsOver);
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private bool IsOver(MqttSessionStatus session)
    {
        // MQTT 3.1.1 sessions have no limit of their own.
        var seconds = session.ExpiryInterval is 0 ? BrokerRules.MaxSessionExpirySeconds : Math.Min(session.ExpiryInterval, BrokerRules.MaxSessionExpirySeconds);
        return session.DisconnectedTimestamp is { } left && left.AddSeconds(seconds) < _clock.GetUtcNow().UtcDateTime;
    }

    private async Task DeleteSessionsAsync(Func<MqttSessionStatus, bool> which)
    {
        foreach (var session in await _server.GetSessionsAsync())
        {
            if (which(session))
            {
                await session.DeleteAsync();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The broker listens on {Address}:{Port} (TLS: {IsTls}) with {Retained} retained messages")]
    private partial void LogListening(string address, int port, bool isTls, int retained);

    /// <summary>The listener starts and stops with its owner; it must not listen to the console by itself.</summary>
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
