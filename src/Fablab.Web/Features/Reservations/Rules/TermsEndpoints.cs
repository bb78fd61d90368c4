using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Rules;

/// <summary>A site's terms of use and whether the asker accepted them.</summary>
/// <param name="Version">0 when the site has none.</param>
internal sealed record SiteTermsResponse(int Version, string? Text, bool IsAccepted);

internal static class TermsEndpoints
{
    public static void MapTerms(this RouteGroupBuilder api)
    {
        var terms = api.MapGroup("/sites/{code}/terms").WithTags("sites").WithRefusals("not-found");
        terms.MapGet("/", ReadAsync).WithName("GetSiteTerms").WithSummary("A site's terms of use, and whether I accepted the version in force");
        terms.MapPost("/{version:int}/accept", AcceptAsync).WithName("AcceptSiteTerms").WithSummary("Accept the version of a site's terms that one has read").WithRefusals("stale-version");
    }

    private static async Task<Results<Ok<SiteTermsResponse>, ProblemHttpResult>> ReadAsync(string code, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } site)
        {
            return new NoSuchThing("site").ToProblem();
        }

        var (member, id, version) = (me.Id, site.Id, site.TermsVersion);
        return TypedResults.Ok(new SiteTermsResponse(
            version, site.Terms, await db.AcceptedTerms.AnyAsync(row => row.Member == member && row.Site == id && row.Version == version, ct)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> AcceptAsync(string code, int version, FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock, CancellationToken ct)
    {
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { TermsVersion: > 0 } site)
        {
            return new NoSuchThing("site").ToProblem();
        }

        if (site.TermsVersion != version)
        {
            return new StaleVersion().ToProblem();
        }

        var (member, id) = (me.Id, site.Id);
        await LabTransaction.RunAsync(db, (Fablab.Domain.Machines.MachineId?)null, async () =>
        {
            // Accepting twice is accepting.
            if (!await db.AcceptedTerms.AnyAsync(row => row.Member == member && row.Site == id && row.Version == version, ct))
            {
                db.Add(new AcceptedTermsRow { Member = member, Site = id, Version = version, At = clock.Now });
                audit.Note("terms-accepted", $"site/{id}", site: id, concerns: member, after: AuditFacts.Version(version));
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
        return TypedResults.NoContent();
    }
}
