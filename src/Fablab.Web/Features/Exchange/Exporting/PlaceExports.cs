using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>What sites are and what happened at their machines and in their courses: all of it for administrators, that of their sites for managers.</summary>
internal sealed class PlaceExports(FablabDb db, CurrentMember me)
{
    private bool All => me.May(Right.ExportSite, Subject.Nothing);

    private List<SiteId> Sites => [.. me.Member.ManagedSites.Where(site => me.May(Right.ExportSite, Subject.At(site)))];

    public IReadOnlyList<ExportTable> Tables => !me.MayAtSomeSite(Right.ExportSite) ? [] :
    [
        OfSites(), Texts(), Pools(), Faults(), Outages(), Maintenance(), WaitingList(), Courses(), Sessions(), Enrolments(), Certificates(),
    ];

    private ExportTable OfSites()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "sites",
            ["siteId", "code", "name", "timeZone", "address", "registration", "minimumAge", "termsVersion", "safetyVersion"],
            () => db.Sites.AsNoTracking().Where(row => all || sites.Contains(row.Id)).OrderBy(row => row.Code),
            row => [row.Id.Value, row.Code, row.Name, row.TimeZone, row.Address, row.Registration, row.MinimumAge, row.TermsVersion, row.SafetyVersion]);
    }

    private ExportTable Texts()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "site-texts",
            ["site", "kind", "version", "at", "text"],
            () => from row in db.SiteTexts.AsNoTracking()
                  join site in db.Sites on row.Site equals site.Id
                  where all || sites.Contains(row.Site)
                  orderby site.Code, row.Kind, row.Version
                  select new { Row = row, site.Code },
            one => [one.Code, one.Row.Kind, one.Row.Version, one.Row.At, one.Row.Text]);
    }

    private ExportTable Pools()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "pools",
            ["poolId", "site", "code", "name"],
            () => from row in db.Pools.AsNoTracking()
                  join site in db.Sites on row.Site equals site.Id
                  where all || sites.Contains(row.Site)
                  orderby row.Code
                  select new { Row = row, site.Code },
            one => [one.Row.Id.Value, one.Code, one.Row.Code, one.Row.Name]);
    }

    private ExportTable Faults()
    {
        var machines = Machines();
        return ExportTable.Of(
            "faults",
            ["faultId", "machine", "memberEmail", "reportedAt", "text", "dangerous", "stopsBookings", "closedAt", "whatWasDone"],
            () => from row in db.Faults.AsNoTracking()
                  join machine in machines on row.Machine equals machine.Id
                  join account in db.Users on (Guid)(object)row.Reporter equals account.Id
                  orderby row.ReportedAt, row.Id
                  select new { Row = row, machine.Code, account.Email },
            one => [one.Row.Id, one.Code, one.Email, one.Row.ReportedAt, one.Row.Text, one.Row.IsDangerous, one.Row.StopsBookings, one.Row.ClosedAt, one.Row.WhatWasDone]);
    }

    /// <summary>Those of this moment; which there were, the audit tells.</summary>
    private ExportTable Outages()
    {
        var machines = Machines();
        return ExportTable.Of(
            "outages",
            ["machine", "reason", "until", "machineId"],
            () => machines.Where(row => row.IsOutOfOrder).OrderBy(row => row.Code),
            row => [row.Code, row.OutOfOrderReason, row.OutOfOrderUntil, row.Id.Value]);
    }

    private ExportTable Maintenance()
    {
        var machines = Machines();
        return ExportTable.Of(
            "maintenance",
            ["taskId", "machine", "title", "dueAt", "dueAtRunSeconds", "stopsBookings", "openedAt", "doneAt"],
            () => from row in db.MaintenanceTasks.AsNoTracking()
                  join machine in machines on row.Machine equals machine.Id
                  orderby row.OpenedAt, row.Id
                  select new { Row = row, machine.Code },
            one => [one.Row.Id, one.Code, one.Row.Title, one.Row.DueAt, (long?)one.Row.DueAtRunTotal?.TotalSeconds, one.Row.StopsBookings, one.Row.OpenedAt, one.Row.DoneAt]);
    }

    /// <summary>Wishes for a machine, a pool, or a kind of machine at one site or, for administrators alone, anywhere.</summary>
    private ExportTable WaitingList()
    {
        var (all, sites, machines) = (All, Sites, Machines());
        return ExportTable.Of(
            "waiting-list",
            ["wishId", "memberEmail", "machine", "pool", "category", "windowStart", "windowEnd", "minutes", "state", "joinedAt"],
            () => from row in db.WaitingList.AsNoTracking()
                  join account in db.Users on (Guid)(object)row.Member equals account.Id
                  where all || machines.Any(machine => machine.Id == row.Machine) || db.Pools.Any(pool => pool.Id == row.Pool && sites.Contains(pool.Site))
                      || (row.Site != null && sites.Contains(row.Site.Value))
                  orderby row.JoinedAt, row.Id
                  select new
                  {
                      Row = row,
                      account.Email,
                      Machine = db.Machines.Where(machine => machine.Id == row.Machine).Select(machine => machine.Code).FirstOrDefault(),
                      Pool = db.Pools.Where(pool => pool.Id == row.Pool).Select(pool => pool.Code).FirstOrDefault(),
                  },
            one =>
            [
                one.Row.Id.Value, one.Email, one.Machine, one.Pool, one.Row.Category, one.Row.WindowStart, one.Row.WindowEnd, (long)one.Row.Length.TotalMinutes, one.Row.State, one.Row.JoinedAt,
            ]);
    }

    private ExportTable Courses()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "courses",
            ["courseId", "site", "nameFr", "nameEn", "descriptionFr", "descriptionEn", "kind", "level", "machines", "categories", "closed", "version"],
            () => from row in db.Courses.AsNoTracking()
                  join site in db.Sites on row.Site equals site.Id
                  where all || sites.Contains(row.Site)
                  orderby site.Code, row.Id
                  select new { Row = row, site.Code },
            one =>
            [
                one.Row.Id.Value, one.Code, one.Row.Name.Fr, one.Row.Name.En, one.Row.Description.Fr, one.Row.Description.En, one.Row.Kind, one.Row.Level, Joined(one.Row.Machines),
                Joined(one.Row.Categories.Select(category => category.ToString())), one.Row.IsClosed, one.Row.Version,
            ]);
    }

    private ExportTable Sessions()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "training-sessions",
            ["sessionId", "courseId", "site", "trainerEmail", "start", "end", "state", "seats", "minimumAttendance", "deadline", "priceMinor", "currency"],
            () => from row in db.TrainingSessions.AsNoTracking()
                  join site in db.Sites on row.Site equals site.Id
                  join account in db.Users on (Guid)(object)row.Trainer equals account.Id
                  where all || sites.Contains(row.Site)
                  orderby row.Start, row.Id
                  select new { Row = row, site.Code, account.Email },
            one =>
            [
                one.Row.Id.Value, one.Row.Course.Value, one.Code, one.Email, one.Row.Start, one.Row.End, one.Row.State, one.Row.Seats, one.Row.MinimumAttendance, one.Row.Deadline,
                one.Row.Price.Minor, one.Row.Price.Currency,
            ]);
    }

    private ExportTable Enrolments()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "enrolments",
            ["sessionId", "memberEmail", "state", "seat", "joinedAt", "priceMinor", "currency", "refundDueAt", "completedAt", "memberId"],
            () => from row in db.Enrolments.AsNoTracking()
                  join session in db.TrainingSessions on row.Session equals session.Id
                  join account in db.Users on (Guid)(object)row.Member equals account.Id
                  where all || sites.Contains(session.Site)
                  orderby session.Start, session.Id, row.JoinedAt, account.Id
                  select new { Row = row, account.Email },
            one =>
            [
                one.Row.Session.Value, one.Email, one.Row.State, one.Row.Seat, one.Row.JoinedAt, one.Row.Price.Minor, one.Row.Price.Currency, one.Row.RefundDueAt, one.Row.CompletedAt, one.Row.Member.Value,
            ]);
    }

    private ExportTable Certificates()
    {
        var (all, sites) = (All, Sites);
        return ExportTable.Of(
            "certificates",
            ["code", "sessionId", "memberName", "courseFr", "courseEn", "site", "trainer", "trainedOn", "withQuiz", "issuedAt", "memberId"],
            () => from row in db.Certificates.AsNoTracking()
                  join session in db.TrainingSessions on row.Session equals session.Id
                  where all || sites.Contains(session.Site)
                  orderby row.IssuedAt, row.Code
                  select row,
            row => [row.Code, row.Session.Value, row.MemberName, row.CourseName.Fr, row.CourseName.En, row.SiteName, row.TrainerName, row.TrainedOn, row.WithQuiz, row.IssuedAt, row.Member.Value]);
    }

    private IQueryable<MachineRow> Machines()
    {
        var (all, sites) = (All, Sites);
        return db.Machines.AsNoTracking().Where(machine => all || sites.Contains(machine.Site));
    }

    private static string? Joined(IEnumerable<string> words) => string.Join('|', words) is { Length: > 0 } text ? text : null;
}
