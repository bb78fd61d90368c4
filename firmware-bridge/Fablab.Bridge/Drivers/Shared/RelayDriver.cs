using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Shared;

/// <summary>
/// A relay on the bridge's own broker. What its messages, its silence and our wishes mean is decided by a pure step of each kind of
/// device; this class brings that messages and time, and sends what it says.
/// </summary>
/// <typeparam name="TEvent">What can happen to the picture.</typeparam>
/// <param name="name">The device's own level in its topics, for people.</param>
/// <param name="filters">What is listened to.</param>
internal abstract class RelayDriver<TState, TEvent>(
    string name, IReadOnlyList<string> filters, TState initial, TimeSpan readBackLimit, IBridgeWire wire, TimeProvider clock, ILogger log) : IInterlock
    where TState : RelayState
    where TEvent : class
{
    /// <summary>Pictures an observer may be behind before it misses older ones.</summary>
    private const int MaxUnseen = 64;

    /// <summary>An observation comes at least every so many ticks of a second.</summary>
    private const int HeartbeatTicks = 3;

    /// <summary>So many heartbeats in a row are never missed by a driver that is alive.</summary>
    private const int MissedHeartbeats = 3;

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly long _began = clock.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly List<Channel<InterlockObservation>> _observers = [];
    private readonly LastingTrouble _disobedience = new(clock);
    private TState _state = initial;
    private ITimer? _ticker;
    private int _ticksUntilHeartbeat = HeartbeatTicks;
    private ReadBack? _readBack;
    private bool _isDisposed;

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
                RequireMayUnlock(_state);
            }

            var before = _state;
            Apply(Wished(wanted));
            readBack = _readBack = new ReadBack(wanted is InterlockState.Unlocked, FirstReadBack(before, _state));
            ObeyIfRead();
        }

        try
        {
            await readBack.Obeyed.WaitAsync(readBackLimit, clock, ct);
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

    protected abstract TEvent Started();

    protected abstract TEvent Ticked();

    protected abstract TEvent Wished(InterlockState wanted);

    protected abstract TEvent NotReadBack();

    /// <returns>Null for what tells nothing.</returns>
    protected abstract TEvent? Heard(WireMessage message);

    /// <param name="now">Since the driver began.</param>
    protected abstract RelayStep<TState> Step(TState state, TEvent happened, TimeSpan now);

    /// <returns>The first value of <see cref="RelayState.ReadUpTo"/> that counts as read after the wish.</returns>
    protected abstract long FirstReadBack(TState before, TState wished);

    /// <summary>The relay, once read, does what was wished.</summary>
    protected virtual bool Obeys(TState state, bool wantsOn) => state.IsRelayOn == wantsOn;

    /// <summary>What may be relied upon of a relay that was read.</summary>
    protected virtual InterlockState Reliable(TState state) => state.Contact;

    /// <summary>An unlocking is not sent to a device that the broker has lost: it might be delivered when it comes back, long after.</summary>
    /// <exception cref="MachineUnreachableException">It must not be sent now.</exception>
    protected virtual void RequireMayUnlock(TState state)
    {
        if (state.Link is LinkState.Down)
        {
            throw new MachineUnreachableException($"{name} is not at the broker.");
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

            _ticker = clock.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
            foreach (var filter in filters)
            {
                wire.Subscribe(filter, ReceiveAsync);
            }

            Apply(Started());
        }
    }

    private ValueTask ReceiveAsync(WireMessage message, CancellationToken ct)
    {
        if (Heard(message) is { } heard)
        {
            Apply(heard);
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
                Apply(Ticked());
                if (--_ticksUntilHeartbeat <= 0)
                {
                    Show();
                }
            }
        }
        catch (Exception broken)
        {
            log.RelayBroken(name, broken);
        }
    }

    private InterlockState Answer(ReadBack readBack, InterlockState wanted)
    {
        lock (_gate)
        {
            var wasRead = _state.ReadUpTo >= readBack.First;
            if (!wasRead)
            {
                Apply(NotReadBack());
            }

            var seen = wasRead ? Reliable(_state) : InterlockState.Unknown;
            TellOfObedience(wanted, seen);
            return seen;
        }
    }

    private void TellOfObedience(InterlockState wanted, InterlockState seen)
    {
        if (seen != wanted && _disobedience.IsNews($"{wanted} {seen}"))
        {
            log.RelayDisobeyed(name, wanted, seen);
        }
        else if (seen == wanted && _disobedience.End())
        {
            log.RelayObeysAgain(name, seen);
        }
    }

    /// <summary>Events are handled one after the other, and their messages leave in the same order. Nothing in here waits.</summary>
    private void Apply(TEvent happened)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            var before = _state;
            var step = Step(before, happened, clock.GetElapsedTime(_began));
            _state = step.State;
            foreach (var (topic, payload) in step.Messages)
            {
                wire.Publish(topic, payload, retain: false);
            }

            Tell(before, step);
        }
    }

    private void Tell(TState before, RelayStep<TState> step)
    {
        if (step.Notice is { } notice)
        {
            log.RelayNotice(name, notice);
        }

        if (step.State.Link != before.Link)
        {
            log.RelayLink(name, step.State.Link);
        }

        ObeyIfRead();
        if (step.State.Picture != before.Picture)
        {
            Show();
        }
    }

    private void ObeyIfRead()
    {
        if (_readBack is { } waiting && _state.ReadUpTo >= waiting.First && Obeys(_state, waiting.WantsOn))
        {
            waiting.Obey();
        }
    }

    private void Show()
    {
        _ticksUntilHeartbeat = HeartbeatTicks;
        _observers.ForEach(observer => observer.Writer.TryWrite(_state.Picture));
    }

    /// <summary>One wish that waits for the relay to say what it does.</summary>
    private sealed class ReadBack(bool wantsOn, long first)
    {
        private readonly TaskCompletionSource _obeyed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WantsOn => wantsOn;

        /// <summary>Readings count from here on.</summary>
        public long First => first;

        public Task Obeyed => _obeyed.Task;

        public void Obey() => _obeyed.TrySetResult();
    }
}

internal static partial class RelayLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Relay {Relay}: link {Link}")]
    public static partial void RelayLink(this ILogger log, string relay, LinkState link);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching relay {Relay} failed; the next second tries again")]
    public static partial void RelayBroken(this ILogger log, string relay, Exception broken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Relay {Relay} should be {Wanted} but reads {Seen}")]
    public static partial void RelayDisobeyed(this ILogger log, string relay, InterlockState wanted, InterlockState seen);

    [LoggerMessage(Level = LogLevel.Information, Message = "Relay {Relay} does what it is told again: {Seen}")]
    public static partial void RelayObeysAgain(this ILogger log, string relay, InterlockState seen);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Relay {Relay}: {Notice}")]
    public static partial void RelayNotice(this ILogger log, string relay, string notice);
}
