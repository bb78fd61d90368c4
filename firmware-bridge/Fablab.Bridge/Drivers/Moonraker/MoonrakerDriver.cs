using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>
/// Runs jobs on a 3D printer with Klipper through Moonraker: JSON-RPC over its socket for all but files. Wire notes are in
/// <c>wire.md</c>; what the facts mean is <see cref="MoonrakerReducer"/>'s.
/// </summary>
internal sealed partial class MoonrakerDriver : IJobController
{
    /// <summary>Observations that wait for their reader; beyond it the oldest goes, since each is a whole picture.</summary>
    private const int LongestQueue = 256;

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
    private readonly Channel<bool> _lookSoon = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Channel<ControllerObservation> _observations = Channel.CreateBounded<ControllerObservation>(
        new BoundedChannelOptions(LongestQueue) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>The call of each kind (four of them) that was sent last, perhaps still under way.</summary>
    private readonly Dictionary<string, UnderWay> _underWay = [];

    private MoonrakerPicture _picture;
    private ControllerObservation? _shown;
    private MoonrakerConnection? _connection;
    private int _observers;

    public MoonrakerDriver(MoonrakerOptions options, TimeProvider clock, ILogger<MoonrakerDriver> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        var handler = MakeHandler();
        _invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        _http = new HttpClient(handler)
        {
            // The pipelines keep the time; this second clock would only confuse the reason.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MoonrakerFiles.LongestAnswer,
        };
        _files = new MoonrakerFiles(_http, options, clock);
        _origin = clock.GetTimestamp();
        _picture = new MoonrakerPicture { SilenceLimit = options.SilenceLimit };
    }

    /// <summary>The questions of a look are answered, or the connection is dropped, within a poll interval and their limits; twice that is no slow network any more.</summary>
    public TimeSpan LongestSilence => 2 * (_options.PollInterval + (_options.AnswerTimeout * QuestionsPerLook));

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    public async IAsyncEnumerable<ControllerObservation> ObserveAsync([EnumeratorCancellation] CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _observers, 1) == 1)
        {
            throw new InvalidOperationException("This Moonraker is observed already; one observer at a time");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var loops = Task.WhenAll(TalkAsync(stop.Token), TickAsync(stop.Token));
        try
        {
            Show(isHeartbeat: true);
            await foreach (var seen in _observations.Reader.ReadAllAsync(ct))
            {
                yield return seen;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Apply(new MoonrakerFact.ConnectionLost("Nobody looks at it"));
            Volatile.Write(ref _observers, 0);
        }
    }

    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        await using (var stream = File.OpenRead(file.Path))
        {
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct));
            if (!digest.Equals(file.Sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new ControllerRefusedException($"{file.Name} on the bridge's disk is not the approved file", RefusalKind.Other);
            }
        }

        await _files.UploadAsync(file, ct);
    }

    /// <remarks>A pause that somebody asked for while nothing was printed stays latched, and would make Klipper ignore ours (recording 06); it is cleared first.</remarks>
    public async Task StartAsync(string fileName, CancellationToken ct)
    {
        var seen = RequireReady();
        if (seen.IsAtWork)
        {
            throw new ControllerRefusedException($"The printer is at work on '{seen.Status.FileName}'", RefusalKind.WrongState);
        }

        // Without an answer the start is not sent: it would come minutes later, when nobody waits for it any more.
        await AskAsync("printer.gcode.script", new { script = "CLEAR_PAUSE" }, _options.HeardTimeout, ct);
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
            await AskAsync("printer.gcode.script", new { script = "CLEAR_PAUSE" }, _options.HeardTimeout, ct);
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

    // No redirects: they could carry the key to another host. No cookies: the key says who we are.
    private static SocketsHttpHandler MakeHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

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

    private Task<JsonElement> AskAsync(string method, object parameters, TimeSpan limit, CancellationToken ct)
    {
        lock (_gate)
        {
            return (_connection ?? throw new MachineUnreachableException("Moonraker is not connected")).CallAsync(method, parameters, limit, null, ct);
        }
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
