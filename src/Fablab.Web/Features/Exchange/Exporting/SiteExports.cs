using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>What sites have: all of it for administrators, that of their sites for managers. Members, machines, authorisations and reservations can be imported again.</summary>
internal sealed class SiteExports(FablabDb db, CurrentMember me)
{
    private bool All => me.May(Right.ExportSite, Subject.Nothing);

    private List<SiteId> Sites => [.. me.Member.ManagedSites.Where(site => me.May(Right.ExportSite, Subject.At(site)))];

    public IReadOnlyList<ExportTable> Tables => !me.MayAtSomeSite(Right.ExportSite) ? [] :
    [
        new("members", ["externalId", "email", "name", "language", "sites", "memberId"], MembersAsync),
        new("machines", ["code", "name", "site", "category", "model", "pool", "tariff", "hazardClass", "requiresAuthorisation", "minimumMinutes", "maximumMinutes", "granularityMinutes",
            "graceMinutes", "setUpMinutes", "cleanUpMinutes", "idleLimitMinutes", "outOfOrder", "machineId"], MachinesAsync),
        new("reservations", ["externalId", "memberEmail", "machine", "start", "end", "state", "title", "bookedAt", "projectId", "reservationId"], ReservationsAsync),
        new("authorisations", ["memberEmail", "machine", "level", "hours", "grantedAt", "validUntil", "suspended"], AuthorisationsAsync),
        new("usage-sessions", ["sessionId", "memberEmail", "machine", "state", "startedAt", "endedAt", "totalSeconds", "activeSeconds", "wattSeconds", "endReason", "reservationId", "projectId"], SessionsAsync),
        new("trainings", ["trainingId", "course", "site", "start", "end", "state", "seats", "memberEmail", "enrolment", "priceMinor", "currency", "completedAt"], TrainingsAsync),
        new("training-refunds", ["refundId", "memberEmail", "memberName", "course", "site", "start", "amountMinor", "currency", "cause", "dueAt", "refundedAt"], RefundsAsync),
    ];

    private IQueryable<MachineRow> Machines()
    {
        var (all, sites) = (All, Sites);
        return db.Machines.AsNoTracking().Where(machine => all || sites.Contains(machine.Site));
    }

