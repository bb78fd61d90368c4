using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Certifying;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Features.Trainings.Sessions;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Browsing;

/// <summary>A course of the catalogue.</summary>
/// <param name="Machines">Names of what it authorises for.</param>
/// <param name="Sessions">Those to come.</param>
public sealed record CourseInCatalogue(CourseRow Course, IReadOnlyList<string> Machines, IReadOnlyList<SessionView> Sessions);

/// <summary>The catalogue, a training session with its two lists, and one's own authorisations.</summary>
internal static class TrainingPages
{
    public const string Address = "/trainings";

    public const string MineAddress = "/authorisations";

    public static void MapTrainingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, CatalogueAsync);
        pages.MapGet(Address + "/{id:guid}", (Guid id, SessionPageModel page, CancellationToken ct) => page.ShowAsync(new TrainingSessionId(id), null, ct));
        pages.MapPost(Address + "/{id:guid}", ActAsync);
        pages.MapPost(Address + "/{id:guid}/attendance", AttendAsync);
        pages.MapPost(Address + "/{id:guid}/attendance/{member:guid}", CorrectAsync);
        pages.MapPost(Address + "/{id:guid}/enrolments", PeopleAsync);
        pages.MapGet(MineAddress, MineAsync);
    }

    private static async Task<IResult> CatalogueAsync(ReadCourses courses, ReadSessions sessions, LabClock clock, CancellationToken ct)
    {
        var coming = (await sessions.ComingAsync(null, ct)).ToLookup(session => session.Row.Course);
        var open = await courses.OpenAsync(ct);
        var machines = await courses.MachinesOfAsync(open, ct);
        return PageResults.Page<CataloguePage>(new
        {
            Courses = open.Select(view => new CourseInCatalogue(view.Row, [.. machines[view.Row.Id].Select(machine => machine.Name)], [.. coming[view.Row.Id]])).ToList(),
            Now = clock.Now,
        });
    }

    private static async Task<IResult> ActAsync(Guid id, HttpContext http, Enrol enrol, PlanSessions plan, SessionPageModel page, CancellationToken ct)
    {
        var session = new TrainingSessionId(id);
        var refusal = (await http.Request.ReadFormAsync(ct))["act"].ToString() switch
        {
            "withdraw" => (await enrol.WithdrawAsync(session, ct)).Refusal,
            "cancel" => (await plan.CancelAsync(session, ct)).Refusal,
            _ => (await enrol.JoinAsync(session, ct)).Refusal,
        };
        return refusal is null ? Go.To($"{Address}/{id}") : await page.ShowAsync(session, refusal, ct);
    }

    private static async Task<IResult> AttendAsync(Guid id, HttpContext http, ReadSessions read, TakeAttendance attendance, SessionPageModel page, CancellationToken ct)
    {
        var session = new TrainingSessionId(id);
        var attended = (await http.Request.ReadFormAsync(ct))["attended"].Select(text => Guid.TryParse(text, out var one) ? one : Guid.Empty).Where(one => one != Guid.Empty).ToList();
        var missed = (await read.EnrolledAsync(session, ct)).Where(one => one.Row.State is EnrolmentState.Enrolled).Select(one => one.Row.Member.Value).Except(attended).ToList();
        var taken = await attendance.ExecuteAsync(session, new AttendanceRequest { Attended = attended, Missed = missed }, ct);
        return taken.TryGet(out _, out var refusal) ? Go.To($"{Address}/{id}") : await page.ShowAsync(session, refusal, ct);
    }

    private static async Task<IResult> CorrectAsync(Guid id, Guid member, HttpContext http, CorrectAttendance correct, SessionPageModel page, CancellationToken ct)
    {
        var session = new TrainingSessionId(id);
        var posted = await http.Request.ReadFormAsync(ct);
        var reason = PostedText.Of(posted, "reason");
        if (reason.Length is 0 or > AuthorisationFactMapping.LongestReason)
        {
            return await correct.MayAsync(session, ct) ? await page.ShowAsync(session, null, ct, new PeopleForm(member, reason, "reason-missing")) : PageResults.NotFound();
        }

        var done = await correct.ExecuteAsync(session, new MemberId(member), new CorrectAttendanceRequest { WasThere = posted["act"] == "there", Reason = reason }, ct);
        return done.TryGet(out _, out var refusal) ? Go.To($"{Address}/{id}") : await page.ShowAsync(session, refusal, ct, new PeopleForm(member, reason, null));
    }

    /// <summary>Staff enrol whom they name by mail address, or remove one of the list.</summary>
    private static async Task<IResult> PeopleAsync(Guid id, HttpContext http, Enrol enrol, FablabDb db, SessionPageModel page, CancellationToken ct)
    {
        var session = new TrainingSessionId(id);
        var posted = await http.Request.ReadFormAsync(ct);
        if (posted["act"] == "remove")
        {
            var removed = await enrol.RemoveMemberAsync(session, new MemberId(Guid.TryParse(posted["member"], out var one) ? one : Guid.Empty), ct);
            return removed.Refusal is null ? Go.To($"{Address}/{id}") : await page.ShowAsync(session, removed.Refusal, ct);
        }

        var email = PostedText.Of(posted, "email");
        var normalized = StorableText.Of(email.ToUpperInvariant());
        var member = await db.Users.AsNoTracking().Where(account => account.NormalizedEmail == normalized).Select(account => (Guid?)account.Id).SingleOrDefaultAsync(ct);
        var refusal = (await enrol.EnrolMemberAsync(session, new MemberId(member ?? Guid.Empty), ct)).Refusal;
        return refusal switch
        {
            null => Go.To($"{Address}/{id}"),
            NoSuchThing { What: "member" } => await page.ShowAsync(session, null, ct, new PeopleForm(Guid.Empty, "", "nobody-there", email)),
            _ => await page.ShowAsync(session, refusal, ct, new PeopleForm(Guid.Empty, "", null, email)),
        };
    }

    private static async Task<IResult> MineAsync(ReadAuthorisations read, FablabDb db, CurrentMember me, LabClock clock, CancellationToken ct) =>
        PageResults.Page<MyAuthorisationsPage>(new { Authorisations = await read.OfAsync(me.Id, ct), Certificates = await db.OfAsync(me.Id, ct), Now = clock.Now });
}

