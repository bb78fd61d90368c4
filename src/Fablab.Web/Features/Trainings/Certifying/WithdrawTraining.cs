using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Certifying;

/// <summary>
/// Takes back what a completed training gave, because the member was not there: the certificate stays with the day of its withdrawal, and what
/// was told of authorisations stays in their histories, taken back. Within the caller's transaction, which must hold the member; the caller saves.
/// </summary>
internal sealed class WithdrawTraining(FablabDb db, WriteAuthorisation write, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task ExecuteWithinAsync(EnrolmentRow enrolment, TrainingSessionRow session, string reason, CancellationToken ct)
    {
        enrolment.CompletedAt = null;
        var (member, id, site) = (enrolment.Member, session.Id, session.Site);
        if (await db.Certificates.SingleOrDefaultAsync(row => row.Session == id && row.Member == member && row.WithdrawnOn == null, ct) is { } certificate)
        {
            var zone = zones[await db.Sites.Where(row => row.Id == site).Select(row => row.TimeZone).SingleAsync(ct)];
            (certificate.WithdrawnOn, certificate.WithdrawnBy, certificate.WithdrawalReason) = (clock.Now.InZone(zone).Date, me.Id, reason);
        }

        var given = await db.AuthorisationFacts.AsNoTracking()
            .Where(fact => fact.Member == member && fact.Session == id && fact.Kind != AuthorisationFactKind.Withdrawn
                && !db.AuthorisationFacts.Any(later => later.Member == member && later.Machine == fact.Machine && later.Undoes == fact.Number))
            .OrderBy(fact => fact.Machine).ThenBy(fact => fact.Number).Select(fact => new { fact.Machine, fact.Number, fact.Course }).ToListAsync(ct);
        foreach (var one in given)
        {
            // One notice tells of all that goes with the attendance.
            var fact = new AuthorisationFact(AuthorisationFactKind.Withdrawn, clock.Now) { Undoes = one.Number };
            await write.ExecuteWithinAsync(member, one.Machine, (_, _) => new Word(fact, me.Id, one.Course, reason, IsTold: false, Session: id), ct);
        }
    }
}