    private async IAsyncEnumerable<object?[]> MembersAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (all, sites) = (All, Sites);
        var codes = await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Id, site => site.Code, ct);
        var memberships = db.SiteMemberships.AsNoTracking().Where(row => row.State == MembershipState.Active && (all || sites.Contains(row.Site)));
        var rows = from account in db.Users.AsNoTracking()
                   join row in memberships on account.Id equals (Guid)(object)row.Member into those
                   from membership in those.DefaultIfEmpty()
                   where all || membership != null
                   orderby account.Id
                   select new
                   {
                       account.Id,
                       account.Email,
                       account.DisplayName,
                       account.Language,
                       Site = (SiteId?)membership!.Site,
                       External = db.ExternalIds.Where(one => one.Kind == ExternalIdRow.Member && one.Target == account.Id).OrderBy(one => one.External).Select(one => one.External).FirstOrDefault(),
                   };

        // One comes for each membership, those of a member behind each other.
        (Guid Id, object?[] Cells, List<string> Sites)? member = null;
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            if (member?.Id != row.Id)
            {
                if (member is { } before)
                {
                    yield return Finished(before.Cells, before.Sites);
                }

                member = (row.Id, [row.External, row.Email, row.DisplayName, row.Language, null, row.Id], []);
            }

            if (row.Site is { } site)
            {
                member!.Value.Sites.Add(codes[site]);
            }
        }

        if (member is { } last)
        {
            yield return Finished(last.Cells, last.Sites);
        }

        static object?[] Finished(object?[] cells, List<string> sites)
        {
            cells[4] = sites.Count == 0 ? null : string.Join('|', sites.Order(StringComparer.Ordinal));
            return cells;
        }
    }

    private async IAsyncEnumerable<object?[]> MachinesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var rows = from machine in Machines()
                   join site in db.Sites on machine.Site equals site.Id
                   join tariff in db.Tariffs on machine.Tariff equals tariff.Id
                   orderby machine.Code
                   select new { Machine = machine, Site = site.Code, Tariff = tariff.Name, Pool = db.Pools.Where(pool => pool.Id == machine.Pool).Select(pool => pool.Code).FirstOrDefault() };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var (machine, policy) = (row.Machine, row.Machine.Policy);
            yield return
            [
                machine.Code, machine.Name, row.Site, machine.Category, machine.Model, row.Pool, row.Tariff, policy.HazardClass, policy.RequiresAuthorisation,
                Minutes(policy.MinimumLength), Minutes(policy.MaximumLength), Minutes(policy.Granularity), Minutes(policy.Grace), Minutes(policy.SetUp), Minutes(policy.CleanUp),
                Minutes(policy.IdleLimit), machine.IsOutOfOrder, machine.Id.Value,
            ];
        }
    }

    private async IAsyncEnumerable<object?[]> ReservationsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var hidden = await HiddenProjectsAsync(ct);
        var rows = from reservation in db.Reservations.AsNoTracking()
                   join machine in Machines() on reservation.Machine equals machine.Id
                   join account in db.Users on (Guid)(object)reservation.Member equals account.Id
                   orderby reservation.BookedSlot.Start, reservation.Id
                   select new
                   {
                       Reservation = reservation,
                       machine.Code,
                       account.Email,
                       External = db.ExternalIds.Where(row => row.Kind == ExternalIdRow.Reservation && row.Target == (Guid)(object)reservation.Id).Select(row => row.External).FirstOrDefault(),
                   };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var booked = row.Reservation;
            var isHidden = booked.Project is { } project && hidden.Contains(project);
            yield return
            [
                row.External ?? booked.Id.ToString(), row.Email, row.Code, booked.BookedSlot.Start, booked.BookedSlot.End, booked.State, isHidden ? null : booked.Title, booked.BookedAt,
                isHidden ? null : booked.Project?.Value, booked.Id.Value,
            ];
        }
    }

    private async IAsyncEnumerable<object?[]> AuthorisationsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var rows = from row in db.MachineAuthorisations.AsNoTracking()
                   join machine in Machines() on row.Machine equals machine.Id
                   join account in db.Users on (Guid)(object)row.Member equals account.Id
                   orderby machine.Code, account.Email
                   select new { Row = row, machine.Code, account.Email };
        await foreach (var one in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var row = one.Row;
            yield return [one.Email, one.Code, row.Level, row.Hours is { } hours ? HoursText.Of(hours) : null, row.GrantedAt, row.ValidUntil, row.IsSuspended];
        }
    }

    private async IAsyncEnumerable<object?[]> SessionsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var hidden = await HiddenProjectsAsync(ct);
        var rows = from session in db.UsageSessions.AsNoTracking()
                   join machine in Machines() on session.Machine equals machine.Id
                   join account in db.Users on (Guid)(object)session.Member equals account.Id
                   orderby session.AuthorisedAt, session.Id
                   select new { Session = session, machine.Code, account.Email };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var session = row.Session;
            yield return
            [
                session.Id.Value, row.Email, row.Code, session.State, session.StartedAt, session.EndedAt, (long)session.Total.TotalSeconds, (long)session.Active.TotalSeconds,
                session.WattSeconds, session.EndReason, session.Reservation.Value, session.Project is { } project && !hidden.Contains(project) ? project.Value : null,
            ];
        }
    }

    /// <summary>A row for each who is enrolled, and one for a training session without anybody.</summary>
    private async IAsyncEnumerable<object?[]> TrainingsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (all, sites) = (All, Sites);
        var enrolled = from enrolment in db.Enrolments.AsNoTracking()
                       join account in db.Users on (Guid)(object)enrolment.Member equals account.Id
                       select new { Enrolment = enrolment, account.Email };
        var rows = from session in db.TrainingSessions.AsNoTracking()
                   join course in db.Courses on session.Course equals course.Id
                   join site in db.Sites on session.Site equals site.Id
                   where all || sites.Contains(session.Site)
                   join one in enrolled on session.Id equals one.Enrolment.Session into those
                   from one in those.DefaultIfEmpty()
                   orderby session.Start, session.Id
                   select new { Session = session, Course = course.Name, Site = site.Code, Enrolment = (EnrolmentRow?)one!.Enrolment, Email = (string?)one.Email };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var price = row.Enrolment?.Price ?? row.Session.Price;
            yield return
            [
                row.Session.Id.Value, row.Course.Said(), row.Site, row.Session.Start, row.Session.End, row.Session.State, row.Session.Seats, row.Email, row.Enrolment?.State, price.Minor, price.Currency,
                row.Enrolment?.CompletedAt,
            ];
        }
    }

    /// <summary>What is owed for trainings, and what was given back.</summary>
    private async IAsyncEnumerable<object?[]> RefundsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (all, sites) = (All, Sites);
        var rows = from refund in db.TrainingRefunds.AsNoTracking()
                   join session in db.TrainingSessions on refund.Session equals session.Id
                   join course in db.Courses on session.Course equals course.Id
                   join site in db.Sites on session.Site equals site.Id
                   join account in db.Users on (Guid)(object)refund.Member equals account.Id
                   where all || sites.Contains(session.Site)
                   orderby refund.DueAt, refund.Id
                   select new { Refund = refund, session.Start, Course = course.Name, Site = site.Code, account.Email, account.DisplayName };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var refund = row.Refund;
            yield return
            [
                refund.Id.Value, row.Email, row.DisplayName, row.Course.Said(), row.Site, row.Start, refund.Amount.Minor, refund.Amount.Currency, refund.Cause, refund.DueAt, refund.RefundedAt,
            ];
        }
    }

    /// <summary>Projects whose organisation shows nothing of them to people outside.</summary>
    private async Task<HashSet<ProjectId>> HiddenProjectsAsync(CancellationToken ct)
    {
        var mine = me.Member.Organisations.Keys.ToList();
        return [.. await (from project in db.Projects.AsNoTracking()
                          join organisation in db.Organisations on project.Organisation equals organisation.Id
                          where (project.HidesTitles ?? organisation.HidesTitles) && !mine.Contains(organisation.Id)
                          select project.Id).ToListAsync(ct)];
    }

    private static long Minutes(Duration duration) => (long)duration.TotalMinutes;
}
