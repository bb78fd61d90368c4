using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>Rules name what goes together by code; people know it by name, so the problem tells both.</summary>
internal static class CompanionNames
{
    private const string Missing = "companion-missing";

    /// <summary>Adds the names to the problems that lack a companion. One question to the database, and none without such a problem.</summary>
    public static async Task<IReadOnlyList<BookingProblem>> WithNamesAsync(this FablabDb db, IReadOnlyList<BookingProblem> problems, CancellationToken ct)
    {
        if (!problems.Any(problem => problem.Code == Missing))
        {
            return problems;
        }

        var codes = problems.Where(problem => problem.Code == Missing).Select(CodeOf).Distinct().ToList();
        var found = await db.Machines.Where(row => codes.Contains(row.Code)).Select(row => new { row.Code, row.Name, IsPool = false })
            .Concat(db.Pools.Where(row => codes.Contains(row.Code)).Select(row => new { row.Code, row.Name, IsPool = true }))
            .ToListAsync(ct);

        // Should a pool have the code of a machine, the machine is meant.
        var names = found.OrderBy(row => row.IsPool).DistinctBy(row => row.Code).ToDictionary(row => row.Code, row => row.Name);
        return [.. problems.Select(problem => problem.Code == Missing ? Named(problem, names) : problem)];
    }

    private static string CodeOf(BookingProblem problem) => (string)problem.Facts["code"];

    /// <summary>A rule may name what is not there, or not there any more; it keeps its code.</summary>
    private static BookingProblem Named(BookingProblem problem, Dictionary<string, string> names) =>
        problem with { Facts = new Dictionary<string, object>(problem.Facts) { ["name"] = names.GetValueOrDefault(CodeOf(problem), CodeOf(problem)) } };
}
