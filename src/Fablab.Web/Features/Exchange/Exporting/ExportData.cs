using Fablab.Web.Data;
using Fablab.Web.Features.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>Hands out tables as files, and notes who took which.</summary>
internal sealed class ExportData(FablabDb db, SiteExports sites, MoneyExports money, AuditTrail audit)
{
    public IReadOnlyList<ExportTable> Tables => [.. sites.Tables, .. money.Tables];

    /// <summary>A table as a file; that it was taken is in the audit before its first byte leaves.</summary>
    /// <param name="file">Its name, with <c>.csv</c> or <c>.jsonl</c> at its end.</param>
    public async Task<PushStreamHttpResult> HandOutAsync(ExportTable table, string file, CancellationToken ct)
    {
        await LabTransaction.RunAsync(db, [], () =>
        {
            audit.Note("data-exported", $"export/{table.Name}");
            return db.SaveChangesAsync(ct);
        }, ct);
        return WriteExport.File(table, file, ct);
    }

    /// <param name="file"><c>machines.csv</c>, <c>machines.jsonl</c>.</param>
    /// <returns><see langword="null"/> for what there is not, or not for whoever asks.</returns>
    public async Task<PushStreamHttpResult?> FileAsync(string file, CancellationToken ct)
    {
        var (name, kind) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        if (kind is not (".csv" or ".jsonl") || Tables.FirstOrDefault(table => table.Name == name) is not { } table)
        {
            return null;
        }

        return await HandOutAsync(table, file, ct);
    }
}
