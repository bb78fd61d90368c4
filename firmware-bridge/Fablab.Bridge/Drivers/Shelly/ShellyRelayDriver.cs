using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Shelly;

/// <summary>
/// A relay of a Shelly device of the second generation or later, on the bridge's own broker. All decisions are taken by <see cref="ShellyRelay"/>; this class brings it
/// messages and time, and sends what it says. See <c>wire.md</c>.
/// </summary>
internal sealed partial class ShellyRelayDriver : IInterlock
{
    /// <summary>Pictures an observer may be behind before it misses older ones.</summary>
    private const int MaxUnseen = 64;

    /// <summary>An observation comes at least every so many ticks of a second.</summary>
    private const int HeartbeatTicks = 3;

    /// <summary>So many heartbeats in a row are never missed by a driver that is alive.</summary>
    private const int MissedHeartbeats = 3;

    /// <summary>Numbers begin anywhere below this, which leaves room to count up within what devices take for a number.</summary>
    private const int LargestFirstId = 1_000_000_000;

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly ShellyOptions _options;
    private readonly IBridgeWire _wire;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly long _began;
    private readonly Lock _gate = new();
    private readonly List<Channel<InterlockObservation>> _observers = [];
    private readonly LastingTrouble _disobedience;
    private ShellyState _state = new();
    private ITimer? _ticker;
    private int _ticksUntilHeartbeat = HeartbeatTicks;
    private ReadBack? _readBack;
    private bool _isDisposed;

    public ShellyRelayDriver(ShellyOptions options, IBridgeWire wire, TimeProvider clock, ILogger<ShellyRelayDriver> log)
    {
        (_options, _wire, _clock, _log) = (options, wire, clock, log);
        _began = clock.GetTimestamp();
        _disobedience = new LastingTrouble(clock);
    }

    public TimeSpan LongestSilence => TickInterval * HeartbeatTicks * MissedHeartbeats;

    public async IAsyncEnumerable<InterlockObservation> ObserveAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var pictures = Channel.CreateBounded<InterlockObservation>(new BoundedChannelOptions(MaxUnseen) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        Begin();
        lock (_gate)
        {
            pictures.Writer.TryWrite(_state.Picture);
            _observers.Add(pictures);
        }

        try
        {
            await foreach (var picture in pictures.Reader.ReadAllAsync(ct))
            {
                yield return picture;
            }
        }
        finally
        {
            lock (_gate)
            {
                _observers.Remove(pictures);
            }
        }
    }

    /// <remarks>
    /// An unlocking is not sent to a device that the broker has lost: it might be delivered when it comes back, long after. Neither to one that may
    /// switch on by itself.
    /// </remarks>
    public async Task<InterlockState> SetAsync(InterlockState wanted, CancellationToken ct)
    {
        if (wanted is not (InterlockState.Locked or InterlockState.Unlocked))
        {
            throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "A relay can be locked or unlocked.");
        }

        Begin();
        ReadBack readBack;
        lock (_gate)
        {
            if (wanted is InterlockState.Unlocked)
            {
                RequireSafe();
            }

            Apply(new ShellyEvent.Wished(wanted));

            // The last number is that of the question which reads the relay.
            readBack = _readBack = new ReadBack(wanted is InterlockState.Unlocked, _state.NextId - 1);
        }

        try
        {
            await readBack.Obeyed.WaitAsync(TimeSpan.FromSeconds(_options.ReadBackSeconds), _clock, ct);
        }
        catch (TimeoutException)
        {
            // The answer below says what was read instead, if anything was.
        }

