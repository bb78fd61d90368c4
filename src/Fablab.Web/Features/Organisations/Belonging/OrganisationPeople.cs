using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Belonging;

/// <summary>Nobody would be left to decide for the organisation; the database refuses it too.</summary>
public sealed record LastOwner() : Refusal("last-owner");

/// <summary>Somebody who belongs to an organisation.</summary>
/// <param name="MonthlyLimitMinor">For those who may see money.</param>
public sealed record OrganisationPerson(MemberId Member, string Name, OrganisationRole Role, long? MonthlyLimitMinor);

/// <summary>Who belongs to an organisation, and as what. Rights are read with every request, so a change counts with the next one.</summary>
internal sealed class OrganisationPeople(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<IReadOnlyList<OrganisationPerson>>> ListAsync(OrganisationId organisation, CancellationToken ct)
    {
        if (!me.May(Right.SeeProjects, Subject.Of(organisation)))
        {
            return new NoSuchThing("organisation");
        }

        var seesMoney = me.May(Right.SeeBudgets, Subject.Of(organisation));
        return await (
            from row in db.OrganisationMembers.AsNoTracking()
            join account in db.Users.AsNoTracking() on (Guid)(object)row.Member equals account.Id
            where row.Organisation == organisation
            orderby account.DisplayName
            select new OrganisationPerson(row.Member, account.DisplayName, row.Role, seesMoney ? row.MonthlyLimitMinor : null)).ToListAsync(ct);
    }

    public Task<Result<OrganisationMemberRow>> ChangeRoleAsync(OrganisationId organisation, MemberId member, OrganisationRole role, CancellationToken ct) =>
        ChangeAsync(organisation, member, false, row => row.Role is OrganisationRole.Owner && role is not OrganisationRole.Owner, async row =>
        {
            if (row.Role == role)
            {
                return;
            }

            audit.Note("member-role-changed", $"organisation/{organisation}", concerns: member, before: RoleOf(row.Role), after: RoleOf(role));
            if (row.Role is OrganisationRole.Owner)
            {
                await db.EndInvitationsOfAsync(organisation, member, clock.Now, ct);
            }

            row.Role = role;
            if (member != me.Id)
            {
                db.Tell(member, "organisation-role-changed", OrganisationNews.Facts(await NameAsync(organisation, ct), $"/organisations/{organisation}/members"), clock.Now);
            }
        }, ct);

    /// <summary>By an owner, or by oneself. What they booked on its projects stays in the calendar, and is refused when they come to use it.</summary>
    public Task<Result<OrganisationMemberRow>> RemoveAsync(OrganisationId organisation, MemberId member, CancellationToken ct) =>
        ChangeAsync(organisation, member, member == me.Id, row => row.Role is OrganisationRole.Owner, async row =>
        {
            db.Remove(row);
            await db.EndInvitationsOfAsync(organisation, member, clock.Now, ct);
            audit.Note(member == me.Id ? "organisation-left" : "member-removed", $"organisation/{organisation}", concerns: member, before: RoleOf(row.Role));
            var now = clock.Now;
            var isBooked = await db.Reservations.AnyAsync(
                r => r.Member == member && r.Slot.End > now && db.Projects.Any(project => project.Id == r.Project && project.Organisation == organisation)
                    && (r.State == ReservationState.Requested || r.State == ReservationState.Held || r.State == ReservationState.Confirmed),
                ct);
            db.Tell(member, isBooked ? "organisation-left-booked" : "organisation-left", OrganisationNews.Facts(await NameAsync(organisation, ct), "/reservations"), now);
        }, ct);

    private async Task<Result<OrganisationMemberRow>> ChangeAsync(
        OrganisationId organisation, MemberId member, bool isTheirs, Predicate<OrganisationMemberRow> takesAnOwner, Func<OrganisationMemberRow, Task> change, CancellationToken ct)
    {
        if (!me.May(Right.SeeProjects, Subject.Of(organisation)))
        {
            return new NoSuchThing("organisation");
        }

        if (!me.May(Right.ManageOrganisation, Subject.Of(organisation)) && !isTheirs)
        {
            return new NotAllowed();
        }

        return await LabTransaction.DecideHoldingAsync<OrganisationMemberRow>(
            db,
            [organisation.Value],
            async () =>
            {
                if (await db.OrganisationMembers.SingleOrDefaultAsync(row => row.Organisation == organisation && row.Member == member, ct) is not { } row)
                {
                    return new NoSuchThing("member");
                }

                if (takesAnOwner(row) && !await db.OrganisationMembers.AnyAsync(
                    other => other.Organisation == organisation && other.Member != member && other.Role == OrganisationRole.Owner, ct))
                {
                    db.ChangeTracker.Clear();
                    return new LastOwner();
                }

                await change(row);
                await db.SaveChangesAsync(ct);
                return row;
            },
            ct);
    }

    private Task<string> NameAsync(OrganisationId organisation, CancellationToken ct) => db.Organisations.Where(row => row.Id == organisation).Select(row => row.Name).SingleAsync(ct);

    private static IReadOnlyDictionary<string, string> RoleOf(OrganisationRole role) => new Dictionary<string, string> { ["role"] = role.ToString() };
}
