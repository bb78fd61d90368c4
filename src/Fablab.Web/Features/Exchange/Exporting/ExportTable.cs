namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>Everything of one kind that whoever asks may see, as a table.</summary>
/// <param name="Rows">Read as they are written, a cell for each column: text, a whole number, a truth value, an instant, a day, an id, a word of an enumeration, facts by name, or nothing.</param>
internal sealed record ExportTable(string Name, IReadOnlyList<string> Columns, Func<CancellationToken, IAsyncEnumerable<object?[]>> Rows);
