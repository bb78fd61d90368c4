using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>
/// Drives a GRBL, grblHAL or FluidNC controller by streaming programs to it. All decisions are taken by
/// <see cref="GrblSession"/>; this class brings it bytes, time and files, and does what it says.
/// </summary>
internal sealed partial class GrblDriver : IJobController
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly GrblOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<GrblDriver> _log;
    private readonly OpenByteLink _open;
    private readonly Func<double> _jitter;
    private readonly long _began;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Channel<ControllerObservation>> _observers = [];
    private readonly List<(JobFile File, GrblProgramSummary Summary)> _ready = [];
    private readonly ConcurrentDictionary<long, GrblProgramReader> _readers = [];
    private readonly Channel<GrblEffect> _fileWork = Channel.CreateBounded<GrblEffect>(MaxFileWork);
    private GrblState _state;
    private Channel<byte[]>? _outgoing;
    private Task? _work;
    private TaskCompletionSource? _stopped;
    private long _lastRun;
    private bool _isDisposed;

    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is outside its limits.</exception>
    /// <exception cref="ArgumentException">The address is of no kind we can open.</exception>
    public GrblDriver(GrblOptions options, TimeProvider clock, ILogger<GrblDriver> log)
        : this(options, clock, log, GrblLinks.To(options, clock), Random.Shared.NextDouble)
    {
    }

    /// <param name="jitter">Numbers from 0 to 1 that spread reconnects of many bridges.</param>
    internal GrblDriver(GrblOptions options, TimeProvider clock, ILogger<GrblDriver> log, OpenByteLink open, Func<double> jitter)
    {
        options.Validate();
        (_options, _clock, _log, _open, _jitter) = (options, clock, log, open, jitter);
        _began = clock.GetTimestamp();
        _state = GrblState.Initial(options);
    }

    // A read order and an end for each run; runs do not overlap.
    private const int MaxFileWork = 16;

    /// <summary>Pictures an observer may be behind before it misses older ones.</summary>
    private const int MaxUnseen = 64;

    /// <summary>Writes that wait for a stuck wire. More cannot be owed: the controller's buffer bounds the lines.</summary>
    private const int MaxOutgoing = 4096;

    /// <summary>So many heartbeats in a row are never missed by a driver that is alive.</summary>
    private const int MissedHeartbeats = 3;

    public TimeSpan LongestSilence => _options.Heartbeat * MissedHeartbeats;

    public async IAsyncEnumerable<ControllerObservation> ObserveAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var pictures = Channel.CreateBounded<ControllerObservation>(new BoundedChannelOptions(MaxUnseen) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            pictures.Writer.TryWrite(_state.Published ?? new ControllerObservation { Link = LinkState.Down, State = ControllerState.Unknown });
            _observers.Add(pictures);
            _work ??= Task.Run(WorkAsync, CancellationToken.None);
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

    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        GrblProgramSummary summary;
        try
        {
            summary = await GrblProgramReader.CheckAsync(file.Path, file.Sha256, _options.MaxLineCharacters, ct);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ControllerRefusedException($"{file.Name} cannot be read: {unreadable.Message}", unreadable);
        }

        lock (_gate)
        {
            _ready.RemoveAll(ready => ready.File.Name == file.Name);
            _ready.Add((file, summary));
            _ready.RemoveRange(0, Math.Max(0, _ready.Count - _options.MaxReadyFiles));
        }
    }

    public async Task StartAsync(string fileName, CancellationToken ct)
    {
        var (file, summary) = FindReady(fileName)
            ?? throw new ControllerRefusedException($"{fileName} is not ready here. Upload it first.", RefusalKind.NotFound);
        var run = Interlocked.Increment(ref _lastRun);
        var reader = OpenReader(file);
        try
        {
            var first = await reader.ReadChunkAsync(ct);
            _readers[run] = reader;
            Wish(new GrblStart(run, fileName, summary.Bytes, first));
        }
        catch
        {
            _readers.TryRemove(run, out _);
            await reader.DisposeAsync();
            throw;
        }
    }

    public Task PauseAsync(CancellationToken ct)
    {
        Wish(new GrblPause());
        return Task.CompletedTask;
    }

    public Task ResumeAsync(CancellationToken ct)
    {
        Wish(new GrblResume());
        return Task.CompletedTask;
    }

    public Task CancelAsync(CancellationToken ct)
    {
        Wish(new GrblCancel());
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string fileName, CancellationToken ct)
    {
        lock (_gate)
        {
            _ready.RemoveAll(ready => ready.File.Name == fileName);
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await StopRunningJobAsync();
        await _closing.CancelAsync();
        if (_work is not null)
        {
            await _work;
        }

        foreach (var reader in _readers.Values)
        {
            await reader.DisposeAsync();
        }

        lock (_gate)
        {
            _observers.ForEach(observer => observer.Writer.TryComplete());
        }

        _closing.Dispose();
    }

    /// <summary>Without its sender a job only runs dry, with the spindle on: so it is stopped properly while we still can.</summary>
    private async Task StopRunningJobAsync()
    {
        Task stopped;
        lock (_gate)
        {
            if (_state.Run is null || Apply(new GrblCancel()) is not null)
            {
                return;
            }

            _stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            stopped = _stopped.Task;
        }

        try
        {
            await stopped.WaitAsync(_options.HoldLimit + (_options.ResetLimit * (_options.ResetAttempts + 1)), _clock);
        }
        catch (TimeoutException)
        {
            LogNotStopped();
        }
    }

    private (JobFile File, GrblProgramSummary Summary)? FindReady(string fileName)
    {
        lock (_gate)
        {
            var at = _ready.FindIndex(ready => ready.File.Name == fileName);
            return at < 0 ? null : _ready[at];
        }
    }

    private GrblProgramReader OpenReader(JobFile file)
    {
        try
        {
            return GrblProgramReader.Open(file.Path, _options.MaxLineCharacters);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ControllerRefusedException($"{file.Name} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private void Wish(GrblEvent wish)
    {
        if (Apply(wish) is not { } refusal)
        {
            return;
        }

        throw refusal.IsUnreachable ? new MachineUnreachableException(refusal.Text) : new ControllerRefusedException(refusal.Text, RefusalKind.WrongState);
    }

    /// <summary>Events are handled one after the other, and their effects leave in the same order. Nothing in here waits.</summary>
    private GrblRefusal? Apply(GrblEvent happened)
    {
        lock (_gate)
        {
            var step = GrblSession.Step(_state, happened, _clock.GetElapsedTime(_began));
            _state = step.State;
            foreach (var effect in step.Effects)
            {
                Do(effect);
            }

            return step.Refusal;
        }
    }

    private void Do(GrblEffect effect)
    {
        switch (effect)
        {
            case GrblSendLine line:
                Send(Encoding.ASCII.GetBytes(line.Text + "\n"));
                break;
            case GrblSendRealtime realtime:
                Send([realtime.Value]);
                break;
            case GrblObserved observed:
                _observers.ForEach(observer => observer.Writer.TryWrite(observed.Observation));
                break;
            case GrblReadMore:
                _fileWork.Writer.TryWrite(effect);
                break;
            case GrblRunEnded ended:
                LogEnded(ended.End.FileName, ended.End.Outcome, ended.End.Reason);
                _fileWork.Writer.TryWrite(effect);
                _stopped?.TrySetResult();
                break;
            case GrblDropLink drop:
                _outgoing?.Writer.TryComplete(new IOException(drop.Reason));
                break;
            case GrblNoticed noticed:
                LogNoticed(noticed.Text);
                break;
        }
    }

    private void Send(byte[] bytes)
    {
        if (_outgoing?.Writer.TryWrite(bytes) == false)
        {
            _outgoing.Writer.TryComplete(new IOException("the wire takes no more bytes"));
        }
    }

    private async Task WorkAsync()
    {
        var ct = _closing.Token;
        await Task.WhenAll(KeepGoingAsync(KeepLinkAsync, ct), KeepGoingAsync(TickAsync, ct), KeepGoingAsync(ServeFilesAsync, ct));
    }

    /// <summary>
    /// A loop that fails unexpectedly begins anew, after the same growing pause as a lost link, and the link is opened anew with
    /// it: nobody knows what the failure left half done, and a new link makes the session forget all but the job's end.
    /// </summary>
    private async Task KeepGoingAsync(Func<CancellationToken, Task> loop, CancellationToken ct)
    {
        var failures = 0;
        while (!ct.IsCancellationRequested)
        {
            var began = _clock.GetUtcNow();
            try
            {
                await loop(ct);
            }
            catch (Exception broken) when (!ct.IsCancellationRequested)
            {
                LogBroken(broken);
                _outgoing?.Writer.TryComplete(new IOException("the driver failed and opens the link anew"));
            }
            catch (OperationCanceledException)
            {
                return;
            }

            failures = _clock.GetUtcNow() - began > _options.LongestReconnectWait ? 0 : failures + 1;
            await Task.Delay(ReconnectWait(failures), _clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TickAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TickInterval, _clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            Apply(new GrblTick());
        }
    }

    private async Task ServeFilesAsync(CancellationToken ct)
    {
        await foreach (var work in _fileWork.Reader.ReadAllAsync(ct))
        {
            if (work is GrblReadMore more && _readers.TryGetValue(more.Run, out var reader))
            {
                await ReadMoreAsync(more.Run, reader, ct);
            }
            else if (work is GrblRunEnded ended && _readers.TryRemove(ended.Run, out var finished))
            {
                await finished.DisposeAsync();
            }
        }
    }

    private async Task ReadMoreAsync(long run, GrblProgramReader reader, CancellationToken ct)
    {
        try
        {
            Apply(new GrblMoreRead(run, await reader.ReadChunkAsync(ct)));
        }
        catch (Exception broken) when (!ct.IsCancellationRequested)
        {
            LogNotRead(broken);
            Apply(new GrblReadFailed(run, $"The rest of the file cannot be sent: {broken.Message}"));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {FileName} ended as {Outcome}: {Reason}")]
    private partial void LogEnded(string? fileName, RunOutcome outcome, string? reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Controller said: {Text}")]
    private partial void LogNoticed(string text);

    [LoggerMessage(Level = LogLevel.Error, Message = "The running job could not be stopped in time while shutting down")]
    private partial void LogNotStopped();

    [LoggerMessage(Level = LogLevel.Error, Message = "The rest of the job's file cannot be read")]
    private partial void LogNotRead(Exception broken);

    [LoggerMessage(Level = LogLevel.Error, Message = "A part of the driver failed; it begins anew and so does the link")]
    private partial void LogBroken(Exception broken);
}
