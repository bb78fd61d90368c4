using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Domain.Trainings;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Leaving;

/// <summary>Something ties the member to the site yet.</summary>
/// <param name="Reasons">Any of <c>has-role</c>, <c>uses-a-machine</c>, <c>has-bookings</c>, <c>waits-for-time</c> and <c>has-seats</c>.</param>
public sealed record SiteNotLeft(IReadOnlyList<string> Reasons) : Refusal("site-not-left")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reasons"] = Reasons };
}

/// <summary>A site that somebody belongs to.</summary>
public sealed record SiteOfMine(string Code, string Name, Instant Since);

/// <summary>
/// A member belongs to a site no more: its staff see them no longer. What they booked, and what they do there for the lab, they give back before.
/// Suspensions, authorisations and notes stay, so that whoever comes back is who they were.
/// </summary>
internal sealed class LeaveSite(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <returns>By name.</returns>
    public async Task<IReadOnlyList<SiteOfMine>> MineAsync(CancellationToken ct)
    {
        var member = me.Id;
        return await (
            from row in db.SiteMemberships.AsNoTracking()
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            where row.Member == member && row.State == MembershipState.Active
            orderby site.Name
            select new SiteOfMine(site.Code, site.Name, row.Since)).ToListAsync(ct);
    }

    public async Task<Refusal?> ExecuteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        // Held like the machines are by who books one, and the sessions by who enrols, so that nothing is made while we look for it.
        var (id, member) = (site.Id, me.Id);
        var now = clock.Now;
        var machines = await db.Machines.Where(row => row.Site == id).Select(row => row.Id).ToListAsync(ct);
        var sessions = await db.TrainingSessions.Where(row => row.Site == id && row.End > now).Select(row => row.Id).ToListAsync(ct);
        var result = await LabTransaction.DecideHoldingAsync<SiteMembershipRow>(db, [member.Value, .. machines.Select(machine => machine.Value), .. sessions.Select(session => session.Value)], async () =>
        {
            if (await db.SiteMemberships.SingleOrDefaultAsync(row => row.Site == id && row.Member == member && row.State == MembershipState.Active, ct) is not { } row)
            {
                return new NoSuchThing("membership");
            }

            if (await ReasonsAgainstAsync(site, ct) is { Count: > 0 } reasons)
            {
                return new SiteNotLeft(reasons);
            }

            db.Remove(row);
            audit.Note(
                "site-left", $"membership/{member}/{site.Code}", site: id, concerns: member,
                before: new Dictionary<string, string> { ["origin"] = row.Origin.ToString(), ["since"] = row.Since.ToString() });
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);
        db.ChangeTracker.Clear();
        return result.Refusal;
    }

    private async Task<IReadOnlyList<string>> ReasonsAgainstAsync(SiteRow site, CancellationToken ct)
    {
        var (id, member, now, reasons) = (site.Id, me.Id, clock.Now, new List<string>());
        var here = db.Machines.Where(machine => machine.Site == id);
        if (await db.RoleGrants.AnyAsync(grant => grant.Member == member && grant.Site == id, ct))
        {
            reasons.Add("has-role");
        }

        if (await db.UsageSessions.AnyAsync(
                session => session.Member == member && session.State != UsageSessionState.Closed && session.State != UsageSessionState.Void && here.Any(machine => machine.Id == session.Machine), ct)
            || await db.Reservations.AnyAsync(one => one.Member == member && one.State == ReservationState.Active && here.Any(machine => machine.Id == one.Machine), ct))
        {
            reasons.Add("uses-a-machine");
        }

        if (await db.Reservations.AnyAsync(
            one => one.Member == member && (one.State == ReservationState.Requested || one.State == ReservationState.Held || one.State == ReservationState.Confirmed)
                && here.Any(machine => machine.Id == one.Machine), ct))
        {
            reasons.Add("has-bookings");
        }

        if (await db.WaitingList.AnyAsync(
            wish => wish.Member == member && (wish.State == WishState.Waiting || wish.State == WishState.Offered)
                && (wish.Site == id || here.Any(machine => machine.Id == wish.Machine) || db.Pools.Any(pool => pool.Id == wish.Pool && pool.Site == id)), ct))
        {
            reasons.Add("waits-for-time");
        }

        if (await db.Enrolments.AnyAsync(
                one => one.Member == member && (one.State == EnrolmentState.Enrolled || one.State == EnrolmentState.Waiting)
                    && db.TrainingSessions.Any(session => session.Id == one.Session && session.Site == id && session.End > now && session.State != TrainingSessionState.Cancelled), ct)
            || await db.TrainingSessions.AnyAsync(session => session.Trainer == member && session.Site == id && session.End > now && session.State != TrainingSessionState.Cancelled, ct))
        {
            reasons.Add("has-seats");
        }

        return reasons;
    }
}
