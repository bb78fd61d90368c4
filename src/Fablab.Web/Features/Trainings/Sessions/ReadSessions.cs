using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Sessions;

/// <summary>A training session as somebody sees it.</summary>
public sealed record SessionView
{
    public required TrainingSessionRow Row { get; init; }

    public required CourseRow Course { get; init; }

    public required SiteRow Site { get; init; }

    public required string Trainer { get; init; }

    public required int Taken { get; init; }

    public required int Waiting { get; init; }

    /// <summary>What the reader is to it; <see langword="null"/> for nothing.</summary>
    public EnrolmentRow? Mine { get; init; }

    public int Free => Math.Max(0, Row.Seats - Taken);
}

/// <summary>Somebody who is or was enrolled.</summary>
public sealed record Enrolled(EnrolmentRow Row, string Name);

internal sealed class ReadSessions(FablabDb db, CurrentMember me, LabClock clock)
{
    /// <summary>Of each course.</summary>
    public const int Most = 200;

    public async Task<SessionView?> OneAsync(TrainingSessionId id, CancellationToken ct) => await Views(db.TrainingSessions.Where(row => row.Id == id)).SingleOrDefaultAsync(ct);

    /// <param name="courses">Only of these; <see langword="null"/> for all.</param>
    /// <returns>Those that did not begin yet and take place, the next first.</returns>
    public async Task<IReadOnlyList<SessionView>> ComingAsync(IReadOnlyCollection<CourseId>? courses, CancellationToken ct)
    {
        var (now, any, ids) = (clock.Now, courses is null, courses ?? []);
        var rows = db.Courses.Where(course => any || ids.Contains(course.Id)).SelectMany(course => db.TrainingSessions
            .Where(row => row.Course == course.Id && row.Start > now && row.State == TrainingSessionState.Planned).OrderBy(row => row.Start).ThenBy(row => row.Id).Take(Most));
        return await Views(rows).OrderBy(view => view.Row.Start).ThenBy(view => view.Row.Id).ToListAsync(ct);
    }

    /// <summary>All who ever enrolled, those with a seat first; for staff only.</summary>
    public async Task<IReadOnlyList<Enrolled>> EnrolledAsync(TrainingSessionId id, CancellationToken ct)
    {
        var rows = await (
            from row in db.Enrolments.AsNoTracking()
            join account in db.Users.AsNoTracking() on (Guid)(object)row.Member equals account.Id
            where row.Session == id
            select new { row, account.DisplayName }).ToListAsync(ct);
        return [.. rows.OrderBy(one => one.row.Seat ?? int.MaxValue).ThenBy(one => one.row.JoinedAt).Select(one => new Enrolled(one.row, one.DisplayName))];
    }

    private IQueryable<SessionView> Views(IQueryable<TrainingSessionRow> rows)
    {
        var mine = me.Known?.Id ?? default(MemberId);
        return
            from row in rows.AsNoTracking()
            join course in db.Courses.AsNoTracking() on row.Course equals course.Id
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            join account in db.Users.AsNoTracking() on (Guid)(object)row.Trainer equals account.Id
            select new SessionView
            {
                Row = row,
                Course = course,
                Site = site,
                Trainer = account.DisplayName,
                Taken = db.Enrolments.Count(one => one.Session == row.Id && one.Seat != null),
                Waiting = db.Enrolments.Count(one => one.Session == row.Id && one.State == EnrolmentState.Waiting),
                Mine = db.Enrolments.FirstOrDefault(one => one.Session == row.Id && one.Member == mine),
            };
    }
}
