using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>What became, or would become, of one row.</summary>
public sealed record ImportedRow(int Number, ImportOutcome Outcome, string? Key, IReadOnlyList<ImportError> Errors);

/// <param name="Ignored">Headings of columns that were not looked at.</param>
public sealed record ImportReport(string Kind, bool IsDryRun, IReadOnlyList<ImportedRow> Rows, IReadOnlyList<string> Ignored)
{
    public int Count(ImportOutcome outcome) => Rows.Count(row => row.Outcome == outcome);
}

/// <summary>
/// Imports a file row by row, each in a transaction of its own: good rows are written and bad ones told. A row that is there already
/// changes nothing, so that a file which was broken off in the middle is simply sent again.
/// </summary>
internal sealed class ImportRows(FablabDb db, IEnumerable<IImportKind> kinds, IOptions<ImportOptions> options)
{
    public IReadOnlyList<IImportKind> AllowedKinds => [.. kinds.Where(kind => kind.IsAllowed)];

    /// <param name="content">The whole file.</param>
    public async Task<Result<ImportReport>> ExecuteAsync(string kind, ReadOnlyMemory<byte> content, ImportDefaults defaults, bool isDryRun, CancellationToken ct)
    {
        if (AllowedKinds.FirstOrDefault(one => one.Name == kind) is not { } import)
        {
            return new NoSuchThing("import");
        }

        if (!CsvTable.Read(content, import.Columns, options.Value.MostRows).TryGet(out var table, out var refusal))
        {
            return refusal;
        }

        List<ImportedRow> done = [];
        HashSet<string> keys = new(StringComparer.OrdinalIgnoreCase);
        foreach (var row in table.Rows)
        {
            done.Add(await ImportAsync(import, row, defaults, keys, isDryRun, ct));
        }

        return new ImportReport(import.Name, isDryRun, done, table.Ignored);
    }

    private async Task<ImportedRow> ImportAsync(IImportKind import, ImportRow row, ImportDefaults defaults, HashSet<string> keys, bool isDryRun, CancellationToken ct)
    {
        if (row.Errors.Count > 0)
        {
            return new ImportedRow(row.Number, ImportOutcome.Refused, null, row.Errors);
        }

        var plan = await import.PlanAsync(row, defaults, ct);
        db.ChangeTracker.Clear();
        if (plan.Outcome is not ImportOutcome.Refused && plan.Key is { } key && !keys.Add(key))
        {
            row.Refuse("twice-in-the-file", null, key);
            plan = ImportPlan.Refused(key);
        }

        if (plan.Write is not null && !isDryRun)
        {
            (row, plan) = await WriteAsync(import, row, plan, defaults, ct);
        }
        else if (plan.Write is not null)
        {
            import.Pretend(row, plan);
        }

        return new ImportedRow(row.Number, plan.Outcome, plan.Key, row.Errors);
    }

    private async Task<(ImportRow Row, ImportPlan Plan)> WriteAsync(IImportKind import, ImportRow row, ImportPlan before, ImportDefaults defaults, CancellationToken ct)
    {
        try
        {
            return await LabTransaction.RunHoldingAsync(
                db,
                before.Held,
                async () =>
                {
                    var (again, now) = (row.Again(), before);
                    now = await import.PlanAsync(again, defaults, ct);
                    if (now.Write is { } write)
                    {
                        await write(ct);
                        await db.SaveChangesAsync(ct);
                    }

                    return (again, now);
                },
                ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error) || DatabaseRefusals.IsOverlap(error))
        {
            // Somebody wrote the same at the same moment.
            row.Refuse(DatabaseRefusals.IsOverlap(error) ? "slot-taken" : "written-meanwhile", null);
            return (row, ImportPlan.Refused(before.Key));
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }
}
