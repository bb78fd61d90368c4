using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>
/// A Tasmota plug or relay on the bridge's own broker. All decisions are taken by <see cref="TasmotaPlug"/>; this class brings it
/// messages and time, and sends what it says. See <c>wire.md</c>.
/// </summary>
internal sealed partial class TasmotaPlugDriver : IInterlock
{
    /// <summary>Pictures an observer may be behind before it misses older ones.</summary>
    private const int MaxUnseen = 64;

    /// <summary>An observation comes at least every so many ticks of a second.</summary>
    private const int HeartbeatTicks = 3;

    /// <summary>So many heartbeats in a row are never missed by a driver that is alive.</summary>
    private const int MissedHeartbeats = 3;

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly TasmotaOptions _options;
    private readonly IBridgeWire _wire;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly long _began;
    private readonly Lock _gate = new();
    private readonly List<Channel<InterlockObservation>> _observers = [];
    private readonly LastingTrouble _disobedience;
    private TasmotaState _state = new();
    private ITimer? _ticker;
    private int _ticksUntilHeartbeat = HeartbeatTicks;
    private ReadBack? _readBack;
    private bool _isDisposed;

    public TasmotaPlugDriver(TasmotaOptions options, IBridgeWire wire, TimeProvider clock, ILogger<TasmotaPlugDriver> log)
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

    /// <remarks>An unlocking is not sent to a plug that the broker has lost: it might be delivered when the plug comes back, long after.</remarks>
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
            if (wanted is InterlockState.Unlocked && _state.Link is LinkState.Down)
            {
                throw new MachineUnreachableException($"The plug {_options.Topic} is not at the broker.");
            }

            readBack = _readBack = new ReadBack(wanted is InterlockState.Unlocked, _state.Readings);
            Apply(new TasmotaEvent.Wished(wanted));
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
            _wire.Subscribe($"stat/{_options.Topic}/#", ReceiveAsync);
            _wire.Subscribe($"tele/{_options.Topic}/#", ReceiveAsync);
            Apply(new TasmotaEvent.Started());
        }
    }

    private ValueTask ReceiveAsync(WireMessage message, CancellationToken ct)
    {
        if (TasmotaNews.Read(_options.Topic, message.Topic, message.Payload, message.IsRetained) is { } news)
        {
            Apply(new TasmotaEvent.Heard(news));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A timer's exception would end the process. Without a heartbeat the plug soon counts as out of hearing; the next tick tries again.</summary>
    private void Tick()
    {
        try
        {
            lock (_gate)
            {
                Apply(new TasmotaEvent.Ticked());
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
            var wasRead = _state.Readings > readBack.ReadingsBefore;
            if (!wasRead)
            {
                Apply(new TasmotaEvent.NotReadBack());
            }

            var seen = wasRead ? _state.Contact : InterlockState.Unknown;
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
    private void Apply(TasmotaEvent happened)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            var before = _state;
            var step = TasmotaPlug.Step(before, happened, _clock.GetElapsedTime(_began), _options);
            _state = step.State;
            foreach (var command in step.Commands)
            {
                _wire.Publish($"cmnd/{_options.Topic}/{command.Name}", Encoding.UTF8.GetBytes(command.Payload), retain: false);
            }

            Tell(before, step);
        }
    }

    private void Tell(TasmotaState before, TasmotaStep step)
    {
        if (step.Notice is { } notice)
        {
            LogNotice(_options.Topic, notice);
        }

        if (step.State.Link != before.Link)
        {
            LogLink(_options.Topic, step.State.Link);
        }

        if (_readBack is { } waiting && step.State.Readings > waiting.ReadingsBefore && step.State.IsRelayOn == waiting.WantsOn)
        {
            waiting.Obey();
        }

        if (step.State.Picture != before.Picture)
        {
            Show();
        }
    }

    private void Show()
    {
        _ticksUntilHeartbeat = HeartbeatTicks;
        _observers.ForEach(observer => observer.Writer.TryWrite(_state.Picture));
    }

    /// <summary>One wish that waits for the relay to say what it does.</summary>
    private sealed class ReadBack(bool wantsOn, long readingsBefore)
    {
        private readonly TaskCompletionSource _obeyed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WantsOn => wantsOn;

        public long ReadingsBefore => readingsBefore;

        public Task Obeyed => _obeyed.Task;

        public void Obey() => _obeyed.TrySetResult();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Plug {Plug}: link {Link}")]
    private partial void LogLink(string plug, LinkState link);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching plug {Plug} failed; the next second tries again")]
    private partial void LogBroken(string plug, Exception broken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plug {Plug} should be {Wanted} but reads {Seen}")]
    private partial void LogDisobeyed(string plug, InterlockState wanted, InterlockState seen);

    [LoggerMessage(Level = LogLevel.Information, Message = "Plug {Plug} does what it is told again: {Seen}")]
    private partial void LogObeysAgain(string plug, InterlockState seen);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plug {Plug}: {Notice}")]
    private partial void LogNotice(string plug, string notice);
}
