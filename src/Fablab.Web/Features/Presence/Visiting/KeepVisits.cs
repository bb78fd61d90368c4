using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.Visiting;

/// <summary>What a tap did.</summary>
/// <param name="Visit">After it.</param>
public sealed record Tapped(TapMeaning Meaning, Visit Visit);

/// <summary>
/// Opens and ends visits. The member is held, so that two doors follow each other. What a member does themselves is told by the visit alone, which
/// is deleted after a while; an audit entry would tell for years where they were. What staff say of somebody is audited.
/// </summary>
internal sealed class KeepVisits(FablabDb db, Entrance entrance, SiteHours hours, IOptions<PresenceOptions> options, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <summary>One tap in, the next one out, the same tap twice once.</summary>
    public Task<Result<Tapped>> TapAsync(MemberId member, SiteId site, Told by, CancellationToken ct) => TellAsync(
        member, site, by, (newest, isOpen) => VisitRules.MeaningOfTap(newest, site, clock.Now, options.Value.RepeatedTap, isOpen, options.Value.Limits.Longest), isByStaff: false, ct);

    /// <summary>Somebody says that a member is in; saying it twice says it once.</summary>
    public async Task<Result<Visit>> ArriveAsync(MemberId member, SiteId site, Told by, CancellationToken ct) =>
        (await TellAsync(member, site, by, (newest, _) => newest is { IsOpen: true } && newest.Site == site ? TapMeaning.Repeat : TapMeaning.Arrive, by is Told.FrontDesk, ct)).TryGet(out var told, out var refusal)
            ? told.Visit : refusal;

    /// <summary>The member themselves or staff of the site say that they left; saying it twice says it once.</summary>
    public async Task<Result<Visit>> EndAsync(VisitId id, CancellationToken ct)
    {
        if (await db.Visits.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is not { } found
            || (found.Member != me.Id && !me.May(Right.TellPresence, Subject.At(found.Site))))
        {
            return new NoSuchThing("visit");
        }

        var by = found.Member == me.Id ? Told.Self : Told.FrontDesk;
        return await LabTransaction.RunHoldingAsync<Result<Visit>>(db, [found.Member.Value], async () =>
        {
            var visit = await db.Visits.AsNoTracking().SingleAsync(row => row.Id == id, ct);
            if (!visit.IsOpen)
            {
                return visit;
            }

            var ended = clock.Now >= visit.ClosesAt ? visit.Closed() : visit.Ended(clock.Now, by);
            db.Update(ended);
            if (by is Told.FrontDesk)
            {
                audit.Note("visit-told-out", $"visit/{id}", site: visit.Site, concerns: visit.Member);
            }

            await SaveAsync(ct);
            return ended;
        }, ct);
    }

    private async Task<Result<Tapped>> TellAsync(MemberId member, SiteId site, Told by, Func<Visit?, bool, TapMeaning> meaningOf, bool isByStaff, CancellationToken ct)
    {
        var (isOpen, closesAt) = await hours.AtAsync(site, clock.Now, ct);
        return await LabTransaction.DecideHoldingAsync<Tapped>(db, [member.Value], async () =>
        {
            var newest = await NewestAsync(member, ct);
            var meaning = meaningOf(newest, isOpen);
            switch (meaning)
            {
                case TapMeaning.Repeat:
                    return new Tapped(meaning, newest!);

                case TapMeaning.Leave when !newest!.IsOpen:
                    // The program took them for gone a while ago.
                    return new Tapped(meaning, newest);

                case TapMeaning.Leave:
                    var left = newest!.Ended(clock.Now, by);
                    db.Update(left);
                    await SaveAsync(ct);
                    return new Tapped(meaning, left);
            }

            // Only whoever comes in is looked at: nobody is kept from leaving.
            if (await entrance.RefusalAsync(member, site, ct) is { } refusal)
            {
                return refusal;
            }

            if (newest is { IsOpen: true })
            {
                db.Update(newest.Ended(clock.Now, Told.Elsewhere));
                await db.SaveChangesAsync(ct);
            }

            var visit = new Visit
            {
                Id = new VisitId(Guid.CreateVersion7()), Member = member, Site = site, ArrivedAt = clock.Now, ArrivedBy = by, ClosesAt = closesAt,
            };
            db.Add(visit);
            if (isByStaff)
            {
                audit.Note("visit-told-in", $"visit/{visit.Id}", site: site, concerns: member);
            }

            await SaveAsync(ct);

            // Visits go after a while; that somebody uses the lab must not.
            var (id, now) = (member.Value, clock.Now);
            await db.Users.Where(account => account.Id == id).ExecuteUpdateAsync(set => set.SetProperty(account => account.LastSeenAt, now), ct);
            return new Tapped(meaning, visit);
        }, ct);
    }

    /// <summary>What should have been closed by now is closed on the way, as the sweep would have done.</summary>
    private async Task<Visit?> NewestAsync(MemberId member, CancellationToken ct)
    {
        var newest = await db.Visits.AsNoTracking().Where(row => row.Member == member).OrderByDescending(row => row.LeftAt == null).ThenByDescending(row => row.ArrivedAt).FirstOrDefaultAsync(ct);
        if (newest is not { IsOpen: true } || newest.ClosesAt > clock.Now)
        {
            return newest;
        }

        db.Update(newest.Closed());
        await SaveAsync(ct);
        return newest.Closed();
    }

    private async Task SaveAsync(CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
    }
}
