using Fablab.Bridge.Supervision;

namespace Fablab.Bridge.Runtime;

/// <content>Job files, one after the other. A file that is not wanted any more never holds up the next one.</content>
internal sealed partial class MachineHands
{
    private bool TryFetch(SupervisorEffect.FetchJob wish)
    {
        lock (_gate)
        {
            _dropped.Remove(wish.Job.Id);
        }

        return _fileWork.Writer.TryWrite(wish);
    }

    /// <returns>Always <see langword="true"/>: the download stops at once, and what is not removed now goes at the next start.</returns>
    private bool Drop(SupervisorEffect.DropFile wish)
    {
        lock (_gate)
        {
            _dropped.Add(wish.Job);
            if (_fetching is { } current && current.Job == wish.Job)
            {
                // Not here and now: whoever waits for the download would go on under our lock.
                _ = current.Stop.CancelAsync();
            }
        }

        _fileWork.Writer.TryWrite(wish);
        return true;
    }

    private Task<SupervisorEvent?> WorkOnFileAsync(SupervisorEffect wish, CancellationToken ct)
    {
        switch (wish)
        {
            case SupervisorEffect.FetchJob fetch:
                return FetchAsync(fetch, ct);
            case SupervisorEffect.DropFile drop:
                Remove(drop.Job);
                return Task.FromResult<SupervisorEvent?>(null);
            default:
                throw new ArgumentOutOfRangeException(nameof(wish), wish, "No work on files");
        }
    }

    private async Task<SupervisorEvent?> FetchAsync(SupervisorEffect.FetchJob wish, CancellationToken ct)
    {
        var job = wish.Job.Id;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        lock (_gate)
        {
            if (_dropped.Contains(job))
            {
                return Stopped(job);
            }

            _fetching = (job, stop);
        }

        try
        {
            return new SupervisorEvent.JobFetched(job, await files.FetchAsync(wish.Job, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return Stopped(job);
        }
        catch (JobFileException e)
        {
            LogNotFetched(machine, job, e.Reason);
            return new SupervisorEvent.JobFetchFailed(job, e.Reason, e.IsWorthAnotherTry);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogNotCarriedOut(e, machine, "fetch");
            return new SupervisorEvent.JobFetchFailed(job, "file-not-stored", IsWorthAnotherTry: true);
        }
        finally
        {
            lock (_gate)
            {
                _fetching = null;
            }
        }
    }

    /// <summary>Worth another try, because by now the job may be wanted again.</summary>
    private static SupervisorEvent.JobFetchFailed Stopped(Guid job) => new(job, "file-dropped", IsWorthAnotherTry: true);

    private void Remove(Guid job)
    {
        lock (_gate)
        {
            if (!_dropped.Remove(job))
            {
                // It is wanted again.
                return;
            }
        }

        try
        {
            files.Remove(job);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotCarriedOut(e, machine, "remove");
        }
    }
}
