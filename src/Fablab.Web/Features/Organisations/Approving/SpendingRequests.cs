using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Approving;

/// <summary>A booking that waits for a yes of the organisation that pays.</summary>
/// <param name="TimeZone">IANA name of the site's.</param>
/// <param name="Currency">Of its price.</param>
public sealed record SpendingRequest(Reservation Reservation, string Machine, string TimeZone, string Project, string Member, string Currency);

/// <summary>What waits for an owner or buyer.</summary>
internal sealed class SpendingRequests(FablabDb db, CurrentMember me)
{
    private const int MostListed = 200;

    /// <returns>The first to lapse first.</returns>
    public async Task<Result<IReadOnlyList<SpendingRequest>>> ListAsync(OrganisationId organisation, CancellationToken ct)
    {
        if (!me.May(Right.ApproveSpending, Subject.Of(organisation)))
        {
            return me.May(Right.SeeProjects, Subject.Of(organisation)) ? new NotAllowed() : new NoSuchThing("organisation");
        }

        return await (
            from reservation in db.Reservations.AsNoTracking()
            join project in db.Projects on reservation.Project equals (ProjectId?)project.Id
            join machine in db.Machines on reservation.Machine equals machine.Id
            join site in db.Sites on machine.Site equals site.Id
            join tariff in db.Tariffs on reservation.Tariff equals tariff.Id
            join account in db.Users on (Guid)(object)reservation.Member equals account.Id
            where project.Organisation == organisation && reservation.State == ReservationState.Requested && reservation.Awaits.HasFlag(Approvals.Organisation)
            orderby reservation.ExpiresAt
            select new SpendingRequest(reservation, machine.Name, site.TimeZone, project.Name, account.DisplayName, tariff.Currency)).Take(MostListed).ToListAsync(ct);
    }
}
