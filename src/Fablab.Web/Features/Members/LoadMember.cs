using System.Security.Claims;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Members;

/// <summary>Reads a member with all rights in one query.</summary>
internal sealed class LoadMember(FablabDb db)
{
    /// <returns>The member, or <see langword="null"/> when the account is gone.</returns>
    public async Task<Member?> ExecuteAsync(MemberId id, CancellationToken ct)
    {
        // Grants times memberships: a handful of rows at most, and one way to the database.
        var rows = await (
            from account in db.Users.AsNoTracking()
            where account.Id == id.Value
            from grant in db.RoleGrants.Where(grant => grant.Member == id).DefaultIfEmpty()
            from membership in db.OrganisationMembers.Where(membership => membership.Member == id).DefaultIfEmpty()
            select new
            {
                account.DisplayName,
                account.Email,
                account.Language,
                Role = (StaffRole?)grant.Role,
                grant.Site,
                Organisation = (OrganisationId?)membership.Organisation,
                OrganisationRole = (OrganisationRole?)membership.Role,
            }).ToListAsync(ct);

        return rows.Count == 0 ? null : new Member
        {
            Id = id,
            DisplayName = rows[0].DisplayName,
            Email = rows[0].Email ?? "",
            Language = rows[0].Language,
            IsAdministrator = rows.Any(row => row.Role is StaffRole.Administrator),
            ManagedSites = rows.Where(row => row is { Role: StaffRole.Manager, Site: not null }).Select(row => row.Site!.Value).ToHashSet(),
            Organisations = rows.Where(row => row.Organisation is not null)
                .DistinctBy(row => row.Organisation)
                .ToDictionary(row => row.Organisation!.Value, row => row.OrganisationRole!.Value),
        };
    }

    public static MemberId? IdOf(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? new MemberId(id) : null;
}
