using System.Security.Cryptography;
using System.Text;
using Fablab.Domain.MachineJobs;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Messaging;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.MachineJobs.Fetching;

/// <summary>
/// Where a bridge fetches a job's file. It shows a token derived from its own key, and gets files of its own machines only;
/// anything else is not found.
/// </summary>
internal static class FetchJobFileEndpoint
{
    public static void MapFetchJobFile(this IEndpointRouteBuilder bridges) => bridges
        .MapGet("/{bridge}/jobs/{job:guid}/file", HandleAsync)
        .WithName("FetchJobFile")
        .WithSummary("A bridge fetches the file of one of its machines' jobs")
        .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
        .WithRefusals("not-found")
        .AllowAnonymous();

    private static async Task<Results<PhysicalFileHttpResult, NotFound>> HandleAsync(
        string bridge, Guid job, HttpContext http, FablabDb db, BridgeKeys keys, JobFiles files, CancellationToken ct)
    {
        var id = new MachineJobId(job);
        var found = await (
            from b in db.Bridges.AsNoTracking()
            join m in db.Machines.AsNoTracking() on b.Id equals m.Bridge
            join j in db.MachineJobs.AsNoTracking() on m.Id equals j.Machine
            where b.Code == bridge && j.Id == id
            select new { Bridge = b, Job = j }).SingleOrDefaultAsync(ct);
        if (found is null || !IsToken(http, keys.Of(found.Bridge).HttpToken))
        {
            return TypedResults.NotFound();
        }

        return TypedResults.PhysicalFile(files.PathOf(found.Job.Sha256), "application/octet-stream");
    }

    private static bool IsToken(HttpContext http, string token) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString()),
        Encoding.UTF8.GetBytes($"Bearer {token}"));
}
