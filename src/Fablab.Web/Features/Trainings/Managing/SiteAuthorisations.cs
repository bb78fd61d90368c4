using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>An authorisation for a machine of the site.</summary>
/// <param name="IsMine">The reader may suspend, resume and renew it.</param>
public sealed record AuthorisedMember(MachineAuthorisationRow Row, string Name, MachineRow Machine, bool IsMine);

/// <summary>What the reader may grant.</summary>
/// <param name="Course"><see langword="null"/> for a manager's own word.</param>
public sealed record Grantable(MachineRow Machine, CourseRow? Course, AuthorisationLevel Level)
{
    public string Value => $"{Course?.Id.Value}:{Machine.Code}:{Level}";
}

/// <summary>Who is authorised at a site, for its managers and trainers, with what they may say about it.</summary>
internal sealed class SiteAuthorisations(FablabDb db, ReadCourses courses, AuthoriseMember authorise, CurrentMember me, LabClock clock)
{
    /// <summary>More than a page that a person reads; the newest count.</summary>
    public const int Most = 500;

    /// <summary>What a manager grants without a course; hours are said by the API.</summary>
    private static readonly AuthorisationLevel[] ByManager = [AuthorisationLevel.Full, AuthorisationLevel.Supervised];

    /// <param name="refusal">Why what was sent did nothing.</param>
    public async Task<IResult> ShowAsync(string code, string? member, Refusal? refusal, CancellationToken ct)
    {
        code = StorableText.Of(code);
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } site || !me.May(Right.TrainMembers, Subject.At(site.Id)))
        {
            return PageResults.NotFound();
        }

        var rows = await (
            from row in db.MachineAuthorisations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on row.Machine equals machine.Id
            join account in db.Users.AsNoTracking() on (Guid)(object)row.Member equals account.Id
            where machine.Site == site.Id
            orderby row.GrantedAt descending
            select new { row, machine, account.DisplayName }).Take(Most).ToListAsync(ct);
        var machines = await db.Machines.AsNoTracking().Where(row => row.Site == site.Id).OrderBy(row => row.Code).ToListAsync(ct);
        var isManager = me.May(Right.AuthoriseFreely, Subject.At(site.Id));
        var grantable = Grantable([.. machines.Where(machine => machine.Policy.RequiresAuthorisation)], await courses.OpenAsync(ct), isManager);
        var taught = grantable.Where(one => one.Course is not null).Select(one => one.Machine.Id).ToHashSet();
        return PageResults.Page<SiteAuthorisationsPage>(
            new
            {
                Site = site,
                Rows = rows.OrderBy(one => one.DisplayName, StringComparer.CurrentCulture).ThenBy(one => one.machine.Code, StringComparer.Ordinal)
                    .Select(one => new AuthorisedMember(one.row, one.DisplayName, one.machine, isManager || (one.row.Member != me.Id && taught.Contains(one.machine.Id)))).ToList(),
                Grantable = grantable,
                MayRevoke = isManager,
                Member = member,
                Refusal = refusal,
                Now = clock.Now,
            },
            refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal));
    }

    /// <param name="what">The value of a <see cref="Managing.Grantable"/>.</param>
    public async Task<Refusal?> GrantAsync(string email, string what, CancellationToken ct)
    {
        var normalized = StorableText.Of(email.Trim().ToUpperInvariant());
        if (await db.Users.AsNoTracking().Where(account => account.NormalizedEmail == normalized).Select(account => (Guid?)account.Id).SingleOrDefaultAsync(ct) is not { } member)
        {
            return new NoSuchThing("member");
        }

        var parts = what.Split(':');
        var course = Guid.TryParse(parts[0], out var id) ? id : (Guid?)null;
        AuthorisationLevel? level = parts.Length == 3 && course is null && ByManager.Any(one => one.ToString() == parts[2]) ? Enum.Parse<AuthorisationLevel>(parts[2]) : null;
        if (parts.Length != 3 || (course is null && level is null))
        {
            return new NoSuchThing("machine");
        }

        return (await authorise.GrantAsync(new GrantAuthorisationRequest { MemberId = member, Machine = parts[1], CourseId = course, Level = level }, ct)).Refusal;
    }

    public async Task<Refusal?> SayAsync(Guid member, string machine, string act, string? reason, CancellationToken ct) => act switch
    {
        "suspend" => (await authorise.SayAsync(new MemberId(member), machine, AuthorisationFactKind.Suspended, reason, null, ct)).Refusal,
        "resume" => (await authorise.SayAsync(new MemberId(member), machine, AuthorisationFactKind.Resumed, reason, null, ct)).Refusal,
        "revoke" => (await authorise.SayAsync(new MemberId(member), machine, AuthorisationFactKind.Revoked, reason, null, ct)).Refusal,
        "renew" => (await authorise.RenewAsync(new MemberId(member), machine, null, reason, null, ct)).Refusal,
        _ => new NoSuchThing("authorisation"),
    };

    /// <summary>What courses grant that the reader teaches, or any when they manage; and by a manager's word in full or under supervision.</summary>
    private List<Grantable> Grantable(IReadOnlyList<MachineRow> machines, IReadOnlyList<CourseView> open, bool isManager) =>
    [
        .. from view in open
           where isManager || view.Trainers.Contains(me.Id)
           let course = view.Course
           from machine in machines
           where course.IsFor(machine.Code, machine.Category, machine.Site)
           select new Grantable(machine, view.Row, view.Row.Level),
        .. from machine in isManager ? machines : []
           from level in ByManager
           select new Grantable(machine, null, level),
    ];
}
