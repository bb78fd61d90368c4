using Fablab.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Exchange.Exporting;

internal static class ExportEndpoints
{
    public static void MapExports(this IEndpointRouteBuilder api)
    {
        var exports = api.MapGroup("/exports").WithTags("exchange").WithRefusals("not-found", "confirmation-needed");
        exports.MapGet("/{kind}.csv", (string kind, ExportData export, CancellationToken ct) => FileAsync($"{kind}.csv", export, ct))
            .WithName("ExportAsCsv")
            .WithSummary("Everything of one kind that I may see (members, machines, reservations, organisations, courses, faults, visits…; docs/import.md lists the kinds), as CSV for a spreadsheet")
            .Produces<string>(contentType: "text/csv");
        exports.MapGet("/{kind}.jsonl", (string kind, ExportData export, CancellationToken ct) => FileAsync($"{kind}.jsonl", export, ct))
            .WithName("ExportAsJson")
            .WithSummary("The same as JSON, one object a line")
            .Produces<string>(contentType: "application/jsonl");
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> FileAsync(string file, ExportData export, CancellationToken ct) =>
        (await export.FileAsync(file, ct)).Match<Results<PushStreamHttpResult, ProblemHttpResult>>(stream => stream, refusal => refusal.ToProblem());
}
