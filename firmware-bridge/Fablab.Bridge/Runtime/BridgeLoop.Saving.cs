using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <content>What goes to the disk, what waits for it, and how much room there is.</content>
internal sealed partial class BridgeLoop
{
    /// <summary>Saves that wait for a disk with space. Beyond this the bridge stops rather than forget.</summary>
    private const int UnsavedLimit = 10_000;

    private const long LookAtDiskMilliseconds = 60_000;
    private const long ForgetMilliseconds = 3_600_000;

    private readonly Queue<(string Machine, SupervisorEffect.Save Save)> _unsaved = new();
    private bool _isDiskLow;
    private long _lookAtDiskAt;
    private long _forgetAt;

    private void Save(string machine, SupervisorEffect.Save save)
    {
        if (_unsaved.Count == 0 && TrySave(machine, save))
        {
            return;
        }

        if (_unsaved.Count >= UnsavedLimit)
        {
            throw new SpoolFullException($"More than {UnsavedLimit} changes wait for a disk that cannot be written. The bridge stops; interlocks open by their own timers.");
        }

        var isFirst = _unsaved.Count == 0;
        _unsaved.Enqueue((machine, save));
        if (isFirst)
        {
            TellAll(new SupervisorEvent.SpoolFull());
        }
    }

    private void SaveWhatWaits()
    {
        if (_unsaved.Count == 0)
        {
            return;
        }

        while (_unsaved.TryPeek(out var waiting) && TrySave(waiting.Machine, waiting.Save))
        {
            _unsaved.Dequeue();
        }

        if (_unsaved.Count == 0)
        {
            TellAll(Room());
        }
    }

    private bool TrySave(string machine, SupervisorEffect.Save save)
    {
        try
        {
            var last = _spool.Save(machine, save, _clock.GetUtcNow());
            if (save.Records.Length > 0)
            {
                _own.Enqueue(new BridgeEvent.OfSender(new SenderEvent.Appended(_spool.Epoch, last)));
            }

            return true;
        }
        catch (SpoolFullException e)
        {
            LogDiskFull(e);
            return false;
        }
    }

    private void LookAtDisk(BridgeNow now)
    {
        if (now.MonotonicMilliseconds >= _lookAtDiskAt)
        {
            _lookAtDiskAt = now.MonotonicMilliseconds + LookAtDiskMilliseconds;
            var isLow = _limits.FreeBytes() < _limits.LeastFreeBytes;
            if (isLow != _isDiskLow)
            {
                _isDiskLow = isLow;
                LogDiskSpace(isLow);
                TellAll(Room());
            }
        }

        if (now.MonotonicMilliseconds >= _forgetAt && _unsaved.Count == 0)
        {
            _forgetAt = now.MonotonicMilliseconds + ForgetMilliseconds;
            Forget(now);
        }
    }

    private void Forget(BridgeNow now)
    {
        try
        {
            _spool.Forget(now.Wall - _limits.KeepAcknowledged);
        }
        catch (SpoolFullException e)
        {
            LogDiskFull(e);
        }
    }

    private SupervisorEvent Room() => (_unsaved.Count > 0, _isDiskLow) switch
    {
        (true, _) => new SupervisorEvent.SpoolFull(),
        (false, true) => new SupervisorEvent.SpoolLow(),
        _ => new SupervisorEvent.SpoolOk(),
    };

    [LoggerMessage(Level = LogLevel.Critical, Message = "The spool cannot be written. No session begins and hazards stop until it can")]
    private partial void LogDiskFull(Exception exception);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Free disk space is below its limit: {IsLow}")]
    private partial void LogDiskSpace(bool isLow);
}
