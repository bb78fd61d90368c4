using System.Text;
using System.Text.Json.Nodes;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Shelly;
using Fablab.Bridge.Runtime;
using Fablab.MachineSimulator.Shelly;
using Fablab.Mqtt;

namespace Fablab.Bridge.Tests.Drivers.Shelly;

/// <summary>
/// The driver and a pretend plug on one clock, with a wire between them that a test may cut. Messages travel when
/// <see cref="Deliver"/> is called, and with each second that <see cref="Pass"/> lets go by.
/// </summary>
internal sealed class ShellyOnWire : IBridgeWire, IAsyncDisposable
{
    public const string Topic = "shelly/laser-1";

    /// <summary>Only ends a test that hangs.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, Func<WireMessage, CancellationToken, ValueTask>> _receivers = [];
    private readonly Queue<string> _onTheWay = new();
    private readonly CancellationTokenSource _limit = new(HangLimit);
    private IAsyncEnumerator<InterlockObservation>? _pictures;

    public ShellyOnWire(Action<ShellyOptions>? change = null)
    {
        var options = new ShellyOptions { Topic = Topic };
        change?.Invoke(options);
        Plug = new ShellyMachine(Topic, speed: 1, Clock.GetUtcNow());
        Driver = new ShellyRelayDriver(options, this, Clock, Log);
    }

    public StumblingFakeClock Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public ShellyMachine Plug { get; }

    public ShellyRelayDriver Driver { get; }

    public ListedLog<ShellyRelayDriver> Log { get; } = new();

    /// <summary>What the driver published, such as <c>Switch.Set {"id":0,"on":false}</c>.</summary>
    public List<string> Commands { get; } = [];

    public IEnumerable<string> Filters => _receivers.Keys;

    public bool IsAnythingRetained { get; private set; }

    /// <summary>Messages are lost in both directions.</summary>
    public bool IsCut { get; set; }

    public CancellationToken Limit => _limit.Token;

    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        Assert.That(topic, Is.EqualTo($"{Topic}/rpc"));
        var text = Encoding.UTF8.GetString(payload.Span);
        var request = JsonNode.Parse(text)!;
        IsAnythingRetained |= retain;
        Commands.Add($"{request["method"]} {request["params"]?.ToJsonString()}".TrimEnd());
        _onTheWay.Enqueue(text);
    }

    public void Subscribe(string filter, Func<WireMessage, CancellationToken, ValueTask> receive) => _receivers[filter] = receive;

    public Task RunAsync(WireMessage will, Func<bool, CancellationToken, ValueTask> connectionChanged, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The driver begins to observe a plug that has just joined the broker.</summary>
    public async Task<ShellyOnWire> StartAsync()
    {
        await SeeAsync(_ => true);
        Plug.Announce();
        Deliver();
        await SeeAsync(seen => seen.Link is LinkState.Up && seen.State is not InterlockState.Unknown);
        return this;
    }

    public void Say(string topic, string payload, bool isRetained = false) => Say(topic, Encoding.UTF8.GetBytes(payload), isRetained);

    public void Say(string topic, byte[] payload, bool isRetained = false)
    {
        foreach (var receive in _receivers.Where(receiver => MqttTopics.Matches(receiver.Key, topic)).Select(receiver => receiver.Value).ToList())
        {
            var handled = receive(new WireMessage(topic, payload, isRetained), CancellationToken.None);
            Assert.That(handled.IsCompletedSuccessfully, "a receiver neither blocks nor throws");
        }
    }

    public void Deliver()
    {
        Plug.Advance(Clock.GetUtcNow());
        while (_onTheWay.TryDequeue(out var command))
        {
            if (!IsCut)
            {
                Plug.Hear($"{Topic}/rpc", command);
            }

            Answer();
        }

        Answer();
    }

    public void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            Deliver();
        }
    }

    public async Task<InterlockState> SetAsync(InterlockState wanted)
    {
        var answer = Driver.SetAsync(wanted, Limit);
        Deliver();
        if (!answer.IsCompleted && IsCut)
        {
            Pass(2);
        }

        return await answer.WaitAsync(Limit);
    }

    /// <summary>The next picture that fits; others are passed over.</summary>
    public async Task<InterlockObservation> SeeAsync(Func<InterlockObservation, bool> fits)
    {
        _pictures ??= Driver.ObserveAsync(Limit).GetAsyncEnumerator(Limit);
        while (await _pictures.MoveNextAsync())
        {
            if (fits(_pictures.Current))
            {
                return _pictures.Current;
            }
        }

        throw new InvalidOperationException("The driver stopped observing.");
    }

    /// <summary>The picture of this moment, as a new observer gets it.</summary>
    public async Task<InterlockObservation> LookAsync()
    {
        await foreach (var picture in Driver.ObserveAsync(Limit))
        {
            return picture;
        }

        throw new InvalidOperationException("The driver observes nothing.");
    }

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        if (_pictures is not null)
        {
            await _pictures.DisposeAsync();
        }

        _limit.Dispose();
    }

    private void Answer()
    {
        foreach (var message in Plug.TakeMessages().Where(_ => !IsCut))
        {
            // A subscriber gets what is sent now without the retain flag.
            Say(message.Topic, message.Payload);
        }
    }
}
