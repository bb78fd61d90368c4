using System.Collections.Concurrent;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>Keeps the connection, feeds the picture and shows it.</summary>
internal sealed partial class MoonrakerDriver
{
    /// <summary>How often passing time alone (silence, doubt) is looked at.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan NumbersInterval = TimeSpan.FromSeconds(1);

    /// <summary>How many different unknown words are logged before we stop counting.</summary>
    private const int MostUnknownWords = 100;

    /// <summary>Enough to find a job that ended while the bridge was away behind those that others printed since.</summary>
    private const int JobsAsked = 10;

    private readonly ConcurrentDictionary<string, bool> _unknownWords = new(StringComparer.Ordinal);

    /// <summary>Klipper forgets a subscription when it begins anew.</summary>
    private volatile bool _isSubscribed;

    private bool _isHistoryRead;
    private TimeSpan _shownAt;
    private int _failures;

    private void LookSoon() => _look.Soon();

    private void Apply(MoonrakerFact fact)
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var next in MoonrakerReducer.Apply(_picture, fact, now))
            {
                _picture = next;
                Publish(next.Observe(now), isHeartbeat: false);
            }
        }
    }

    private void Show(bool isHeartbeat)
    {
        lock (_gate)
        {
            Publish(_picture.Observe(Now), isHeartbeat);
        }
    }

    private void Publish(ControllerObservation seen, bool isHeartbeat)
    {
        // Klipper tells its numbers four times a second; what happens is shown at once, what only grows once a second.
        var isDue = isHeartbeat || _shown is null || (Now - _shownAt >= NumbersInterval ? !_shown.IsSameAs(seen) : HasHappened(_shown, seen));
        if (isDue)
        {
            (_shown, _shownAt) = (seen, Now);
            _feed.Write(seen);
        }
    }

    private static bool HasHappened(ControllerObservation one, ControllerObservation other) =>
        (one.Link, one.State, one.FileName, one.LastEnd, one.Message) != (other.Link, other.State, other.FileName, other.LastEnd, other.Message);

    private MoonrakerPicture Picture()
    {
        lock (_gate)
        {
            return _picture;
        }
    }

    private async Task TalkAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var why = "Talking to Moonraker failed inside the bridge";
            try
            {
                await using var connection = await MoonrakerConnection.OpenAsync(_options, _invoker, _clock, ct);
                await ConverseAsync(connection, ct);
            }
            catch (Exception no) when (no is MachineUnreachableException or ControllerRefusedException)
            {
                why = no.Message;
                if (_failures == 0)
                {
                    LogLost(_options.Address!, no.Message);
                }
            }
            catch (Exception bug) when (!ct.IsCancellationRequested)
            {
                LogLoopFailed(_options.Address!, bug);
            }

            _failures++;
            Apply(new MoonrakerFact.ConnectionLost(why));
            await Task.Delay(Backoff.Pause(_failures, _options.ReconnectDelay, _options.ReconnectLimit), _clock, ct);
        }
    }

    /// <summary>Reads and asks until one of both ends; then the connection is over.</summary>
    private async Task ConverseAsync(MoonrakerConnection connection, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        (_isSubscribed, _isHistoryRead) = (false, false);
        Apply(new MoonrakerFact.Connected());
        var reading = connection.ReadAsync(OnFrame, stop.Token);
        var looking = LookAsync(connection, stop.Token);
        try
        {
            await await Task.WhenAny(reading, looking);
        }
        finally
        {
            lock (_gate)
            {
                _connection = null;
            }

            await stop.CancelAsync();
            await connection.DisposeAsync();
            await Task.WhenAll(reading, looking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Looks at everything each poll interval, and sooner when something happened.</summary>
    private async Task LookAsync(MoonrakerConnection connection, CancellationToken ct)
    {
        await IntroduceAsync(connection, ct);
        lock (_gate)
        {
            _connection = connection;
        }

        while (true)
        {
            await LookOnceAsync(connection, ct);
            _failures = 0;
            Show(isHeartbeat: true);
            await _look.WaitAsync(ct);
        }
    }

    /// <remarks>
    /// Not as an "agent": Moonraker knows an agent's name once only, and would turn us away for as long as it has not noticed that our
    /// last connection is dead.
    /// </remarks>
    private async Task IntroduceAsync(MoonrakerConnection connection, CancellationToken ct)
    {
        var version = typeof(MoonrakerDriver).Assembly.GetName().Version?.ToString(3) ?? "0";
        await connection.CallAsync(
            "server.connection.identify",
            new { client_name = "fablab-bridge", version, type = "other", url = "https://fablab.invalid/" },
            _options.AnswerTimeout,
            null,
            ct);
        LogGreeted(_options.Address!);
    }

    private async Task LookOnceAsync(MoonrakerConnection connection, CancellationToken ct)
    {
        var isKlippyThere = false;
        await connection.CallAsync(
            "server.info",
            null,
            _options.AnswerTimeout,
            info =>
            {
                var state = info.Flag("klippy_connected") ? info.Words("klippy_state") ?? "startup" : "disconnected";
                isKlippyThere = state is not ("disconnected" or "startup");
                _isSubscribed &= isKlippyThere;
                Apply(new MoonrakerFact.KlippySeen(state));
            },
            ct);
        if (isKlippyThere)
        {
            await ReadStatusAsync(connection, ct);
        }

        if (!_isHistoryRead || Picture().WantsHistory(Now))
        {
            await ReadHistoryAsync(connection, ct);
        }
    }

    private async Task ReadStatusAsync(MoonrakerConnection connection, CancellationToken ct)
    {
        var method = _isSubscribed ? "printer.objects.query" : "printer.objects.subscribe";
        _isSubscribed = true;
        try
        {
            await connection.CallAsync(
                method,
                new { objects = PrinterStatus.Objects },
                _options.AnswerTimeout,
                result => Apply(new MoonrakerFact.StatusSeen(result.Child("status"), IsWhole: true)),
                ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is not RefusalKind.NotAllowed)
        {
            // Klipper left between two questions, or is so ill that it has no objects. The next look begins anew.
            _isSubscribed = false;
        }
    }

    private async Task ReadHistoryAsync(MoonrakerConnection connection, CancellationToken ct)
    {
        try
        {
            await connection.CallAsync(
                "server.history.list",
                new { limit = JobsAsked, order = "desc" },
                _options.AnswerTimeout,
                result => Apply(new MoonrakerFact.HistorySeen(HistoryJob.ListFrom(result))),
                ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.NotFound)
        {
            Apply(new MoonrakerFact.HistoryMissing());
            LogNoHistory(_options.Address!);
        }

        // A Moonraker that has just begun finds its Klipper a moment later, and only both together tell how things are.
        _isHistoryRead = Picture().IsReady;
    }

    private void OnFrame(RpcFrame frame)
    {
        switch (frame)
        {
            case RpcNotice notice:
                OnNotice(notice);
                break;
            case RpcUnknown unknown:
                NoteUnknown(unknown.Why);
                break;
        }
    }

    private void OnNotice(RpcNotice notice)
    {
        if (MoonrakerFact.From(notice) is { } fact)
        {
            Apply(fact);
        }

        switch (notice.Method)
        {
            case "notify_klippy_ready":
                // Its subscriptions are gone, so everything is read anew before it counts as ready.
                _isSubscribed = false;
                LookSoon();
                break;
            case "notify_klippy_disconnected":
                _isSubscribed = false;
                break;
        }
    }

    /// <summary>Lets passing time show, and asks soon for what is open. While there is no connection, it is what keeps us heard.</summary>
    private async Task TickAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TickInterval, _clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            try
            {
                LetTimeShow();
            }
            catch (Exception bug) when (!ct.IsCancellationRequested)
            {
                LogLoopFailed(_options.Address!, bug);
                await Task.Delay(_options.PollInterval, _clock, ct);
            }
        }
    }

    private void LetTimeShow()
    {
        var now = Now;
        Apply(new MoonrakerFact.Ticked());
        var picture = Picture();
        Show(isHeartbeat: !picture.IsConnected && now - _shownAt >= _options.PollInterval);
        if (picture.WantsHistory(now))
        {
            LookSoon();
        }
    }

    private void NoteUnknown(string what)
    {
        if (_unknownWords.Count < MostUnknownWords && _unknownWords.TryAdd(what, true))
        {
            LogUnknown(_options.Address!, what);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} answers as Moonraker")]
    private partial void LogGreeted(Uri address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} is lost and looked for again: {Why}")]
    private partial void LogLost(Uri address, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} keeps no history; how a print ended while it was away cannot be told. Moonraker's [history] should be on")]
    private partial void LogNoHistory(Uri address);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching {Address} failed; it goes on after a pause")]
    private partial void LogLoopFailed(Uri address, Exception bug);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} said something unknown: {What}")]
    private partial void LogUnknown(Uri address, string what);
}
