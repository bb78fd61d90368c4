using System.Text.Json;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>
/// Runs jobs on a 3D printer with Klipper through Moonraker: JSON-RPC over its socket for all but files. Wire notes are in
/// <c>wire.md</c>; what the facts mean is <see cref="MoonrakerReducer"/>'s.
/// </summary>
internal sealed partial class MoonrakerDriver : IJobController
{
    /// <summary>A look asks at most so many questions: for Klipper's state, for all objects, for the history.</summary>
    private const int QuestionsPerLook = 3;

    private readonly MoonrakerOptions _options;
    private readonly HttpMessageInvoker _invoker;
    private readonly HttpClient _http;
    private readonly MoonrakerFiles _files;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Lock _gate = new();
    private readonly NextLook _look;
    private readonly ObservationFeed _feed = new("Moonraker");

    /// <summary>The call of each kind (five of them) that was sent last, perhaps still under way.</summary>
    private readonly Dictionary<string, UnderWay> _underWay = [];

    private MoonrakerPicture _picture;
    private ControllerObservation? _shown;
    private MoonrakerConnection? _connection;

    public MoonrakerDriver(MoonrakerOptions options, TimeProvider clock, ILogger<MoonrakerDriver> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        var handler = ControllerHttp.Handler();
        _invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        _http = ControllerHttp.Client(handler, MoonrakerFiles.LongestAnswer);
        _look = new NextLook(options.PollInterval, clock);
        _files = new MoonrakerFiles(_http, options, clock);
        _origin = clock.GetTimestamp();
        _picture = new MoonrakerPicture { SilenceLimit = options.SilenceLimit };
    }

