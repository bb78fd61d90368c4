using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Members;

/// <param name="WaitsForSecondFactor">Rights of staff that I have do not count before I set up a passkey or a second factor.</param>
/// <param name="ManagedSites">Codes of the sites I manage.</param>
internal sealed record MeResponse(
    Guid Id, string DisplayName, string Email, string? Language, bool IsAdministrator, bool WaitsForSecondFactor, IReadOnlyList<string> ManagedSites, IReadOnlyList<MyOrganisation> Organisations);

internal sealed record MyOrganisation(Guid Id, OrganisationRole Role);

internal static class MeEndpoint
{
    public static void MapMe(this RouteGroupBuilder api) => api
        .MapGet("/members/me", HandleAsync)
        .WithTags("members")
        .WithName("GetMe")
        .WithSummary("Who I am and what I am to sites and organisations");

    private static async Task<Ok<MeResponse>> HandleAsync(CurrentMember current, FablabDb db, CancellationToken ct)
    {
        var me = current.Member;
        var managed = me.ManagedSites.ToList();
        var sites = managed.Count == 0 ? [] : await db.Sites.Where(site => managed.Contains(site.Id)).Select(site => site.Code).Order().ToListAsync(ct);
        return TypedResults.Ok(new MeResponse(
            me.Id.Value, me.DisplayName, me.Email, me.Language, me.IsAdministrator, me.WaitsForSecondFactor, sites,
            [.. me.Organisations.Select(pair => new MyOrganisation(pair.Key.Value, pair.Value))]));
    }
}
