using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Rules;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Presence.Starting;

/// <summary>Who must be in when a use begins, and who is. A lab without such rules is asked only what it has for rules.</summary>
internal sealed class StartPresence(FablabDb db, RuleFacts rules)
{
    public async Task<PresenceAtStart> OfAsync(Reservation next, MachineRow machine, Instant now, CancellationToken ct) =>
        await OfAsync(next.Member, (await rules.ReadAsync([machine.Site], next.Member, next.Project, next.Slot.Start, ct)).At(machine), machine, now, ct);

    public async Task<PresenceAtStart> OfAsync(MemberId member, RulesAtHand atHand, MachineRow machine, Instant now, CancellationToken ct)
    {
        var asked = PresenceAtStart.Asked(atHand.Rules, atHand.Zone, now);
        if (!asked.AsksAnything)
        {
            return asked;
        }

        var inNow = db.Visits.AsNoTracking().Where(visit => visit.Site == machine.Site && visit.LeftAt == null && visit.ClosesAt > now);
        return asked with
        {
            IsMemberIn = asked.AsksMember && await inNow.AnyAsync(visit => visit.Member == member, ct),
            OthersIn = asked.Others > 0 ? await OthersAsync(inNow.Where(visit => visit.Member != member), machine, now, ct) : 0,
        };
    }

    /// <summary>Those who could use the machine by themselves now, and are not suspended.</summary>
    private Task<int> OthersAsync(IQueryable<Visit> others, MachineRow machine, Instant now, CancellationToken ct)
    {
        var allowed = others.Where(visit => !db.Suspensions.Any(stop =>
            stop.Member == visit.Member && (stop.Site == null || stop.Site == visit.Site) && stop.LiftedAt == null && (stop.Until == null || stop.Until > now)));
        var held = db.HeldFor(machine).Where(a => a.Level == AuthorisationLevel.Full && (a.ValidUntil == null || a.ValidUntil > now));
        return machine.Policy.RequiresAuthorisation ? allowed.CountAsync(visit => held.Any(a => a.Member == visit.Member), ct) : allowed.CountAsync(ct);
    }
}
