using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>Everything of one kind that whoever asks may see, as a table.</summary>
/// <param name="Rows">Read as they are written, a cell for each column: text, a whole number, a truth value, an instant, a day, an id, a word of an enumeration, facts by name, or nothing.</param>
internal sealed record ExportTable(string Name, IReadOnlyList<string> Columns, Func<CancellationToken, IAsyncEnumerable<object?[]>> Rows)
{
    /// <param name="rows">The query, made when somebody reads.</param>
    /// <param name="cells">Of one row of it, in the order of the columns.</param>
    public static ExportTable Of<T>(string name, IReadOnlyList<string> columns, Func<IQueryable<T>> rows, Func<T, object?[]> cells)
    {
        return new ExportTable(name, columns, ReadAsync);

        async IAsyncEnumerable<object?[]> ReadAsync([EnumeratorCancellation] CancellationToken ct)
        {
            await foreach (var row in rows().AsAsyncEnumerable().WithCancellation(ct))
            {
                yield return cells(row);
            }
        }
    }
}
