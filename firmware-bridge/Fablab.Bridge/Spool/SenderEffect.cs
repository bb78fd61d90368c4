using System.Collections.Immutable;
using Fablab.Contracts;

namespace Fablab.Bridge.Spool;

internal abstract record SenderEffect
{
    private SenderEffect()
    {
    }

    /// <summary>Introduce the bridge, with this as what the spool holds.</summary>
    public sealed record SayHello(ImmutableArray<HeldRecords> Held) : SenderEffect;

    /// <summary>
    /// Send one batch from here, as many records as fit into <see cref="JournalSender.MostBytes"/> and
    /// <see cref="JournalBatch.MaxRecords"/>, and tell with <see cref="SenderEvent.BatchLeft"/> what left.
    /// </summary>
    public sealed record SendBatch(long Epoch, long First) : SenderEffect;

    /// <summary>Note durably what the web has. Lower than before when the web asked for a replay.</summary>
    public sealed record NoteAcknowledged(long Epoch, long UpTo) : SenderEffect;
}
