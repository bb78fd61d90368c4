using Fablab.Bridge.Spool;
using Fablab.Contracts;

namespace Fablab.Simulation.Bridges;

/// <summary>Carries out what the real journal sender wants, from the simulated disk to the wire.</summary>
internal sealed class JournalPump(SimulatedDisk disk, Func<JournalBatch, bool> send, Action<IReadOnlyList<HeldRecords>> sayHello)
{
    private SenderState state = SenderState.Start(disk.SpoolId, []);

    public bool IsDrained => state.IsDrained;

    public void Booted() => state = SenderState.Start(disk.SpoolId, disk.Held());

    public void Handle(SenderEvent happened, long monotonicMilliseconds)
    {
        (state, var effects) = JournalSender.Step(state, happened, monotonicMilliseconds);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case SenderEffect.SayHello hello:
                    sayHello(hello.Held);
                    break;
                case SenderEffect.NoteAcknowledged note:
                    disk.Acknowledge(note.Epoch, note.UpTo);
                    break;
                case SenderEffect.SendBatch batch:
                    Handle(Send(batch), monotonicMilliseconds);
                    break;
            }
        }
    }

    private SenderEvent.BatchLeft Send(SenderEffect.SendBatch asked)
    {
        var records = new List<JournalRecord>();
        var bytes = 0;
        var held = disk.State.Journal[asked.Epoch];
        for (var i = (int)asked.First - 1; i < held.Count && records.Count < JournalBatch.MaxRecords; i++)
        {
            bytes += held[i].Content.Length + 200;
            if (bytes > JournalSender.MostBytes)
            {
                break;
            }

            records.Add(held[i]);
        }

        var hasLeft = records.Count > 0 && send(new JournalBatch { SpoolId = disk.SpoolId, Epoch = asked.Epoch, Records = records });
        return new SenderEvent.BatchLeft(asked.Epoch, asked.First, hasLeft ? records[^1].Sequence : asked.First - 1);
    }
}
