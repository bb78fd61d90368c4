using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Privacy;

/// <summary>Looks for the marks of <see cref="Somebody"/> in all that the model maps, so a new table or column is looked at by itself.</summary>
internal static class Words
{
    /// <returns>Table and column.</returns>
    public static async Task<IReadOnlyList<string>> InAsync(FablabDb db)
    {
        List<string> found = [];
        foreach (var table in db.Model.GetRelationalModel().Tables)
        {
            foreach (var column in table.Columns.Where(column => IsText(column.StoreType)))
            {
                var (name, condition) = ($"\"{table.Name}\"", string.Join(" OR ", Somebody.Marks.Select(mark => $"LOWER(CAST(\"{column.Name}\" AS text)) LIKE '%{mark}%'")));
                if (await db.Database.SqlQueryRaw<int>($"SELECT COUNT(*)::int AS \"Value\" FROM {name} WHERE {condition}".Replace("::int", db.Database.IsNpgsql() ? "::int" : "", StringComparison.Ordinal)).SingleAsync() > 0)
                {
                    found.Add($"{table.Name}.{column.Name}");
                }
            }
        }

        return found;
    }

    private static bool IsText(string type) => type.Contains("char", StringComparison.OrdinalIgnoreCase) || type.Contains("text", StringComparison.OrdinalIgnoreCase)
        || type.Contains("json", StringComparison.OrdinalIgnoreCase);
}
