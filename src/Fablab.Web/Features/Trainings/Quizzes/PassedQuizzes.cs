using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Quizzes;

/// <summary>Whether somebody passed the quiz of a course, and not too long ago.</summary>
internal sealed class PassedQuizzes(FablabDb db, IDateTimeZoneProvider zones)
{
    /// <returns>The last one that they passed, if it counts at an instant. A course without a quiz has none.</returns>
    public async Task<QuizAttemptRow?> CountingAsync(CourseRow course, MemberId member, Instant at, CancellationToken ct)
    {
        var (id, site) = (course.Id, course.Site);
        return course.Quiz is { } quiz
            && await db.QuizAttempts.AsNoTracking().Where(attempt => attempt.Course == id && attempt.Member == member && attempt.IsPassed)
                .OrderByDescending(attempt => attempt.At).FirstOrDefaultAsync(ct) is { } passed
            && quiz.StillCounts(passed.At, at, zones[await db.Sites.Where(row => row.Id == site).Select(row => row.TimeZone).SingleAsync(ct)])
                ? passed
                : null;
    }
}
