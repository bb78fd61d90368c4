using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Certifying;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Courses;

/// <summary>An enrolment of somebody who attended, with its session.</summary>
internal sealed record UncompletedTraining
{
    public required EnrolmentRow Enrolment { get; init; }

    public required TrainingSessionRow Session { get; init; }
}

/// <summary>Managers of a site make and edit its courses; those of another say whether they recognise one. What was granted stays as it was.</summary>
internal sealed class EditCourses(FablabDb db, ReadCourses read, CompleteTraining complete, CurrentMember me, IdempotentRequest idempotent, AuditTrail audit)
{
    public async Task<Result<CourseView>> CreateAsync(CreateCourseRequest request, CancellationToken ct)
    {
        var code = StorableText.Of(request.Site);
        if (await db.Sites.Where(row => row.Code == code).Select(row => (SiteId?)row.Id).SingleOrDefaultAsync(ct) is not { } site)
        {
            return new NoSuchThing("site");
        }

        var row = new CourseRow { Id = new CourseId(Guid.CreateVersion7()), Site = site, Name = Wording.None, Kind = request.Kind, Machines = [], Categories = [] };
        return await SaveAsync(row, request, "course-created", isNew: true, null, ct);
    }

    public async Task<Result<CourseView>> EditAsync(CourseId id, EditCourseRequest request, string? ifMatch, CancellationToken ct) =>
        await db.Courses.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is { } row
            ? await SaveAsync(row, request, "course-edited", isNew: false, ifMatch, ct)
            : new NoSuchThing("course");

    /// <summary>Its own site always recognises a course.</summary>
    public async Task<Result<CourseView>> RecogniseAsync(CourseId id, string code, bool isRecognised, CancellationToken ct)
    {
        code = StorableText.Of(code);
        var site = await db.Sites.Where(row => row.Code == code).Select(row => (SiteId?)row.Id).SingleOrDefaultAsync(ct);
        if (site is not { } there || await read.OneAsync(id, ct) is not { } course)
        {
            return new NoSuchThing(site is null ? "site" : "course");
        }

        if (!me.May(Right.EditCourses, Subject.At(there)) || there == course.Row.Site)
        {
            return new NotAllowed();
        }

        await LabTransaction.RunHoldingAsync(
            db,
            [id.Value],
            async () =>
            {
                var known = await db.CourseSites.SingleOrDefaultAsync(row => row.Course == id && row.Site == there, ct);
                if (known is not null == isRecognised)
                {
                    return 0;
                }

                _ = known is null ? db.Add(new CourseSiteRow { Course = id, Site = there }) : db.Remove(known);
                audit.Note(
                    isRecognised ? "course-recognised" : "course-not-recognised", $"course/{id}", site: there,
                    before: TrainingFacts.Recognised(!isRecognised), after: TrainingFacts.Recognised(isRecognised));
                return await db.SaveChangesAsync(ct);
            },
            ct);
        db.ChangeTracker.Clear();
        return (await read.OneAsync(id, ct))!;
    }

    private async Task<Result<CourseView>> SaveAsync(CourseRow found, EditCourseRequest request, string action, bool isNew, string? ifMatch, CancellationToken ct)
    {
        if (!me.May(Right.EditCourses, Subject.At(found.Site)))
        {
            return new NotAllowed();
        }

        var trainers = request.Trainers.Distinct().ToList();
        if (await db.Users.CountAsync(account => trainers.Contains(account.Id), ct) != trainers.Count)
        {
            return new NoSuchThing("member");
        }

        // With the site, so that two edits do not each leave a trainer's role to the other; and with those whom a quiz kept waiting.
        var waiting = found.Quiz is { } quiz && (request.Quiz is null || request.Quiz.ValidMonths != quiz.ValidMonths) ? await WaitingFor(found.Id).Select(one => one.Enrolment.Member).Distinct().ToListAsync(ct) : [];
        var refusal = await LabTransaction.RunHoldingAsync<Refusal?>(
            db,
            [found.Id.Value, found.Site.Value, .. waiting.Select(member => member.Value)],
            async () =>
            {
                var id = found.Id;
                var row = isNew ? found : await db.Courses.SingleAsync(one => one.Id == id, ct);
                if (!VersionTag.Fits(VersionTag.Of(row.Version), ifMatch))
                {
                    db.ChangeTracker.Clear();
                    return new StaleVersion();
                }

                var before = isNew ? null : TrainingFacts.Of(row, await db.CourseTrainers.Where(one => one.Course == id).Select(one => one.Trainer).ToListAsync(ct));
                Write(row, request);
                if (isNew)
                {
                    db.Add(row);
                    db.Add(new CourseSiteRow { Course = id, Site = row.Site });
                    var view = new CourseView(row, [row.Site], [.. trainers.Select(trainer => new MemberId(trainer))]);
                    var codes = await db.Sites.Where(site => site.Id == row.Site).ToDictionaryAsync(site => site.Id, site => site.Code, ct);
                    idempotent.Keep(StatusCodes.Status201Created, CourseEndpoints.LocationOf(id), CourseResponse.From(view, codes));
                }
                else
                {
                    row.Version++;
                }

                await NameTrainersAsync(row, [.. trainers.Select(trainer => new MemberId(trainer))], ct);
                audit.Note(action, $"course/{id}", site: row.Site, before: before, after: TrainingFacts.Of(row, trainers.Select(trainer => new MemberId(trainer))));
                await db.SaveChangesAsync(ct);
                await CompleteAsync(id, waiting, ct);
                return null;
            },
            ct);
        db.ChangeTracker.Clear();
        return refusal is null ? (await read.OneAsync(found.Id, ct))! : refusal;
    }

