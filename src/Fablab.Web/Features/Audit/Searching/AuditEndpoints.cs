using Fablab.Domain.Audit;
using Fablab.Web.Api;
using Fablab.Web.Features.Exchange.Exporting;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Audit.Searching;

/// <param name="Sequence">Place in the chain; left out for the few seconds until it has one.</param>
/// <param name="Actor">Name of who did it; left out for the program itself.</param>
/// <param name="Concerns">Name of whose thing it was.</param>
/// <param name="Address">Network address; left out once it was kept long enough.</param>
/// <param name="Hash">Of the chain up to this entry, 64 hexadecimal digits.</param>
internal sealed record AuditEntryResponse(
    Guid Id, long? Sequence, Instant At, Guid? ActorId, string? Actor, AuditWay Way, string Action, string Subject, string? Machine, string? Site,
    Guid? ConcernsId, string? Concerns, IReadOnlyDictionary<string, string>? Before, IReadOnlyDictionary<string, string>? After, string? Address, string? Hash)
{
    public static AuditEntryResponse From(AuditView view) => new(
        view.Entry.Id, view.Sequence, view.Entry.At, view.Entry.Actor?.Value, view.Actor, view.Entry.Way, view.Entry.Action, view.Entry.Subject, view.Machine, view.Site,
        view.Entry.Concerns?.Value, view.Concerns, view.Entry.Before, view.Entry.After, view.Entry.Address, view.Hash);
}

internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/audit").WithTags("audit").WithRefusals("not-found");
        group.MapGet("/", SearchAsync).WithName("SearchAudit").WithSummary("Who did what to which thing, newest first: all of it for administrators, one's own sites for managers");
        group.MapGet("/export.csv", ([AsParameters] AuditQuery query, ReadAudit read, ExportAudit audit, ExportData export, CancellationToken ct) => FileAsync("audit.csv", query, read, audit, export, ct))
            .WithRefusals("confirmation-needed").WithName("ExportAuditAsCsv").WithSummary("The same as CSV for a spreadsheet").Produces<string>(contentType: "text/csv");
        group.MapGet("/export.jsonl", ([AsParameters] AuditQuery query, ReadAudit read, ExportAudit audit, ExportData export, CancellationToken ct) => FileAsync("audit.jsonl", query, read, audit, export, ct))
            .WithRefusals("confirmation-needed").WithName("ExportAuditAsJson").WithSummary("The same as JSON, one object a line").Produces<string>(contentType: "application/jsonl");
    }

    private static async Task<Results<Ok<Page<AuditEntryResponse>>, ProblemHttpResult>> SearchAsync(
        [AsParameters] AuditQuery query, int? limit, string? after, ReadAudit read, CancellationToken ct) =>
        await read.SearchAsync(query.ToSearch(), Cursor.Parse(after), Cursor.Limit(limit), ct) is { } page
            ? TypedResults.Ok(page.Select(AuditEntryResponse.From))
            : new NoSuchThing("audit").ToProblem();

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> FileAsync(
        string name, AuditQuery query, ReadAudit read, ExportAudit audit, ExportData export, CancellationToken ct) =>
        read.MaySeeAny
            ? (await export.HandOutAsync(audit.TableOf(query.ToSearch()), name, ct)).Match<Results<PushStreamHttpResult, ProblemHttpResult>>(stream => stream, refusal => refusal.ToProblem())
            : new NoSuchThing("audit").ToProblem();
}
