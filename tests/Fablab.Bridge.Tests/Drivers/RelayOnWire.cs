using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Runtime;
using Fablab.MachineSimulator;
using Fablab.Mqtt;

namespace Fablab.Bridge.Tests.Drivers;

/// <summary>
/// A relay's driver and a pretend device on one clock, with a wire between them that a test may cut. Messages travel when
/// <see cref="Deliver"/> is called, and with each second that <see cref="Pass"/> lets go by.
/// </summary>
internal abstract class RelayOnWire<TPlug, TDriver> : IBridgeWire, IAsyncDisposable
    where TPlug : IMqttPlug
    where TDriver : IInterlock
{
    /// <summary>Only ends a test that hangs.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(20);

    private readonly List<(string Filter, Func<WireMessage, CancellationToken, ValueTask> Receive)> _receivers = [];
    private readonly Queue<(string Topic, string Payload)> _onTheWay = new();
    private readonly CancellationTokenSource _limit = new(HangLimit);
    private IAsyncEnumerator<InterlockObservation>? _pictures;

    public StumblingFakeClock Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public abstract TPlug Plug { get; }

    public abstract TDriver Driver { get; }

    public ListedLog<TDriver> Log { get; } = new();

    /// <summary>What the driver published, as <see cref="Read"/> tells it.</summary>
    public List<string> Commands { get; } = [];

    public IEnumerable<string> Filters => _receivers.Select(one => one.Filter);

    public bool IsAnythingRetained { get; private set; }

    /// <summary>Messages are lost in both directions.</summary>
    public bool IsCut { get; set; }

    public CancellationToken Limit => _limit.Token;

    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        var text = Encoding.UTF8.GetString(payload.Span);
        IsAnythingRetained |= retain;
        Commands.Add(Read(topic, text).TrimEnd());
        _onTheWay.Enqueue((topic, text));
    }

    public void Subscribe(string filter, Func<WireMessage, CancellationToken, ValueTask> receive) => _receivers.Add((filter, receive));

    public Task RunAsync(WireMessage will, Func<bool, CancellationToken, ValueTask> connectionChanged, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The driver begins to observe a device that has just joined the broker.</summary>
    public async Task<RelayOnWire<TPlug, TDriver>> StartAsync()
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
        foreach (var (_, receive) in _receivers.Where(one => MqttTopics.Matches(one.Filter, topic)).ToList())
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
                Plug.Hear(command.Topic, command.Payload);
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

    /// <returns>What a message of the driver says, in short.</returns>
    protected abstract string Read(string topic, string payload);

    private void Answer()
    {
        foreach (var message in Plug.TakeMessages().Where(_ => !IsCut))
        {
            // A subscriber gets what is sent now without the retain flag.
            Say(message.Topic, message.Payload);
        }
    }
}
