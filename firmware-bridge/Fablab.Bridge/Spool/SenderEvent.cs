using Fablab.Contracts;

namespace Fablab.Bridge.Spool;

internal abstract record SenderEvent
{
    private SenderEvent()
    {
    }

    public sealed record Connected : SenderEvent;

    public sealed record Disconnected : SenderEvent;

    /// <summary>A record is on disk.</summary>
    public sealed record Appended(long Epoch, long Sequence) : SenderEvent;

    /// <summary>The batch that was asked for left; <paramref name="Last"/> is below <paramref name="First"/> when there was nothing to send or it failed.</summary>
    public sealed record BatchLeft(long Epoch, long First, long Last) : SenderEvent;

    public sealed record Acknowledged(JournalAck Ack) : SenderEvent;

    public sealed record ReplayAsked(ReplayRequest Request) : SenderEvent;

    public sealed record Tick : SenderEvent;
}