/// <summary>What staff typed about the people of a session.</summary>
/// <param name="Member">Whose attendance it was about; empty for somebody to enrol.</param>
/// <param name="Wrong"><c>reason-missing</c> for none, or one that is too long; <c>nobody-there</c> for a mail address that nobody has.</param>
public sealed record PeopleForm(Guid Member, string Reason, string? Wrong, string Email = "");

/// <summary>All that the page of a training session shows, also when a form on it was refused.</summary>
internal sealed class SessionPageModel(ReadSessions read, ReadCourses courses, SessionStaff staff, CurrentMember me, LabClock clock)
{
    public async Task<IResult> ShowAsync(TrainingSessionId id, Refusal? refusal, CancellationToken ct, PeopleForm? form = null)
    {
        if (refusal is NoSuchThing or NotAllowed || await read.OneAsync(id, ct) is not { } session || await courses.OneAsync(session.Row.Course, ct) is not { } course)
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<SessionPage>(
            new
            {
                Session = session,
                Machines = (await courses.MachinesOfAsync(course.Course, ct)).ToList(),
                MayCancel = me.May(Right.EditCourses, Subject.At(session.Site.Id)),
                Enrolled = staff.May(Right.MarkAttendance, session.Row, course) ? await read.EnrolledAsync(id, ct) : null,
                Refusal = refusal,
                Form = form,
                Now = clock.Now,
            },
            refusal is not null ? RefusalTable.StatusOf(refusal) : form?.Wrong is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
