using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations.Belonging;
using Fablab.Web.Features.Reservations.Cancelling;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Features.Trainings.Sessions;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Privacy.Erasing;

/// <summary>
/// Erases a member whose time has come. First they give back what they have, each thing by its own rules and in its own transaction, as if they
/// did it themselves; then, in one transaction, everything of theirs goes. Cut off anywhere it goes on at the next sweep.
/// </summary>
internal sealed class EraseMember(
    FablabDb db, CurrentMember me, LoadMember load, AnswerOffer line, CancelReservation cancel, Enrol enrol, OrganisationPeople organisations, EraseRows rows, AuditTrail audit,
    IOptions<PrivacyOptions> options, LabClock clock)
{
    public Task<List<ErasureRow>> DueAsync(int most, CancellationToken ct)
    {
        var now = clock.Now;
        return db.Erasures.AsNoTracking().Where(row => row.DueAt <= now).OrderBy(row => row.DueAt).Take(most).ToListAsync(ct);
    }

    /// <returns>Whether they are erased now; a second one to look finds nothing to do.</returns>
    public async Task<bool> ExecuteAsync(ErasureRow due, CancellationToken ct)
    {
        if (!await IsWantedAsync(due, ct) || await IsInTheWayAsync(due, withBookings: false, ct))
        {
            return false;
        }

        me.Known = await load.ExecuteAsync(due.Member, ct);
        if (me.IsSignedIn)
        {
            await GiveBackAsync(due, ct);
        }

        me.Known = null;
        if (await IsInTheWayAsync(due, withBookings: true, ct))
        {
            return false;
        }

        var id = due.Id;
        var left = await LabTransaction.RunHoldingAsync(db, [due.Member.Value], async () =>
        {
            var now = clock.Now;

            // Once more, since something may have begun meanwhile; then it is looked at again in a minute.
            if (await db.Erasures.SingleOrDefaultAsync(one => one.Id == id && one.DueAt <= now, ct) is not { } row || (await ObstaclesAsync(due, withBookings: true, now, ct)).Count > 0)
            {
                return null;
            }

            (row.DueAt, row.DoneAt, row.Reason) = (null, now, null);
            audit.Note("member-erased", $"erasure/{id}", concerns: due.Member, after: new Dictionary<string, string> { ["origin"] = due.Origin.ToString() });
            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
            return await rows.ExecuteWithinAsync(due.Member, now, ct);
        }, ct);
        db.ChangeTracker.Clear();
        if (left is null)
        {
            return false;
        }

        await rows.DeleteAsync(left, ct);
        return true;
    }

    private async Task<bool> IsWantedAsync(ErasureRow due, CancellationToken ct)
    {
        var (member, who, asked) = (due.Member.Value, due.Member, due.AskedAt);
        var account = await db.Users.AsNoTracking().Where(row => row.Id == member).Select(row => new { row.LastSeenAt, row.EmailConfirmed }).SingleOrDefaultAsync(ct);

        // Staff may have booked for them since, or they came by without signing in.
        var cameBack = account?.LastSeenAt > asked || await db.Reservations.AnyAsync(row => row.Member == who && row.BookedAt > asked, ct);
        if (ErasureRules.IsStillWanted(due.Origin, cameBack, account?.EmailConfirmed ?? false))
        {
            return true;
        }

        var (id, now) = (due.Id, clock.Now);
        await LabTransaction.RunHoldingAsync(db, [member], () => db.Erasures.Where(row => row.Id == id && row.DueAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, (Instant?)null).SetProperty(row => row.CancelledAt, now), ct), ct);
        return false;
    }

    /// <summary>Looks again tomorrow, and tells the member once.</summary>
    private async Task<bool> IsInTheWayAsync(ErasureRow due, bool withBookings, CancellationToken ct)
    {
        var (now, id) = (clock.Now, due.Id);
        if ((await ObstaclesAsync(due, withBookings, now, ct)).Count == 0)
        {
            return false;
        }

        await LabTransaction.RunHoldingAsync(db, [due.Member.Value], async () =>
        {
            if (await db.Erasures.SingleOrDefaultAsync(row => row.Id == id && row.DueAt <= now, ct) is { } row)
            {
                row.DueAt = now + ErasureRules.Pause;
                if (row.ToldToWaitAt is null)
                {
                    row.ToldToWaitAt = now;
                    db.SendMail(due.Member, "erasure-waits", ErasureMail.Facts(due.PlannedAt), now);
                }
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return true;
    }

    private async Task<IReadOnlyList<ErasureObstacle>> ObstaclesAsync(ErasureRow due, bool withBookings, Instant now, CancellationToken ct) => ErasureRules.ObstaclesOf(
        await db.ErasureFactsAsync(due.Member, withBookings, now, ct), now, due.PlannedAt + Duration.FromDays(options.Value.OpenChargesWaitDays), due.Origin);

    private async Task GiveBackAsync(ErasureRow due, CancellationToken ct)
    {
        var member = due.Member;

        // First of all, or the time that their own bookings give back would be offered to themselves.
        var wishes = await db.WaitingList.AsNoTracking().Where(row => row.Member == member && (row.State == WishState.Waiting || row.State == WishState.Offered))
            .Select(row => row.Id).ToListAsync(ct);
        foreach (var wish in wishes)
        {
            await line.WithdrawAsync(wish, ct);
            db.ChangeTracker.Clear();
        }

        var now = clock.Now;
        var booked = await db.Reservations.AsNoTracking()
            .Where(one => one.Member == member && (one.State == ReservationState.Requested || one.State == ReservationState.Held || one.State == ReservationState.Confirmed))
            .Select(one => one.Id).ToListAsync(ct);
        foreach (var id in booked)
        {
            // One that the rules let nobody cancel any more is soon over, and waited for.
            await cancel.ExecuteAsync(id, null, ct, costsNothing: due.Origin is not ErasureOrigin.Member);
            db.ChangeTracker.Clear();
        }

        var seats = await (
            from one in db.Enrolments.AsNoTracking()
            join session in db.TrainingSessions.AsNoTracking() on one.Session equals session.Id
            where one.Member == member && session.Start > now && (one.State == EnrolmentState.Enrolled || one.State == EnrolmentState.Waiting)
            select one.Session).ToListAsync(ct);
        foreach (var session in seats)
        {
            await enrol.WithdrawAsync(session, ct);
        }

        var belongs = await db.OrganisationMembers.AsNoTracking()
            .Where(own => own.Member == member && db.OrganisationMembers.Any(other => other.Organisation == own.Organisation && other.Member != member))
            .Select(own => own.Organisation).ToListAsync(ct);
        foreach (var organisation in belongs)
        {
            await organisations.RemoveAsync(organisation, member, ct);
            db.ChangeTracker.Clear();
        }
    }
}
