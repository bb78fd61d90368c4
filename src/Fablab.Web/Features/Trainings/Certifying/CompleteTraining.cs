using System.Security.Cryptography;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Features.Trainings.Quizzes;
using Fablab.Web.Features.Trainings.Sessions;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Certifying;

/// <summary>
/// Who attended, and passed the quiz where there is one, is authorised as the course says and has a certificate, once. Within the
/// caller's transaction, which must hold the member; the caller saves.
/// </summary>
internal sealed class CompleteTraining(FablabDb db, WriteAuthorisation write, ReadCourses courses, PassedQuizzes passed, SessionSeats seats, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>Neither look like each other nor make words.</summary>
    private const string CodeLetters = "23456789BCDFGHJKMNPQRSTVWXZ";

    /// <param name="by">Who says so; <see langword="null"/> when it follows by itself.</param>
    /// <param name="asks">Who has the quiz left to pass is told so.</param>
    public async Task ExecuteWithinAsync(EnrolmentRow enrolment, TrainingSessionRow session, CourseView course, MemberId? by, CancellationToken ct, bool asks = true)
    {
        if (enrolment is not { State: EnrolmentState.Attended, CompletedAt: null })
        {
            return;
        }

        var (member, id) = (enrolment.Member, course.Row.Id);
        var at = Instant.Min(clock.Now, session.End);
        if (course.Row.Quiz is not null && await passed.CountingAsync(course.Row, member, at, ct) is null)
        {
            if (asks)
            {
                await seats.TellAsync(session, enrolment, "quiz-needed", ct, $"/courses/{id}/quiz");
            }

            return;
        }

        enrolment.CompletedAt = clock.Now;
        var revoked = await RevokedSinceAsync(member, session.Start, ct);
        foreach (var machine in (await MachinesOfAsync(session, course, ct)).Where(machine => machine.Pool is not { } pool || !revoked.Contains(pool)))
        {
            await write.ExecuteWithinAsync(member, machine.Id, (state, _) => course.Course.Attended(state, at, session.Start) is { } fact ? new Word(fact, by, id, Session: session.Id) : null, ct);
        }

        db.Add(await CertificateOfAsync(enrolment, session, course, ct));
    }

    /// <summary>A session away from the site of its course, whose managers did not plan it, says nothing of machines of other sites than its own.</summary>
    public async Task<IReadOnlyList<MachineRow>> MachinesOfAsync(TrainingSessionRow session, CourseView course, CancellationToken ct) =>
        [.. (await courses.MachinesOfAsync(course.Course, ct)).Where(machine => session.Site == course.Row.Site || machine.Site == session.Site)];

    /// <summary>Pools of which a unit was revoked after the training began: a grant for another unit would open them again.</summary>
    private async Task<IReadOnlyList<PoolId>> RevokedSinceAsync(MemberId member, Instant began, CancellationToken ct) => await (
        from row in db.MachineAuthorisations
        join unit in db.Machines on row.Machine equals unit.Id
        where row.Member == member && row.EndsBy == AuthorisationEnd.Revoked && unit.Pool != null
            && db.AuthorisationFacts.Any(fact => fact.Member == member && fact.Machine == row.Machine && fact.Kind == AuthorisationFactKind.Revoked && fact.At > began)
        select unit.Pool!.Value).ToListAsync(ct);

    private async Task<CertificateRow> CertificateOfAsync(EnrolmentRow enrolment, TrainingSessionRow session, CourseView course, CancellationToken ct)
    {
        var (member, trainer) = (enrolment.Member.Value, session.Trainer.Value);
        var names = await db.Users.Where(account => account.Id == member || account.Id == trainer).ToDictionaryAsync(account => account.Id, account => account.DisplayName, ct);
        var site = await db.Sites.AsNoTracking().SingleAsync(row => row.Id == session.Site, ct);
        return new CertificateRow
        {
            Code = NewCode(), Session = session.Id, Member = enrolment.Member, IssuedAt = clock.Now, MemberName = names[member], CourseName = course.Row.Name, SiteName = site.Name,
            TrainerName = names[trainer], TrainedOn = session.Start.InZone(zones[site.TimeZone]).Date, WithQuiz = course.Row.Quiz is not null,
        };
    }

    /// <summary>57 bits: nobody finds one by trying.</summary>
    private static string NewCode() => string.Join('-', Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetString(CodeLetters, 4)));
}
