using System.Net;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.PrusaLink;

/// <summary>
/// Runs jobs on a Prusa printer through PrusaLink, by looking at it every few seconds. Wire notes are in <c>wire.md</c>; what the facts
/// mean is <see cref="PrusaLinkReducer"/>'s.
/// </summary>
internal sealed partial class PrusaLinkDriver : IJobController
{
    /// <summary>A look asks at most so many questions: who answers, how it is, what it prints.</summary>
    private const int QuestionsPerLook = 3;

    /// <summary>A printer's own server has few connections to give; its screen in a browser needs some too.</summary>
    private const int MostConnections = 2;

    private readonly PrusaLinkOptions _options;
    private readonly HttpClient _http;
    private readonly PrusaLinkClient _client;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Lock _gate = new();
    private readonly NextLook _look;
    private readonly ObservationFeed _feed = new("PrusaLink");
    private PrusaLinkPicture _picture;
    private bool _isGreeted;
    private bool _isLossTold;

    public PrusaLinkDriver(PrusaLinkOptions options, TimeProvider clock, ILogger<PrusaLinkDriver> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _http = ControllerHttp.Client(MakeHandler(options), PrusaLinkClient.LongestAnswer);
        _look = new NextLook(options.PollInterval, clock);
        _client = new PrusaLinkClient(_http, options, clock);
        _origin = clock.GetTimestamp();
        _picture = new PrusaLinkPicture { SilenceLimit = options.SilenceLimit };
    }

    /// <summary>An answer or the lack of one shows within a poll interval and all tries of its questions; twice that is no slow network any more.</summary>
    public TimeSpan LongestSilence => 2 * (_options.PollInterval + (_options.AnswerTimeout * (_options.Retries + 1) * QuestionsPerLook));

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    public IAsyncEnumerable<ControllerObservation> ObserveAsync(CancellationToken ct) => _feed.RunAsync(LookAsync, Show, ct);

    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        await file.RequireApprovedAsync(ct);
        await _client.UploadAsync(file, ct);

        // PrusaLink has no digest to compare; the size shows a copy that broke off.
        if (await _client.ReadSizeAsync(file.Name, ct) is { } stored && stored != new FileInfo(file.Path).Length)
        {
            await _client.DeleteAsync(file.Name, ct);
            throw new ControllerRefusedException("PrusaLink stored another number of bytes than was sent", RefusalKind.Other);
        }
    }

    public async Task StartAsync(string fileName, CancellationToken ct)
    {
        try
        {
            await _client.StartAsync(fileName, ct);
        }
        finally
        {
            LookSoon();
        }
    }

    public async Task PauseAsync(CancellationToken ct)
    {
        if (Picture().Status?.State is not "PAUSED")
        {
            await _client.PauseAsync(JobUnderWay(), ct);
            LookSoon();
        }
    }

    public async Task ResumeAsync(CancellationToken ct)
    {
        if (Picture().Status?.State is not "PRINTING")
        {
            await _client.ResumeAsync(JobUnderWay(), ct);
            LookSoon();
        }
    }

    public async Task CancelAsync(CancellationToken ct)
    {
        var seen = Picture();
        if (seen.Run is not { JobId: var job })
        {
            return;
        }

        // Before the question, so that the end it causes finds it known.
        Apply(new PrusaLinkFact.CancelAsked());
        try
        {
            await _client.StopAsync(job, ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.NotFound || (no.Kind is RefusalKind.WrongState && seen.IsCancelAsked))
        {
            // That job is over, or the first cancel has worked already. By itself it was no cancel of ours.
            if (!seen.IsCancelAsked)
            {
                Apply(new PrusaLinkFact.CancelRefused());
            }
        }
        catch (ControllerRefusedException)
        {
            Apply(new PrusaLinkFact.CancelRefused());
            throw;
        }
        finally
        {
            LookSoon();
        }
    }

    public Task RemoveAsync(string fileName, CancellationToken ct) => _client.DeleteAsync(fileName, ct);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // Digest alone: asked for "basic", the password would travel in the clear.
    private static SocketsHttpHandler MakeHandler(PrusaLinkOptions options)
    {
        var handler = ControllerHttp.Handler();
        handler.MaxConnectionsPerServer = MostConnections;
        handler.Credentials = options.Password.Length == 0
            ? null
            : new CredentialCache { { options.Address!, "Digest", new NetworkCredential(options.User, options.Password) } };
        return handler;
    }

    private PrusaLinkPicture Picture()
    {
        lock (_gate)
        {
            return _picture;
        }
    }

    private long JobUnderWay() => Picture().Run?.JobId ?? throw new ControllerRefusedException("Nothing is printed", RefusalKind.WrongState);

    private void LookSoon() => _look.Soon();

    private void Apply(PrusaLinkFact fact)
    {
        lock (_gate)
        {
            var now = Now;
            foreach (var next in PrusaLinkReducer.Apply(_picture, fact, now))
            {
                _picture = next;
                _feed.Write(next.Observe(now));
            }
        }
    }

    private void Show()
    {
        lock (_gate)
        {
            _feed.Write(_picture.Observe(Now));
        }
    }

    /// <summary>Each look shows at least one picture, so that silence can be told from health.</summary>
    private async Task LookAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await LookOnceAsync(ct);
                _isLossTold = false;
            }
            catch (Exception no) when (no is MachineUnreachableException or ControllerRefusedException)
            {
                TellLoss(no.Message);
                _isGreeted = false;
                Apply(new PrusaLinkFact.AskingFailed(no.Message));
            }
            catch (Exception bug) when (!ct.IsCancellationRequested)
            {
                LogLoopFailed(_options.Address!, bug);
                Apply(new PrusaLinkFact.AskingFailed("Looking at PrusaLink failed inside the bridge"));
            }

            await _look.WaitAsync(ct);
        }
    }

    private async Task LookOnceAsync(CancellationToken ct)
    {
        if (!_isGreeted)
        {
            await GreetAsync(ct);
            _isGreeted = true;
        }

        var status = await _client.ReadStatusAsync(ct);
        Apply(new PrusaLinkFact.StatusSeen(status, Picture().WantsJob(status) ? await _client.ReadJobAsync(ct) : null));
    }

    private async Task GreetAsync(CancellationToken ct)
    {
        var version = await _client.ReadVersionAsync(ct);
        if (version?.StartsWith("PrusaLink", StringComparison.Ordinal) is not true)
        {
            throw new MachineUnreachableException("Something else than PrusaLink answers there");
        }

        LogGreeted(_options.Address!, version.Length <= 64 ? version : version[..64]);
    }

    private void TellLoss(string why)
    {
        if (!_isLossTold)
        {
            _isLossTold = true;
            LogLost(_options.Address!, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} answers as {Version}")]
    private partial void LogGreeted(Uri address, string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} is lost and looked for again: {Why}")]
    private partial void LogLost(Uri address, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking at {Address} failed; it goes on after a pause")]
    private partial void LogLoopFailed(Uri address, Exception bug);
}