    /// <summary>The questions of a look are answered, or the connection is dropped, within a poll interval and their limits; twice that is no slow network any more.</summary>
    public TimeSpan LongestSilence => 2 * (_options.PollInterval + (_options.AnswerTimeout * QuestionsPerLook));

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    public IAsyncEnumerable<ControllerObservation> ObserveAsync(CancellationToken ct) => _feed.RunAsync(
        stop => Task.WhenAll(TalkAsync(stop), TickAsync(stop)), () => Show(isHeartbeat: true), ct, () => Apply(new MoonrakerFact.ConnectionLost("Nobody looks at it")));

    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        await file.RequireApprovedAsync(ct);
        await _files.UploadAsync(file, ct);
    }

    /// <remarks>
    /// A pause that somebody asked for while nothing was printed stays latched, and would make Klipper ignore ours (recording 06). It is looked
    /// for before each start, and cleared when it is there.
    /// </remarks>
    public async Task StartAsync(string fileName, CancellationToken ct)
    {
        var seen = RequireReady();
        if (seen.IsAtWork)
        {
            throw new ControllerRefusedException($"The printer is at work on '{seen.Status.FileName}'", RefusalKind.WrongState);
        }

        // Without an answer the start is not sent: it would come minutes later, when nobody waits for it any more.
        if (await ReadPauseLatchAsync(ct))
        {
            await ClearPauseAsync(ct);
        }

        await WishAsync("start", fileName, "printer.print.start", new { filename = fileName }, ct);
    }

    public async Task PauseAsync(CancellationToken ct)
    {
        var seen = RequireReady();
        if (seen.Status.JobState is "paused")
        {
            return;
        }

        // While nothing is printed Klipper would answer "ok" and latch the pause.
        if (seen.Status.JobState is not "printing")
        {
            throw new ControllerRefusedException($"Nothing is printed that could pause; Klipper says {seen.Status.JobState}", RefusalKind.WrongState);
        }

        if (seen.Status.IsPauseLatched && !IsUnderWay("pause"))
        {
            await ClearPauseAsync(ct);
        }

        await WishAsync("pause", "", "printer.print.pause", null, ct);
    }

    public async Task ResumeAsync(CancellationToken ct)
    {
        var seen = RequireReady();
        if (seen.Status.JobState is "printing")
        {
            return;
        }

        if (seen.Status.JobState is not "paused")
        {
            throw new ControllerRefusedException($"Nothing is paused that could go on; Klipper says {seen.Status.JobState}", RefusalKind.WrongState);
        }

        await WishAsync("resume", "", "printer.print.resume", null, ct);
    }

    public async Task CancelAsync(CancellationToken ct)
    {
        var seen = RequireConnection();
        if (seen.Klippy is null || (seen.Klippy is "ready" && seen.Status.JobState is null))
        {
            throw new MachineUnreachableException("What the printer does is not read yet");
        }

        if (!seen.IsAtWork && !IsUnderWay("start"))
        {
            // There is nothing to end, and Klipper would run its cancel macro, moves and all, on an idle printer.
            return;
        }

        // Before the question, so that the end it causes finds it known.
        Apply(new MoonrakerFact.CancelAsked());
        try
        {
            await WishAsync("cancel", "", "printer.print.cancel", null, ct);
        }
        catch (ControllerRefusedException)
        {
            Apply(new MoonrakerFact.CancelRefused());
            throw;
        }
    }

    public Task RemoveAsync(string fileName, CancellationToken ct) => _files.DeleteAsync(fileName, ct);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    private MoonrakerPicture RequireConnection()
    {
        lock (_gate)
        {
            return _connection is not null ? _picture : throw new MachineUnreachableException(_picture.LostWhy ?? "Moonraker is not connected yet");
        }
    }

    private MoonrakerPicture RequireReady()
    {
        var seen = RequireConnection();
        return seen.IsReady ? seen : throw new ControllerRefusedException($"Klipper is not ready: {seen.Klippy ?? "nothing known yet"}", RefusalKind.WrongState);
    }

    private MoonrakerConnection Connection()
    {
        lock (_gate)
        {
            return _connection ?? throw new MachineUnreachableException("Moonraker is not connected");
        }
    }

    /// <summary>
    /// "ok" says that the script has run, not that the latch is open, so only reading it counts. Behind a macro of Klipper's the script waits;
    /// whoever asks again meanwhile waits on the same one.
    /// </summary>
    /// <exception cref="ControllerRefusedException">The pause is still latched.</exception>
    private async Task ClearPauseAsync(CancellationToken ct)
    {
        await WishAsync("clear-pause", "", "printer.gcode.script", new { script = "CLEAR_PAUSE" }, ct);
        if (await ReadPauseLatchAsync(ct))
        {
            throw new ControllerRefusedException("A pause is latched, and CLEAR_PAUSE did not clear it", RefusalKind.WrongState);
        }
    }

    /// <summary>Asked for and not remembered: what notices told may be a quarter of a second old.</summary>
    private async Task<bool> ReadPauseLatchAsync(CancellationToken ct)
    {
        var told = await Connection().CallAsync("printer.objects.query", new { objects = PrinterStatus.PauseLatch }, _options.AnswerTimeout, null, ct);
        return new PrinterStatus().Merge(told.Child("status")).IsPauseLatched;
    }

    private bool IsUnderWay(string kind)
    {
        lock (_gate)
        {
            return _underWay.TryGetValue(kind, out var call) && !call.Answer.IsCompleted;
        }
    }

    /// <summary>
    /// Klipper answers when the macro behind a wish has run, which behind a long move or a heater takes minutes. Whoever asks waits
    /// a while for it; asked again meanwhile, the wish waits on the same call instead of being sent twice.
    /// </summary>
    private async Task WishAsync(string kind, string fileName, string method, object? parameters, CancellationToken ct)
    {
        UnderWay call;
        lock (_gate)
        {
            if (!_underWay.TryGetValue(kind, out call!) || call.Answer.IsCompleted || call.FileName != fileName)
            {
                var connection = _connection ?? throw new MachineUnreachableException("Moonraker is not connected");
                call = new UnderWay(fileName, connection.CallAsync(method, parameters, _options.CommandTimeout, null, CancellationToken.None));
                _underWay[kind] = call;
            }
        }

        try
        {
            await call.Answer.WaitAsync(_options.HeardTimeout, _clock, ct);
        }
        catch (TimeoutException)
        {
            // Its answer may come when nobody waits any more.
            _ = call.Answer.ContinueWith(done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new MachineUnreachableException($"Klipper has not answered {method} within {_options.HeardTimeout.TotalSeconds:0.#} s; it may still carry it out");
        }
        finally
        {
            LookSoon();
        }
    }

    private sealed record UnderWay(string FileName, Task<JsonElement> Answer);
}
