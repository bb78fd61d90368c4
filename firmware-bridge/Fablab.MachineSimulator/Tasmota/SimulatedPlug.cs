using System.Globalization;
using System.Threading.Channels;
using Fablab.MachineSimulator.EspHome;
using Fablab.MachineSimulator.Shelly;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace Fablab.MachineSimulator.Tasmota;

/// <summary>
/// A pretend laser behind a pretend plug, Tasmota, Shelly or ESPHome, that is a client of the given broker. It looks for the broker for ever,
/// with growing waits, as a plug on a wall does.
/// </summary>
public sealed partial class SimulatedPlug : ISimulatedMachine
{
    /// <summary>Messages on their way out; a plug has little memory, so the oldest are lost first. None outlive a connection.</summary>
    private const int WaitingLimit = 200;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(15);

    /// <summary>From this wait on a missing broker is worth a warning; before, it is probably still starting beside us.</summary>
    private static readonly TimeSpan PatientUntil = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly SimulatedMachineOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly IMqttPlug _machine;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<PlugMessage> _waiting = Channel.CreateBounded<PlugMessage>(
        new BoundedChannelOptions(WaitingLimit) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private CancellationTokenSource _mainsCut = new();
    private TaskCompletionSource _mainsBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _ticker;
    private Task _running = Task.CompletedTask;

    public SimulatedPlug(SimulatedMachineOptions options, TimeProvider clock, ILogger<SimulatedPlug> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _machine = options.Kind switch
        {
            SimulatedMachineKind.Shelly => new ShellyMachine(options.Topic, options.Speed, clock.GetUtcNow()),
            SimulatedMachineKind.EspHome => new EspHomeMachine(options.Topic, options.Speed, clock.GetUtcNow()),
            _ => new PlugMachine(options.Topic, options.Speed, options.TelemetrySeconds, clock.GetUtcNow()),
        };
        _mainsBack.SetResult();
    }

    public string Code => _options.Code;

    public string Address => $"topic {_options.Topic} at {_options.BrokerHost}:{_options.BrokerPort}";

    public IReadOnlyList<string> Injections => ["weld", "unweld", "power-off", "power-on", "work", "idle", "script", .. _machine.OwnInjections];

    /// <summary>What the laser really draws now, in watts.</summary>
    public double Watts => Do(machine => machine.Watts);

    /// <summary>What the plug says of its relay.</summary>
    public bool IsRelayOn => Do(machine => machine.IsRelayOn);

    public Task StartAsync(CancellationToken ct)
    {
        _ticker = _clock.CreateTimer(_ => Do(_ => true), null, TickInterval, TickInterval);
        _running = RunAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public bool Inject(string injection)
    {
        Action<IMqttPlug>? action = injection switch
        {
            "weld" => machine => machine.Weld(true),
            "unweld" => machine => machine.Weld(false),
            "power-off" => _ => SetMains(false),
            "power-on" => _ => SetMains(true),
            "work" => machine => machine.SetLoad(420),
            "idle" => machine => machine.SetLoad(LaserLoad.IdleWatts),
            "script" => machine => machine.SetLoad(null),
            _ => _machine.OwnInjections.Contains(injection) ? machine => machine.Inject(injection) : null,
        };
        if (action is null)
        {
            return false;
        }

        LogInjected(Code, injection);
        Do(machine =>
        {
            action(machine);
            return true;
        });
        return true;
    }

    public IEnumerable<string> Tell() => Do(machine => machine.Changes
        .Select(change => string.Create(CultureInfo.InvariantCulture, $"{(change.HasContact ? "on" : "off")} {change.At:O}"))
        .ToArray());

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        if (_ticker is not null)
        {
            await _ticker.DisposeAsync();
        }

        await _running;
        _mainsCut.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Called within the lock.</summary>
    private void SetMains(bool isOn)
    {
        _machine.SetMains(isOn);
        if (isOn)
        {
            _mainsBack.TrySetResult();
        }
        else if (_mainsBack.Task.IsCompleted)
        {
            _mainsBack = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _mainsCut.Cancel();
        }
    }

    private T Do<T>(Func<IMqttPlug, T> action)
    {
        lock (_gate)
        {
            _machine.Advance(_clock.GetUtcNow());
            var result = action(_machine);
            foreach (var message in _machine.TakeMessages())
            {
                _waiting.Writer.TryWrite(message);
            }

            return result;
        }
    }

    private async Task RunAsync(CancellationToken ct)
    {
        var retry = FirstRetry;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await WaitForMainsAsync(ct);
                await StayConnectedAsync(() => retry = FirstRetry, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogNoBroker(retry < PatientUntil ? LogLevel.Debug : LogLevel.Warning, Code, _options.BrokerHost, _options.BrokerPort, retry, e.Message);
            }

            try
            {
                await Task.Delay(retry, _clock, ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    private async Task WaitForMainsAsync(CancellationToken ct)
    {
        Task back;
        lock (_gate)
        {
            back = _mainsBack.Task;
        }

        await back.WaitAsync(ct);
        lock (_gate)
        {
            if (_mainsCut.IsCancellationRequested)
            {
                _mainsCut.Dispose();
                _mainsCut = new CancellationTokenSource();
            }
        }
    }

    private async Task StayConnectedAsync(Action connected, CancellationToken ct)
    {
        CancellationToken mains;
        lock (_gate)
        {
            mains = _mainsCut.Token;
        }

        using var client = new MqttClientFactory().CreateMqttClient();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct, mains);
        client.DisconnectedAsync += _ =>
        {
            Cancel(ended);
            return Task.CompletedTask;
        };
        client.ApplicationMessageReceivedAsync += received =>
        {
            Hear(received.ApplicationMessage);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(ConnectOptions(), ended.Token);
        await client.SubscribeAsync(_machine.Filter, MqttQualityOfServiceLevel.AtLeastOnce, ended.Token);
        connected();
        LogConnected(Code, _options.BrokerHost, _options.BrokerPort);
        Do(machine =>
        {
            while (_waiting.Reader.TryRead(out _))
            {
                // Said while nobody listened.
            }

            machine.Announce();
            return true;
        });
        try
        {
            await foreach (var message in _waiting.Reader.ReadAllAsync(ended.Token))
            {
                await client.PublishStringAsync(message.Topic, message.Payload, MqttQualityOfServiceLevel.AtMostOnce, message.IsRetained, ended.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Broker gone, or the mains: the client is dropped without a goodbye, so that the broker sends the last will.
            LogDisconnected(Code);
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The connection was being given up anyway.
        }
    }

    private void Hear(MqttApplicationMessage message)
    {
        var payload = message.ConvertPayloadToString() ?? "";
        Do(machine =>
        {
            machine.Hear(message.Topic, payload);
            return true;
        });
    }

    private MqttClientOptions ConnectOptions()
    {
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer(_options.BrokerHost, _options.BrokerPort)
            .WithClientId(_options.BrokerUser.Length > 0 ? _options.BrokerUser : $"plug-{_options.Code}")
            .WithProtocolVersion(_options.UsesMqtt311 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500)
            .WithCleanStart()
            .WithTimeout(ConnectTimeout)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(30))
            .WithWillTopic(_machine.Will.Topic)
            .WithWillPayload(_machine.Will.Payload)
            .WithWillRetain()
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (_options.BrokerUser.Length > 0)
        {
            options = options.WithCredentials(_options.BrokerUser, _options.BrokerPassword);
        }

        return options.Build();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: {Injection} was injected")]
    private partial void LogInjected(string machine, string injection);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: connected to the broker at {Host}:{Port}")]
    private partial void LogConnected(string machine, string host, int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: the connection to the broker ended")]
    private partial void LogDisconnected(string machine);

    [LoggerMessage(Message = "{Machine}: no broker at {Host}:{Port} ({Reason}); next try in {Retry}")]
    private partial void LogNoBroker(LogLevel level, string machine, string host, int port, TimeSpan retry, string reason);
}