    private async Task CompleteAsync(CourseId id, IReadOnlyCollection<MemberId> waiting, CancellationToken ct)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        var course = (await read.OneAsync(id, ct))!;
        foreach (var one in await WaitingFor(id).Where(one => waiting.Contains(one.Enrolment.Member)).OrderBy(one => one.Session.Start).ToListAsync(ct))
        {
            await complete.ExecuteWithinAsync(one.Enrolment, one.Session, course, me.Id, ct, asks: false);
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>Who attended and has the quiz left to pass.</summary>
    private IQueryable<UncompletedTraining> WaitingFor(CourseId id) =>
        from enrolment in db.Enrolments
        join session in db.TrainingSessions on enrolment.Session equals session.Id
        where session.Course == id && enrolment.State == EnrolmentState.Attended && enrolment.CompletedAt == null
        select new UncompletedTraining { Enrolment = enrolment, Session = session };

    private static void Write(CourseRow row, EditCourseRequest request)
    {
        row.Name = request.Name.ToWording();
        row.Description = request.Description?.ToWording() ?? Wording.None;
        row.Kind = request.Kind;
        row.Machines = [.. request.Machines.Select(StorableText.Of).Distinct()];
        row.Categories = [.. request.Categories.Distinct()];
        row.Level = request.Level;
        row.Hours = HoursRequest.ToWindows(request.Hours);
        row.Terms = request.Terms?.ToTerms() ?? AuthorisationTerms.ForEver;
        row.Quiz = request.Quiz?.ToQuiz();
        row.IsClosed = request.IsClosed;
    }

    /// <summary>Who teaches is a trainer at the site, until they teach none of its courses any more.</summary>
    private async Task NameTrainersAsync(CourseRow row, IReadOnlyList<MemberId> trainers, CancellationToken ct)
    {
        var (id, site) = (row.Id, row.Site);
        var present = await db.CourseTrainers.Where(one => one.Course == id).ToListAsync(ct);
        var left = present.Where(one => !trainers.Contains(one.Trainer)).ToList();
        db.RemoveRange(left);
        await DismissAsync(row, [.. left.Select(one => one.Trainer)], ct);
        db.AddRange(trainers.Where(trainer => present.All(one => one.Trainer != trainer)).Select(trainer => new CourseTrainerRow { Course = id, Trainer = trainer }));
        var known = await db.RoleGrants.Where(grant => grant.Role == StaffRole.Trainer && grant.Site == site && trainers.Contains(grant.Member)).Select(grant => grant.Member).ToListAsync(ct);
        foreach (var trainer in trainers.Except(known))
        {
            db.Add(new RoleGrantRow { Id = Guid.CreateVersion7(), Member = trainer, Role = StaffRole.Trainer, Site = site });
            audit.Note("trainer-named", $"member/{trainer}", site: site, concerns: trainer);
        }
    }

    private async Task DismissAsync(CourseRow row, IReadOnlyCollection<MemberId> left, CancellationToken ct)
    {
        if (left.Count == 0)
        {
            return;
        }

        var (id, site) = (row.Id, row.Site);
        var roles = await db.RoleGrants.Where(grant => grant.Role == StaffRole.Trainer && grant.Site == site && left.Contains(grant.Member)
            && !db.CourseTrainers.Any(other => other.Trainer == grant.Member && other.Course != id && db.Courses.Any(course => course.Id == other.Course && course.Site == site))).ToListAsync(ct);
        foreach (var role in roles)
        {
            db.Remove(role);
            audit.Note("trainer-dismissed", $"member/{role.Member}", site: site, concerns: role.Member);
        }
    }
}