        return Answer(readBack, wanted);
    }

    public async ValueTask DisposeAsync()
    {
        ITimer? ticker;
        lock (_gate)
        {
            _isDisposed = true;
            ticker = _ticker;
            _observers.ForEach(observer => observer.Writer.TryComplete());
        }

        if (ticker is not null)
        {
            await ticker.DisposeAsync();
        }
    }

    private void RequireSafe()
    {
        if (_state.Link is LinkState.Down)
        {
            throw new MachineUnreachableException($"{_options.Topic} is not at the broker.");
        }

        // A machine that is in use is not switched off for a setting.
        if (_state.IsSafeAlone is not true && _state.IsRelayOn is not true)
        {
            throw new MachineUnreachableException(_state.IsSafeAlone is null
                ? $"{_options.Topic} has not told yet whether it stays off after a power cut."
                : $"{_options.Topic} could switch on by itself; its initial_state must be off and auto_on false.");
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_ticker is not null)
            {
                return;
            }

            _ticker = _clock.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
            _wire.Subscribe($"{_options.Topic}/online", ReceiveAsync);
            _wire.Subscribe($"{_options.Topic}/events/rpc", ReceiveAsync);
            _wire.Subscribe($"{_options.Topic}/reply/rpc", ReceiveAsync);
            Apply(new ShellyEvent.Started(Random.Shared.NextInt64(1, LargestFirstId)));
        }
    }

    private ValueTask ReceiveAsync(WireMessage message, CancellationToken ct)
    {
        if (ShellyNews.Read(_options, message.Topic, message.Payload, message.IsRetained) is { } news)
        {
            Apply(new ShellyEvent.Heard(news));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A timer's exception would end the process. Without a heartbeat the relay soon counts as out of hearing; the next tick tries again.</summary>
    private void Tick()
    {
        try
        {
            lock (_gate)
            {
                Apply(new ShellyEvent.Ticked());
                if (--_ticksUntilHeartbeat <= 0)
                {
                    Show();
                }
            }
        }
        catch (Exception broken)
        {
            LogBroken(_options.Topic, broken);
        }
    }

    private InterlockState Answer(ReadBack readBack, InterlockState wanted)
    {
        lock (_gate)
        {
            var wasRead = _state.RelayReadBy >= readBack.Question;
            if (!wasRead)
            {
                Apply(new ShellyEvent.NotReadBack());
            }

            // On without its dead-man it is being opened again, and nobody may rely on it.
            var isLoose = _state.IsRelayOn is true && !ShellyRelay.HasDeadMan(_state, _options);
            var seen = wasRead && !isLoose ? _state.Contact : InterlockState.Unknown;
            TellOfObedience(wanted, seen);
            return seen;
        }
    }

    private void TellOfObedience(InterlockState wanted, InterlockState seen)
    {
        if (seen != wanted && _disobedience.IsNews($"{wanted} {seen}"))
        {
            LogDisobeyed(_options.Topic, wanted, seen);
        }
        else if (seen == wanted && _disobedience.End())
        {
            LogObeysAgain(_options.Topic, seen);
        }
    }

    /// <summary>Events are handled one after the other, and their commands leave in the same order. Nothing in here waits.</summary>
    private void Apply(ShellyEvent happened)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            var before = _state;
            var step = ShellyRelay.Step(before, happened, _clock.GetElapsedTime(_began), _options);
            _state = step.State;
            foreach (var command in step.Commands)
            {
                _wire.Publish($"{_options.Topic}/rpc", Frame(command), retain: false);
            }

            Tell(before, step);
        }
    }

    private void Tell(ShellyState before, ShellyStep step)
    {
        if (step.Notice is { } notice)
        {
            LogNotice(_options.Topic, notice);
        }

        if (step.State.Link != before.Link)
        {
            LogLink(_options.Topic, step.State.Link);
        }

        if (_readBack is { } waiting && step.State.RelayReadBy >= waiting.Question && step.State.IsRelayOn == waiting.WantsOn
            && (!waiting.WantsOn || ShellyRelay.HasDeadMan(step.State, _options)))
        {
            waiting.Obey();
        }

        if (step.State.Picture != before.Picture)
        {
            Show();
        }
    }

    private byte[] Frame(ShellyCommand command)
    {
        // The answer comes to the source and "/rpc": below the device's own prefix, so that one rule at the broker holds all of it.
        var source = $"{_options.Topic}/reply";
        return command.Parameters is null
            ? JsonSerializer.SerializeToUtf8Bytes(new { id = command.Id, src = source, method = command.Method })
            : JsonSerializer.SerializeToUtf8Bytes(new { id = command.Id, src = source, method = command.Method, @params = command.Parameters });
    }

    private void Show()
    {
        _ticksUntilHeartbeat = HeartbeatTicks;
        _observers.ForEach(observer => observer.Writer.TryWrite(_state.Picture));
    }

    /// <summary>One wish that waits for the relay to say what it does.</summary>
    private sealed class ReadBack(bool wantsOn, long question)
    {
        private readonly TaskCompletionSource _obeyed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WantsOn => wantsOn;

        /// <summary>The number of the question whose answer counts.</summary>
        public long Question => question;

        public Task Obeyed => _obeyed.Task;

        public void Obey() => _obeyed.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Relay {Relay}: link {Link}")]
    private partial void LogLink(string relay, LinkState link);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching relay {Relay} failed; the next second tries again")]
    private partial void LogBroken(string relay, Exception broken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Relay {Relay} should be {Wanted} but reads {Seen}")]
    private partial void LogDisobeyed(string relay, InterlockState wanted, InterlockState seen);

    [LoggerMessage(Level = LogLevel.Information, Message = "Relay {Relay} does what it is told again: {Seen}")]
    private partial void LogObeysAgain(string relay, InterlockState seen);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Relay {Relay}: {Notice}")]
    private partial void LogNotice(string relay, string notice);
}
