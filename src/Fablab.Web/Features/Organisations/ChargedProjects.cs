using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations;

/// <summary>Whose time a project may be charged for.</summary>
internal static class ChargedProjects
{
    /// <summary>Whether what is booked may be confirmed and used. Closing a project leaves what is booked on it; leaving the organisation does not, nor does staff turning it down.</summary>
    public static async Task<bool> MayChargeAsync(this FablabDb db, Reservation? booked, CancellationToken ct) =>
        booked?.Project is not { } project || MayCharge(await db.RoleAsync(booked.Member, project, ct));

    public static bool MayCharge(OrganisationRole? role) => role is { } mine && (Access.WhoMay(Right.ChargeProject) & Access.StandingOf(mine)) != Standing.None;

    private static Task<OrganisationRole?> RoleAsync(this FablabDb db, MemberId member, ProjectId project, CancellationToken ct) => (
        from row in db.Projects
        join membership in db.OrganisationMembers on row.Organisation equals membership.Organisation
        where row.Id == project && membership.Member == member && !db.Organisations.Any(one => one.Id == row.Organisation && one.TurnedDownAt != null)
        select (OrganisationRole?)membership.Role).SingleOrDefaultAsync(ct);
}
