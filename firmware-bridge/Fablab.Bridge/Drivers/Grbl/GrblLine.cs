namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>One line a GRBL-like controller sent, read by <see cref="GrblLineParser"/>.</summary>
internal abstract record GrblLine;

/// <summary>The greeting after power-up or a reset. Whatever was streamed before it is gone.</summary>
internal sealed record GrblBanner(string Text) : GrblLine;

internal sealed record GrblOk : GrblLine
{
    public static readonly GrblOk Instance = new();
}

/// <param name="Code"><see langword="null"/> when an old firmware answered in words.</param>
/// <param name="Text">What followed the colon.</param>
internal sealed record GrblError(int? Code, string Text) : GrblLine;

/// <inheritdoc cref="GrblError"/>
internal sealed record GrblAlarm(int? Code, string Text) : GrblLine;

/// <summary><c>[MSG:…]</c>, words for people, of which only <c>Pgm End</c> means something to us.</summary>
internal sealed record GrblMessage(string Text) : GrblLine
{
    public bool IsProgramEnd => Text.Equals("Pgm End", StringComparison.OrdinalIgnoreCase);
}

/// <summary><c>[OPT:letters,blocks,rxbytes]</c>: compile-time options and buffer sizes.</summary>
internal sealed record GrblBuildOptions(string Letters, int? PlannerBlocks, int? RxBytes) : GrblLine;

/// <summary>Any other <c>[TAG:…]</c> answer: parser state, offsets, version and the like.</summary>
internal sealed record GrblFeedback(string Tag, string Text) : GrblLine;

/// <summary><c>$n=value</c>, or a start-up line as <c>$N0=…</c>.</summary>
internal sealed record GrblSetting(string Name, string Value) : GrblLine;

/// <summary><c>&gt;G20:ok</c>: a stored start-up line ran by itself. It answers nothing we sent.</summary>
internal sealed record GrblStartupLine(string Text) : GrblLine;

internal sealed record GrblEmptyLine : GrblLine
{
    public static readonly GrblEmptyLine Instance = new();
}

/// <summary>A line nobody understands: logged, never a crash.</summary>
internal sealed record GrblUnknownLine(string Text) : GrblLine;
