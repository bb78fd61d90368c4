using System.Collections.Immutable;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>What a <see cref="GrblSession"/> wants done, in this order.</summary>
internal abstract record GrblEffect;

/// <param name="Text">Without its line end.</param>
internal sealed record GrblSendLine(string Text) : GrblEffect;

internal sealed record GrblSendRealtime(byte Value) : GrblEffect;

internal sealed record GrblObserved(ControllerObservation Observation) : GrblEffect;

/// <summary>Read more lines of the run's file and hand them over as <see cref="GrblMoreRead"/>.</summary>
internal sealed record GrblReadMore(long Run) : GrblEffect;

/// <summary>The run is over: its file can be closed.</summary>
internal sealed record GrblRunEnded(long Run, RunEnd End) : GrblEffect;

/// <summary>The link is useless: close it and open another.</summary>
internal sealed record GrblDropLink(string Reason) : GrblEffect;

/// <summary>A line that answers nothing we know of, for the log.</summary>
internal sealed record GrblNoticed(string Text) : GrblEffect;

/// <summary>Why a wish was not heard.</summary>
/// <param name="IsUnreachable">The controller could not be asked at all.</param>
internal sealed record GrblRefusal(string Text, bool IsUnreachable = false);

/// <param name="Refusal">Only for wishes: why nothing was done.</param>
internal sealed record GrblStep(GrblState State, ImmutableArray<GrblEffect> Effects, GrblRefusal? Refusal);

/// <summary>Single bytes that the controller picks out of the stream at once, past its line buffer, without an answer.</summary>
internal static class GrblRealtime
{
    public const byte Status = (byte)'?';
    public const byte FeedHold = (byte)'!';
    public const byte CycleStart = (byte)'~';
    public const byte SoftReset = 0x18;
}
