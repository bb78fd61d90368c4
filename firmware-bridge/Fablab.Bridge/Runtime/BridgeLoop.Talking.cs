using System.Collections.Immutable;
using System.Reflection;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <content>What comes from the broker and what goes to it.</content>
internal sealed partial class BridgeLoop
{
    private static readonly string BridgeVersion = typeof(BridgeLoop).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    private Online OnlineNow => new() { Epoch = _spool.Epoch, BootId = _spool.BootId, Up = true };

    private void Open(WireMessage message)
    {
        if (message.Payload.IsEmpty)
        {
            return;
        }

        if (_mailbox.TryOpen(message, out var opened, out var reason))
        {
            Handle((BridgeEvent)opened);
        }
        else
        {
            LogDropped(reason, message.Payload.Length);
        }
    }

    private void ChangeConnection(bool isConnected)
    {
        if (isConnected)
        {
            _wire.Publish(Topics.Online(_address), ContractsJson.Write(OnlineNow), retain: true);
        }

        Step(isConnected ? new SenderEvent.Connected() : new SenderEvent.Disconnected());
        foreach (var machine in _machines.Values)
        {
            // A broker that lost its memory shows an empty board until it hears again.
            if (isConnected && machine.State.Reporting.Last is { } last)
            {
                Report(last);
            }
        }
    }

    private void Report(ReportedTwin twin) => _wire.Publish(Topics.Reported(_address, twin.Machine), ContractsJson.Write(twin), retain: true);

    private void Step(SenderEvent happened)
    {
        (_sender, var effects) = JournalSender.Step(_sender, happened, Now.MonotonicMilliseconds);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case SenderEffect.SayHello hello:
                    _wire.Publish(Topics.Hello(_address), ContractsJson.Write(Hello(hello.Held)), retain: false);
                    break;
                case SenderEffect.SendBatch batch:
                    Send(batch);
                    break;
                case SenderEffect.NoteAcknowledged note:
                    NoteAcknowledged(note);
                    break;
            }
        }
    }

    private void Send(SenderEffect.SendBatch wanted)
    {
        var records = _spool.Read(wanted.Epoch, wanted.First, JournalBatch.MaxRecords, JournalSender.MostBytes);
        if (records.Count > 0)
        {
            var batch = new JournalBatch { SpoolId = _spool.SpoolId, Epoch = wanted.Epoch, Records = records };
            _wire.Publish(Topics.Journal(_address), ContractsJson.Write(batch), retain: false);
        }

        var last = records.Count == 0 ? wanted.First - 1 : records[^1].Sequence;
        _own.Enqueue(new BridgeEvent.OfSender(new SenderEvent.BatchLeft(wanted.Epoch, wanted.First, last)));
    }

    private void NoteAcknowledged(SenderEffect.NoteAcknowledged note)
    {
        try
        {
            _spool.NoteAcknowledged(note.Epoch, note.UpTo, _clock.GetUtcNow());
        }
        catch (SpoolFullException e)
        {
            // After the next start these records go out once more, and are recognised.
            LogDiskFull(e);
        }
    }

    private Hello Hello(ImmutableArray<HeldRecords> held) => new()
    {
        ProtocolMin = Contracts.Hello.ProtocolVersion,
        ProtocolMax = Contracts.Hello.ProtocolVersion,
        BridgeVersion = BridgeVersion,
        SpoolId = _spool.SpoolId,
        Epoch = _spool.Epoch,
        BootId = _spool.BootId,
        At = _clock.GetUtcNow(),
        MonotonicMilliseconds = Now.MonotonicMilliseconds,
        Held = held,
        Machines =
        [
            .. _machines.Values.Select(machine => machine.State.Setup).Select(setup => new HelloMachine
            {
                Machine = setup.Machine,
                HazardClass = setup.HazardClass,
                HasInterlock = setup.HasInterlock,
                HasJobControl = setup.HasJobControl,
                HasMeter = setup.HasMeter,
                Simulated = setup.Simulated,
            }),
        ],
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message of {Length} bytes was dropped: {Reason}")]
    private partial void LogDropped(string reason, int length);
}
