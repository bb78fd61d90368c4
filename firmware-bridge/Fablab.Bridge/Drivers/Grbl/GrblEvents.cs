using System.Collections.Immutable;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>What can happen to a <see cref="GrblSession"/>.</summary>
internal abstract record GrblEvent;

internal sealed record GrblLinkUp : GrblEvent;

internal sealed record GrblLinkDown(string Reason) : GrblEvent;

internal sealed record GrblLineReceived(GrblLine Line) : GrblEvent;

/// <summary>Time has passed. Comes at least ten times a second.</summary>
internal sealed record GrblTick : GrblEvent;

/// <summary>Start a program; the first lines travel along, the rest is asked for with <see cref="GrblReadMore"/>.</summary>
/// <param name="Run">Distinguishes this run from earlier ones.</param>
/// <param name="TotalBytes">All bytes that will be sent, line ends included.</param>
internal sealed record GrblStart(long Run, string FileName, long TotalBytes, GrblChunk First) : GrblEvent;

internal sealed record GrblMoreRead(long Run, GrblChunk Chunk) : GrblEvent;

/// <summary>The file could not be read on, or is no longer the one that was checked.</summary>
internal sealed record GrblReadFailed(long Run, string Reason) : GrblEvent;

internal sealed record GrblPause : GrblEvent;

internal sealed record GrblResume : GrblEvent;

internal sealed record GrblCancel : GrblEvent;

/// <summary>Some lines of a program in order.</summary>
internal sealed record GrblChunk(ImmutableArray<GrblProgramLine> Lines, bool IsLast);

/// <summary>One line as it is sent: comments and outer blanks removed.</summary>
/// <param name="Number">Line number in the file, from 1.</param>
internal sealed record GrblProgramLine(int Number, string Text)
{
    /// <summary>What it takes on the wire and in the controller's buffer, line end included.</summary>
    public int Bytes => Text.Length + 1;
}
