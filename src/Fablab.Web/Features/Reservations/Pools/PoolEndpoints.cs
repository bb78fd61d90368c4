using Fablab.Web.Api;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Reservations.Pools;

/// <summary>Equal machines of one site, of which any will do.</summary>
/// <param name="Code">Books any of them where a machine's code is asked for.</param>
/// <param name="Units">Codes of its machines.</param>
internal sealed record PoolResponse(string Code, string Name, string Site, IReadOnlyList<string> Units);

internal static class PoolEndpoints
{
    public static void MapPools(this RouteGroupBuilder api) => api.MapGet("/pools", ListAsync)
        .WithTags("machines")
        .WithName("ListPools")
        .WithSummary("Pools of equal machines; a pool's code books any unit of it");

    private static async Task<Ok<IReadOnlyList<PoolResponse>>> ListAsync(string? site, FablabDb db, CancellationToken ct)
    {
        var rows = await (
            from pool in db.Pools.AsNoTracking()
            join place in db.Sites.AsNoTracking() on pool.Site equals place.Id
            join unit in db.Machines.AsNoTracking() on pool.Id equals unit.Pool
            where site == null || place.Code == site
            orderby pool.Code, unit.Code
            select new { pool.Code, pool.Name, Site = place.Code, Unit = unit.Code }).ToListAsync(ct);
        return TypedResults.Ok<IReadOnlyList<PoolResponse>>(
        [
            .. rows.GroupBy(row => row.Code).Select(pool => new PoolResponse(pool.Key, pool.First().Name, pool.First().Site, [.. pool.Select(row => row.Unit)])),
        ]);
    }
}
