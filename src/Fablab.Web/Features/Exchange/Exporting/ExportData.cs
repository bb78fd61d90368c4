using Fablab.Web.Data;
using Fablab.Web.Features.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>Hands out tables as files, and notes who took which.</summary>
internal sealed class ExportData(FablabDb db, SiteExports sites, MoneyExports money, AuditTrail audit)
{
    public IReadOnlyList<ExportTable> Tables => [.. sites.Tables, .. money.Tables];

    /// <param name="file"><c>machines.csv</c>, <c>machines.jsonl</c>.</param>
    /// <returns><see langword="null"/> for what there is not, or not for whoever asks.</returns>
    public async Task<PushStreamHttpResult?> FileAsync(string file, CancellationToken ct)
    {
        var (name, kind) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        if (kind is not (".csv" or ".jsonl") || Tables.FirstOrDefault(table => table.Name == name) is not { } table)
        {
            return null;
        }

        await LabTransaction.RunAsync(db, [], () =>
        {
            audit.Note("data-exported", $"export/{name}");
            return db.SaveChangesAsync(ct);
        }, ct);
        return kind == ".csv"
            ? TypedResults.Stream(stream => WriteExport.AsCsvAsync(table, stream, ct), "text/csv; charset=utf-8", file)
            : TypedResults.Stream(stream => WriteExport.AsJsonLinesAsync(table, stream, ct), "application/jsonl; charset=utf-8", file);
    }
}
