using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Approving;

/// <summary>It does not wait for a yes: somebody answered already, or it lapsed.</summary>
public sealed record NotRequested(ReservationState State) : Refusal("not-requested")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State };
}

/// <summary>A request that waits for a manager.</summary>
public sealed record RequestView(Reservation Reservation, string Machine, string Member);

/// <summary>Staff say yes or no to what a rule does not let members book by themselves. The slot is held meanwhile.</summary>
internal sealed class ApproveReservation(FablabDb db, EndRequest requests, DeskDue due, FreedPools pools, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <param name="ifMatch">Of what was seen, here and below: nobody says yes to something else.</param>
    public Task<Result<Reservation>> ApproveAsync(ReservationId id, string? ifMatch, CancellationToken ct) => AnswerForSiteAsync(id, ReservationEvent.Approve, null, ifMatch, ct);

    /// <param name="reason">For the member.</param>
    public Task<Result<Reservation>> DeclineAsync(ReservationId id, string? reason, string? ifMatch, CancellationToken ct) =>
        AnswerForSiteAsync(id, ReservationEvent.Decline, reason, ifMatch, ct);

    /// <returns>What waits at the sites that the asker manages, the earliest to lapse first.</returns>
    public async Task<IReadOnlyList<RequestView>> WaitingAsync(int limit, CancellationToken ct)
    {
        var (sites, isAdministrator) = (me.Member.ManagedSites.ToList(), me.Member.IsAdministrator);
        var rows = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            where reservation.State == ReservationState.Requested && reservation.Awaits.HasFlag(Approvals.Site) && (isAdministrator || sites.Contains(machine.Site))
            orderby reservation.ExpiresAt
            select new { reservation, machine.Code }).Take(limit).ToListAsync(ct);
        var people = rows.Select(row => row.reservation.Member.Value).Distinct().ToList();
        var names = await db.Users.Where(account => people.Contains(account.Id)).ToDictionaryAsync(account => account.Id, account => account.DisplayName, ct);
        return [.. rows.Select(row => new RequestView(row.reservation, row.Code, names[row.reservation.Member.Value]))];
    }

    /// <summary>By an owner or buyer of the organisation that pays; nobody else knows of the request by this way.</summary>
    /// <param name="organisation">Whose it is.</param>
    /// <param name="reason">For the member.</param>
    public async Task<Result<Reservation>> AnswerSpendingAsync(OrganisationId organisation, ReservationId id, bool isYes, string? reason, string? ifMatch, CancellationToken ct)
    {
        if (!me.May(Right.ApproveSpending, Subject.Of(organisation)))
        {
            return me.May(Right.SeeProjects, Subject.Of(organisation)) ? new NotAllowed() : new NoSuchThing("organisation");
        }

        var machine = await (
            from reservation in db.Reservations.AsNoTracking()
            join project in db.Projects on reservation.Project equals (ProjectId?)project.Id
            where reservation.Id == id && project.Organisation == organisation
            select (MachineId?)reservation.Machine).SingleOrDefaultAsync(ct);
        return machine is { } held
            ? await pools.ThenOfferAsync(
                LabTransaction.DecideAsync<Reservation>(
                    db, held, () => AnswerWithinAsync(id, Approvals.Organisation, isYes ? ReservationEvent.Approve : ReservationEvent.Decline, reason, ifMatch, ct), ct),
                ct)
            : new NoSuchThing("reservation");
    }

    private async Task<Result<Reservation>> AnswerForSiteAsync(ReservationId id, ReservationEvent answer, string? reason, string? ifMatch, CancellationToken ct)
    {
        if (await db.FindReservationAsync(me, Right.SeeReservation, id, ct) is not { } found)
        {
            return new NoSuchThing("reservation");
        }

        return me.May(Right.ApproveReservations, Subject.At(found.Site))
            ? await pools.ThenOfferAsync(LabTransaction.DecideAsync<Reservation>(db, found.Reservation.Machine, () => AnswerWithinAsync(id, Approvals.Site, answer, reason, ifMatch, ct), ct), ct)
            : new NotAllowed();
    }

    private async Task<Result<Reservation>> AnswerWithinAsync(ReservationId id, Approvals by, ReservationEvent answer, string? reason, string? ifMatch, CancellationToken ct)
    {
        var before = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        if (before.ExpiresAt <= clock.Now || before.State is not ReservationState.Requested || !before.Awaits.HasFlag(by) || ReservationLifecycle.Next(before.State, answer) is not { } state)
        {
            return new NotRequested(before.State);
        }

        if (!ReservationVersion.Fits(before, ifMatch))
        {
            return new StaleVersion();
        }

        if (answer is ReservationEvent.Approve && !await db.MayChargeAsync(before, ct))
        {
            return new ProjectNotYours();
        }

        if (answer is ReservationEvent.Approve && before.Awaits != by)
        {
            return await AwaitTheRestAsync(before with { Awaits = before.Awaits & ~by }, ct);
        }

        audit.Note($"reservation-{state.ToString().ToLowerInvariant()}", $"reservation/{id}", before.Machine, concerns: before.Member);
        if (answer is ReservationEvent.Decline)
        {
            return await requests.WithinAsync(before, answer, reason, ct);
        }

        var after = before with { State = state, ExpiresAt = null, Awaits = Approvals.None, Terms = before.Terms with { Before = null } };
        db.Update(after);
        db.Tell(before.Member, "request-approved", EndRequest.FactsOf(before, reason), clock.Now);
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        await due.ComesNoLaterThanAsync(after.Machine, Instant.Max(after.Slot.Start, clock.Now), ct);
        return after;
    }

    /// <summary>One of two has said yes. Its member is told when both have.</summary>
    private async Task<Reservation> AwaitTheRestAsync(Reservation after, CancellationToken ct)
    {
        db.Update(after);
        audit.Note("reservation-half-approved", $"reservation/{after.Id}", after.Machine, concerns: after.Member);
        await db.SaveChangesAsync(ct);
        return after;
    }
}
