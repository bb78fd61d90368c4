using System.Collections.Concurrent;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>The three loops that feed the picture, and how it is shown.</summary>
internal sealed partial class OctoPrintDriver
{
    /// <summary>How often passing time alone (silence, settling) is looked at.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How many different unknown words are logged before we stop counting.</summary>
    private const int MostUnknownWords = 100;

    /// <summary>Only names that OctoPrint rewrote: our name to its path.</summary>
    private readonly ConcurrentDictionary<string, string> _paths = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, bool> _unknownWords = new(StringComparer.Ordinal);

    private bool _isGreeted;

    private string PathOf(string name) => _paths.GetValueOrDefault(name, name);

    private string? NameOf(string? path) => path is null || _paths.IsEmpty
        ? path
        : _paths.FirstOrDefault(pair => pair.Value == path).Key ?? path;

    private void Remember(string name, string path)
    {
        if (name != path)
        {
            _paths[name] = path;
        }
    }

    private void Forget(string name) => _paths.TryRemove(name, out _);

    private void LookSoon() => _look.Soon();

    private void Apply(OctoPrintFact fact)
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var next in OctoPrintReducer.Apply(_picture, fact, now))
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
        var named = seen with
        {
            FileName = NameOf(seen.FileName),
            LastEnd = seen.LastEnd is { } end ? end with { FileName = NameOf(end.FileName) } : null,
        };
        if (isHeartbeat || _shown is null || !_shown.IsSameAs(named))
        {
            _shown = named;
            _feed.Write(named);
        }
    }

    /// <summary>Looks at OctoPrint each poll interval, and sooner when something happened.</summary>
    private async Task LookAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await LookAndShowAsync(ct);
            }
            catch (Exception bug) when (!ct.IsCancellationRequested)
            {
                LogLoopFailed(_options.Address!, bug);
            }

            await _look.WaitAsync(ct);
        }
    }

    private async Task LookAndShowAsync(CancellationToken ct)
    {
        try
        {
            await LookOnceAsync(ct);
        }
        catch (Exception no) when (no is MachineUnreachableException or ControllerRefusedException)
        {
            Apply(new AskingFailed(no.Message));
            _isGreeted = false;
        }
        catch (Exception bug) when (!ct.IsCancellationRequested)
        {
            LogLoopFailed(_options.Address!, bug);
            Apply(new AskingFailed("Looking at OctoPrint failed inside the bridge"));
        }

        _lookedAt = Now;
        Show(isHeartbeat: true);
    }

    private async Task LookOnceAsync(CancellationToken ct)
    {
        if (!_isGreeted)
        {
            await GreetAsync(ct);
            _isGreeted = true;
            Show(isHeartbeat: true);
        }

        var askedAt = Now;
        Apply(new SnapshotSeen(await _client.ReadJobAsync(ct), askedAt));
        Show(isHeartbeat: true);
        askedAt = Now;
        var printer = await _client.ReadPrinterAsync(ct);
        Apply(printer is null ? new NotOperationalSeen() : new SnapshotSeen(printer, askedAt));
        await AskAboutFileAsync(ct);
        if (Picture().WantsPrinterError(Now))
        {
            Apply(await _client.ReadPrinterErrorAsync(ct));
        }
    }

    private async Task GreetAsync(CancellationToken ct)
    {
        var version = await _client.ReadVersionAsync(ct);

        // Moonraker and PrusaLink imitate this API; their job answers are not OctoPrint's.
        if (version?.StartsWith("OctoPrint ", StringComparison.Ordinal) is not true
            || version.Contains("Moonraker", StringComparison.OrdinalIgnoreCase)
            || version.Contains("PrusaLink", StringComparison.OrdinalIgnoreCase))
        {
            throw new MachineUnreachableException($"'{version}' answers there, which is not OctoPrint");
        }

        LogGreeted(_options.Address!, version);
        Apply(new ConnectionSeen(await _client.ReadConnectionAsync(ct)));
    }

    private async Task AskAboutFileAsync(CancellationToken ct)
    {
        if (Picture().FileToAskAbout(Now) is not { } path)
        {
            return;
        }

        var askedAt = Now;
        try
        {
            var file = await _client.ReadFileAsync(path, ct);
            Apply(new FileSeen(path, file?.LastPrint, askedAt));
        }
        catch (ControllerRefusedException)
        {
            // Without the right to read files the rest still works; a run's unseen end is then given up in time.
            Apply(new FileSeen(path, null, askedAt));
        }
    }

    private OctoPrintPicture Picture()
    {
        lock (_gate)
        {
            return _picture;
        }
    }

    /// <summary>Holds the push socket open. While it is closed, looking goes on alone.</summary>
    private async Task ListenAsync(CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await _socket.RunAsync(
                    () =>
                    {
                        failures = 0;
                        OnSocketOpen();
                    },
                    OnMessage,
                    ct);
            }
            catch (Exception no) when (no is MachineUnreachableException or ControllerRefusedException)
            {
                if (failures++ == 0)
                {
                    LogSocketLost(_options.Address!, no.Message);
                }
            }
            catch (Exception bug) when (!ct.IsCancellationRequested)
            {
                failures++;
                LogLoopFailed(_options.Address!, bug);
            }

            await Task.Delay(Backoff.Pause(failures, _options.SocketRetryDelay, _options.SocketRetryLimit), _clock, ct);
        }
    }

    // What happened while it was closed will not be told again, so everything is asked anew.
    private void OnSocketOpen()
    {
        _isGreeted = false;
        LookSoon();
    }

    private void OnMessage(PushMessage message)
    {
        switch (message)
        {
            case SnapshotMessage told:
                Apply(new SnapshotSeen(told.Snapshot, AskedAt: null));
                if (told.Snapshot.StateText is { } text && StateWords.OfText(text) is null)
                {
                    NoteUnknown("state", text);
                }

                break;
            case EventMessage told:
                Apply(new EventSeen(told.Event));
                OnEvent(told.Event);
                break;
            case UnknownMessage told:
                NoteUnknown("message", told.Kind);
                break;
        }
    }

    private void OnEvent(OctoPrintEvent told)
    {
        if (!told.IsKnown)
        {
            NoteUnknown("event", told.Type);
        }
        else if (told.StateId is { } id && StateWords.OfId(id) is null)
        {
            NoteUnknown("state id", id);
        }
        else if (OctoPrintEvent.Watched.Contains(told.Type))
        {
            // A snapshot comes up to half a second later and says what the event leaves open.
            LookSoon();
        }
    }

    /// <summary>Lets passing time show, and asks soon for what is open.</summary>
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
        Show(isHeartbeat: false);
        var now = Now;
        var picture = Picture();
        if (now - _lookedAt >= OctoPrintReducer.Settling && (picture.FileToAskAbout(now) is not null || picture.WantsPrinterError(now)))
        {
            LookSoon();
        }
    }

    private void NoteUnknown(string kind, string word)
    {
        if (_unknownWords.Count < MostUnknownWords && _unknownWords.TryAdd($"{kind} {word}", true))
        {
            LogUnknown(_options.Address!, kind, word);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} answers as {Version}")]
    private partial void LogGreeted(Uri address, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The push socket of {Address} is closed, polling goes on: {Why}")]
    private partial void LogSocketLost(Uri address, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching {Address} failed; it goes on after a pause")]
    private partial void LogLoopFailed(Uri address, Exception bug);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} said an unknown {Kind}: {Word}")]
    private partial void LogUnknown(Uri address, string kind, string word);
}
