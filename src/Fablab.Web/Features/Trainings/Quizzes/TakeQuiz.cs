using Fablab.Domain;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Certifying;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Quizzes;

/// <summary>The last attempt was too short ago.</summary>
public sealed record QuizTooSoon(Instant OpensAt) : Refusal("quiz-too-soon")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["opensAt"] = OpensAt };
}

/// <summary>A member answers the quiz of a course, before the training or after it. Passed, it is passed for as long as the course says.</summary>
internal sealed class TakeQuiz(FablabDb db, ReadCourses courses, PassedQuizzes passed, CompleteTraining complete, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <returns>The course, if it has a quiz.</returns>
    public async Task<CourseView?> CourseAsync(CourseId id, CancellationToken ct) => await courses.OneAsync(id, ct) is { Row.Quiz: not null } course ? course : null;

    /// <summary>Of the site that the course belongs to.</summary>
    public async Task<DateTimeZone> ZoneAsync(CourseView course, CancellationToken ct)
    {
        var site = course.Row.Site;
        return zones[await db.Sites.Where(row => row.Id == site).Select(row => row.TimeZone).SingleAsync(ct)];
    }

    public async Task<bool> IsPassedAsync(CourseView course, CancellationToken ct) => await passed.CountingAsync(course.Row, me.Id, clock.Now, ct) is not null;

    public async Task<Result<QuizMark>> ExecuteAsync(CourseId id, IReadOnlyList<int> answers, CancellationToken ct)
    {
        if (await CourseAsync(id, ct) is not { Row.Quiz: { } quiz } course)
        {
            return new NoSuchThing("quiz");
        }

        var result = await LabTransaction.RunHoldingAsync(db, [me.Id.Value], () => WithinAsync(course, quiz, answers, ct), ct);
        db.ChangeTracker.Clear();
        return result;
    }

    private async Task<Result<QuizMark>> WithinAsync(CourseView course, Quiz quiz, IReadOnlyList<int> answers, CancellationToken ct)
    {
        var (id, member) = (course.Row.Id, me.Id);
        var counting = await passed.CountingAsync(course.Row, member, clock.Now, ct);
        var last = await db.QuizAttempts.AsNoTracking().Where(attempt => attempt.Course == id && attempt.Member == member).OrderByDescending(attempt => attempt.At).FirstOrDefaultAsync(ct);
        if (counting is null && last is { IsPassed: false } && last.At + Quiz.Pause is var opens && clock.Now < opens)
        {
            return new QuizTooSoon(opens);
        }

        var mark = counting is not null ? new QuizMark(counting.Right, counting.Of, true) : quiz.Mark(answers);
        if (counting is null)
        {
            db.Add(new QuizAttemptRow { Id = Guid.CreateVersion7(), Course = id, Member = member, At = clock.Now, Right = mark.Right, Of = mark.Of, IsPassed = mark.IsPassed });
            await db.SaveChangesAsync(ct);
        }

        if (mark.IsPassed)
        {
            var waiting = await (
                from enrolment in db.Enrolments
                join session in db.TrainingSessions on enrolment.Session equals session.Id
                where enrolment.Member == member && session.Course == id && enrolment.State == EnrolmentState.Attended && enrolment.CompletedAt == null
                orderby session.Start
                select new { enrolment, session }).ToListAsync(ct);
            foreach (var one in waiting)
            {
                await complete.ExecuteWithinAsync(one.enrolment, one.session, course, null, ct);
            }

            await db.SaveChangesAsync(ct);
        }

        return mark;
    }
}
