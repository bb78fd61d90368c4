using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Domain.Reservations;
using Fablab.Domain.Trainings;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Privacy.Erasing;

/// <summary>Reads what stands in the way of erasing somebody.</summary>
internal static class ReadErasureFacts
{
    /// <param name="withBookings">Whether bookings count too: once all that may be cancelled was.</param>
    public static async Task<ErasureFacts> ErasureFactsAsync(this FablabDb db, MemberId member, bool withBookings, Instant now, CancellationToken ct) => new()
    {
        RunningSessions = await db.UsageSessions.CountAsync(
                session => session.Member == member && session.State != UsageSessionState.Closed && session.State != UsageSessionState.Void, ct)
            is var sessions and > 0 ? sessions : await db.Reservations.CountAsync(one => one.Member == member && one.State == ReservationState.Active, ct),
        OrganisationsOwnedAlone = await db.OrganisationMembers.CountAsync(
            own => own.Member == member && own.Role == OrganisationRole.Owner
                && db.OrganisationMembers.Any(other => other.Organisation == own.Organisation && other.Member != member)
                && !db.OrganisationMembers.Any(other => other.Organisation == own.Organisation && other.Member != member && other.Role == OrganisationRole.Owner),
            ct),
        IsLastAdministrator = await db.RoleGrants.AnyAsync(grant => grant.Member == member && grant.Role == StaffRole.Administrator, ct)
            && !await db.RoleGrants.AnyAsync(grant => grant.Member != member && grant.Role == StaffRole.Administrator, ct),
        PlannedTrainings = await db.TrainingSessions.CountAsync(
            session => session.Trainer == member && session.State != TrainingSessionState.Cancelled && session.End > now, ct),
        OpenCharges = await db.Charges.CountAsync(
            charge => charge.Member == member && charge.Project == null && charge.Net.Minor > 0 && !db.InvoiceLines.Any(line => line.Charge == charge.Id), ct),
        BookingsLeft = withBookings ? await db.Reservations.CountAsync(
            one => one.Member == member && (one.State == ReservationState.Requested || one.State == ReservationState.Held || one.State == ReservationState.Confirmed), ct) : 0,
    };
}
