using System.Threading.Channels;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <summary>
/// Carries out what one machine's supervisor wants of its devices, and tells what was seen and answered. The interlock never
/// waits for the controller, and neither for a download.
/// </summary>
internal sealed partial class MachineHands(
    string machine,
    IJobController? controller,
    IInterlock? interlock,
    JobFiles files,
    TimeProvider clock,
    ILogger<MachineHands> log) : IAsyncDisposable
{
    /// <summary>Wishes that wait for the controller. More than a few mean that it does not answer.</summary>
    private const int WaitingWishes = 32;

    private const int WaitingFileWork = 8;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    private readonly Channel<SupervisorEffect> _wishes = Channel.CreateBounded<SupervisorEffect>(new BoundedChannelOptions(WaitingWishes) { SingleReader = true });
    private readonly Channel<SupervisorEffect> _fileWork = Channel.CreateBounded<SupervisorEffect>(new BoundedChannelOptions(WaitingFileWork) { SingleReader = true });
    private readonly Lock _gate = new();

    /// <summary>Jobs whose file is not wanted any more and was not removed yet.</summary>
    private readonly HashSet<Guid> _dropped = [];

    private readonly LastingTrouble _interlockTrouble = new(clock);

    private (Guid Job, CancellationTokenSource Stop)? _fetching;

    /// <summary>Only the latest wish for the interlock means anything.</summary>
    private readonly Channel<InterlockState> _interlockWish = Channel.CreateBounded<InterlockState>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public string Machine => machine;

    /// <returns>The machine with what its drivers know better than its settings: after how much silence each is out of hearing.</returns>
    public MachineSetup Complete(MachineSetup setup) => setup with
    {
        ControllerSilenceMilliseconds = (long?)controller?.LongestSilence.TotalMilliseconds ?? setup.ControllerSilenceMilliseconds,
        InterlockSilenceMilliseconds = (long?)interlock?.LongestSilence.TotalMilliseconds ?? setup.InterlockSilenceMilliseconds,
    };

    /// <returns>Whether it will be answered; <see langword="false"/> when too much waits already.</returns>
    public bool TryDo(SupervisorEffect effect) => effect switch
    {
        SupervisorEffect.SetInterlock e => interlock is not null && _interlockWish.Writer.TryWrite(e.Wanted),
        SupervisorEffect.FetchJob e => TryFetch(e),
        SupervisorEffect.DropFile e => Drop(e),
        _ => controller is not null && _wishes.Writer.TryWrite(effect),
    };

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(Func<SupervisorEvent, CancellationToken, ValueTask> tell, CancellationToken ct) => Task.WhenAll(
        controller is null ? Task.CompletedTask : WatchAsync(() => controller.ObserveAsync(ct), seen => new SupervisorEvent.ControllerSeen(seen), LostController, tell, ct),
        interlock is null ? Task.CompletedTask : WatchAsync(() => interlock.ObserveAsync(ct), seen => new SupervisorEvent.InterlockSeen(seen), LostInterlock, tell, ct),
        WorkAsync(_wishes.Reader, DoWishAsync, tell, ct),
        WorkAsync(_fileWork.Reader, WorkOnFileAsync, tell, ct),
        WorkAsync(_interlockWish.Reader, SetInterlockAsync, tell, ct));

    public async ValueTask DisposeAsync()
    {
        if (controller is not null)
        {
            await controller.DisposeAsync();
        }

        if (interlock is not null)
        {
            await interlock.DisposeAsync();
        }
    }

    private static SupervisorEvent LostController() =>
        new SupervisorEvent.ControllerSeen(new ControllerObservation { Link = LinkState.Down, State = ControllerState.Unknown });

    private static SupervisorEvent LostInterlock() =>
        new SupervisorEvent.InterlockSeen(new InterlockObservation { Link = LinkState.Down, State = InterlockState.Unknown });

    private async Task WatchAsync<T>(
        Func<IAsyncEnumerable<T>> observe,
        Func<T, SupervisorEvent> describe,
        Func<SupervisorEvent> lost,
        Func<SupervisorEvent, CancellationToken, ValueTask> tell,
        CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await foreach (var seen in observe().WithCancellation(ct))
                {
                    await tell(describe(seen), ct);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogObservingFailed(e, machine);
            }

            if (!ct.IsCancellationRequested)
            {
                await tell(lost(), ct);
                await Task.Delay(PauseAfterFailure, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task WorkAsync<T>(
        ChannelReader<T> wishes,
        Func<T, CancellationToken, Task<SupervisorEvent?>> carryOut,
        Func<SupervisorEvent, CancellationToken, ValueTask> tell,
        CancellationToken ct)
    {
        try
        {
            await foreach (var wish in wishes.ReadAllAsync(ct))
            {
                if (await carryOut(wish, ct) is { } answer)
                {
                    await tell(answer, ct);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // What was not carried out is decided anew at the next start.
        }
    }

    private async Task<SupervisorEvent?> SetInterlockAsync(InterlockState wanted, CancellationToken ct)
    {
        try
        {
            var seen = await interlock!.SetAsync(wanted, ct);
            if (_interlockTrouble.End())
            {
                LogCarriedOutAgain(machine, wanted);
            }

            return new SupervisorEvent.InterlockAnswered(wanted, seen);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (_interlockTrouble.IsNews(e.Message))
            {
                LogNotCarriedOut(e, machine, wanted.ToString());
            }

            return new SupervisorEvent.InterlockAnswered(wanted, null);
        }
    }

    private async Task<SupervisorEvent?> DoWishAsync(SupervisorEffect wish, CancellationToken ct)
    {
        try
        {
            await AskAsync(wish, ct);
            return Answered(wish, WishAnswer.Accepted, null);
        }
        catch (ControllerRefusedException e)
        {
            LogRefused(machine, wish.GetType().Name, e.Message);
            var (answer, reason) = Weigh(wish, e);
            return Answered(wish, answer, reason);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotCarriedOut(e, machine, wish.GetType().Name);
            return Answered(wish, WishAnswer.Unreachable, e.Message);
        }
    }

    /// <summary>What a no means for the wish: whether the job is to blame, and whether asking again may help.</summary>
    private static (WishAnswer Answer, string Reason) Weigh(SupervisorEffect wish, ControllerRefusedException no) => (wish, no.Kind) switch
    {
        (SupervisorEffect.UploadJob, RefusalKind.UnsupportedFile) => (WishAnswer.Refused, $"upload-refused: {no.Message}"),
        (SupervisorEffect.UploadJob, RefusalKind.NotAllowed) => (WishAnswer.Unreachable, JobDelivering.KeyRefused),

        // A folder that is gone, a file in use, a copy that arrived broken: none of it is for ever.
        (SupervisorEffect.UploadJob, _) => (WishAnswer.Unreachable, $"upload-refused: {no.Message}"),
        (SupervisorEffect.StartJob, RefusalKind.WrongState) => (WishAnswer.RefusedByState, no.Message),

        // It lies there still, in use or out of our key's reach, and can be removed later.
        (SupervisorEffect.RemoveFile, RefusalKind.WrongState or RefusalKind.NotAllowed) => (WishAnswer.Unreachable, no.Message),
        _ => (WishAnswer.Refused, no.Message),
    };

    private Task AskAsync(SupervisorEffect wish, CancellationToken ct)
    {
        switch (wish)
        {
            case SupervisorEffect.UploadJob e:
                return controller!.UploadAsync(e.File, ct);
            case SupervisorEffect.StartJob e:
                return controller!.StartAsync(e.FileName, ct);
            case SupervisorEffect.PauseJob:
                return controller!.PauseAsync(ct);
            case SupervisorEffect.ResumeJob:
                return controller!.ResumeAsync(ct);
            case SupervisorEffect.CancelJob:
                return controller!.CancelAsync(ct);
            case SupervisorEffect.RemoveFile e:
                files.Remove(e.Job);
                return controller!.RemoveAsync(e.FileName, ct);
            default:
                throw new ArgumentOutOfRangeException(nameof(wish), wish, "No wish for a controller");
        }
    }

    /// <summary>The event that answers a wish; also used for wishes that are withheld.</summary>
    public static SupervisorEvent Answered(SupervisorEffect wish, WishAnswer answer, string? reason) => wish switch
    {
        SupervisorEffect.UploadJob e when answer is WishAnswer.Accepted => new SupervisorEvent.JobUploaded(e.Job),
        SupervisorEffect.UploadJob e => new SupervisorEvent.JobUploadFailed(e.Job, reason ?? "upload-failed", answer is WishAnswer.Unreachable),
        SupervisorEffect.FetchJob e => new SupervisorEvent.JobFetchFailed(e.Job.Id, reason ?? "fetch-failed", IsWorthAnotherTry: true),
        SupervisorEffect.StartJob e => new SupervisorEvent.StartAnswered(e.Job, answer, reason),
        SupervisorEffect.PauseJob => new SupervisorEvent.WishAnswered(ControllerWish.Pause, answer, null),
        SupervisorEffect.ResumeJob => new SupervisorEvent.WishAnswered(ControllerWish.Resume, answer, null),
        SupervisorEffect.CancelJob => new SupervisorEvent.WishAnswered(ControllerWish.Cancel, answer, null),
        SupervisorEffect.RemoveFile e => new SupervisorEvent.WishAnswered(ControllerWish.Remove, answer, e.FileName),
        SupervisorEffect.SetInterlock e => new SupervisorEvent.InterlockAnswered(e.Wanted, null),
        _ => throw new ArgumentOutOfRangeException(nameof(wish), wish, "Nobody answers this"),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Observing {Machine} failed; it is tried again")]
    private partial void LogObservingFailed(Exception exception, string machine);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Machine}: {Wish} was not carried out")]
    private partial void LogNotCarriedOut(Exception exception, string machine, string wish);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: the interlock takes wishes again, now {Wanted}")]
    private partial void LogCarriedOutAgain(string machine, InterlockState wanted);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Machine}: the controller refused {Wish}: {Reason}")]
    private partial void LogRefused(string machine, string wish, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Machine}: the file of job {Job} could not be fetched: {Reason}")]
    private partial void LogNotFetched(string machine, Guid job, string reason);
}
