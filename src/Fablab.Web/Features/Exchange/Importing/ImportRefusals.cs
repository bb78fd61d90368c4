using Fablab.Domain;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>The file has more rows than are imported at once.</summary>
public sealed record TooManyRows(int Most) : Refusal("too-many-rows")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["mostRows"] = Most };
}

/// <summary>The file as a whole cannot be read; what is wrong with a row stands at that row.</summary>
/// <param name="Reason"><c>not-utf-8</c>, <c>empty</c>, <c>column-missing</c>, <c>column-twice</c> or <c>quotes</c>.</param>
/// <param name="Column">Which one, of the reasons about columns.</param>
public sealed record ImportUnreadable(string Reason, string? Column = null) : Refusal("import-unreadable")
{
    public override IReadOnlyDictionary<string, object> Facts =>
        Column is null ? new Dictionary<string, object> { ["reason"] = Reason } : new Dictionary<string, object> { ["reason"] = Reason, ["column"] = Column };
}
