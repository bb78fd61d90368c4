using System.Runtime.CompilerServices;
using Fablab.Web.Api;
using Fablab.Web.Features.Exchange.Exporting;

namespace Fablab.Web.Features.Audit.Searching;

/// <summary>The audit as a table for files, read page by page as it is written, so that its length costs no memory.</summary>
internal sealed class ExportAudit(ReadAudit read)
{
    /// <summary>Entries of one file; more are found by a narrower search.</summary>
    public const int MostEntries = 1_000_000;

    private static readonly string[] Columns =
        ["sequence", "at", "actor", "actorId", "way", "action", "subject", "machine", "site", "concerns", "concernsId", "before", "after", "address", "id", "hash"];

    public ExportTable TableOf(AuditSearch search) => new("audit", Columns, ct => RowsAsync(search, ct));

    private async IAsyncEnumerable<object?[]> RowsAsync(AuditSearch search, [EnumeratorCancellation] CancellationToken ct)
    {
        var after = Cursor.First;
        for (var written = 0; written < MostEntries; written += Cursor.MostItems)
        {
            if (await read.SearchAsync(search, after, Cursor.MostItems, ct) is not { } page)
            {
                yield break;
            }

            foreach (var view in page.Items)
            {
                yield return RowOf(view);
            }

            if (page.Next is null)
            {
                yield break;
            }

            after = Cursor.Parse(page.Next);
        }
    }

    private static object?[] RowOf(AuditView view) =>
    [
        view.Sequence, view.Entry.At, view.Actor, view.Entry.Actor?.Value, view.Entry.Way, view.Entry.Action, view.Entry.Subject, view.Machine, view.Site, view.Concerns,
        view.Entry.Concerns?.Value, view.Entry.Before, view.Entry.After, view.Entry.Address, view.Entry.Id, view.Hash,
    ];
}
