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

/// <param name="IsMine">The reader may suspend, resume and renew it.</param>
public sealed record AuthorisedMember(FoundAuthorisation Found, bool IsMine);

/// <summary>What the reader may grant.</summary>
/// <param name="Course"><see langword="null"/> for a manager's own word.</param>
/// <param name="Level"><see langword="null"/> for hours and terms that are said on a page of their own.</param>
public sealed record Grantable(MachineRow Machine, CourseRow? Course, AuthorisationLevel? Level)
{
    public const string OwnTerms = "OwnTerms";

    public string Value => $"{Course?.Id.Value}:{Machine.Code}:{Level?.ToString() ?? OwnTerms}";
}

/// <summary>Who is authorised at a site, for its managers and trainers, with what they may say about it.</summary>
internal sealed class SiteAuthorisations(FablabDb db, ReadCourses courses, SearchAuthorisations find, AuthoriseMember authorise, CurrentMember me, LabClock clock)
{
    /// <summary>What a manager grants without a course; hours and terms are said on the page of the authorisation.</summary>
    private static readonly AuthorisationLevel?[] ByManager = [AuthorisationLevel.Full, AuthorisationLevel.Supervised, null];

    /// <param name="refusal">Why what was sent did nothing.</param>
    public async Task<IResult> ShowAsync(string code, AuthorisationQuery query, string? after, string? member, Refusal? refusal, CancellationToken ct)
    {
        code = StorableText.Of(code);
        if (await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct) is not { } site || !me.May(Right.TrainMembers, Subject.At(site.Id)))
        {
            return PageResults.NotFound();
        }

        var page = await find.ListAsync(site.Id, query.ToSearch(), Cursor.Parse(after), Cursor.DefaultLimit, ct);
        var machines = await db.Machines.AsNoTracking().Where(row => row.Site == site.Id).OrderBy(row => row.Code).ToListAsync(ct);
        var isManager = me.May(Right.AuthoriseFreely, Subject.At(site.Id));
        var grantable = Grantable([.. machines.Where(machine => machine.Policy.RequiresAuthorisation)], await courses.OpenAsync(ct), isManager);
        var taught = grantable.Where(one => one.Course is not null).Select(one => one.Machine.Id).ToHashSet();
        return PageResults.Page<SiteAuthorisationsPage>(
            new
            {
                Site = site,
                Rows = page.Items.Select(one => new AuthorisedMember(one, isManager || (one.Row.Member != me.Id && taught.Contains(one.Machine.Id)))).ToList(),
                page.Next,
                Query = query,
                Machines = machines,
                Grantable = grantable,
                MayRevoke = isManager,
                Member = member,
                Refusal = refusal,
                Now = clock.Now,
            },
            refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal));
    }

    /// <summary>Where a manager says hours and terms that are like nobody else's.</summary>
    /// <param name="what">The value of a <see cref="Managing.Grantable"/>.</param>
    /// <returns><see langword="null"/> when something else is to be granted, or to nobody.</returns>
    public async Task<string?> OwnTermsAsync(string email, string what, CancellationToken ct) =>
        what.Split(':') is ["", var machine, Managing.Grantable.OwnTerms] && await MemberAsync(email, ct) is { } member ? AuthorisationPages.AddressOf(member, machine) : null;

    /// <param name="what">The value of a <see cref="Managing.Grantable"/>.</param>
    public async Task<Refusal?> GrantAsync(string email, string what, CancellationToken ct)
    {
        if (await MemberAsync(email, ct) is not { } member)
        {
            return new NoSuchThing("member");
        }

        var parts = what.Split(':');
        var course = Guid.TryParse(parts[0], out var id) ? id : (Guid?)null;
        AuthorisationLevel? level = parts.Length == 3 && course is null && ByManager.Any(one => one?.ToString() == parts[2]) ? Enum.Parse<AuthorisationLevel>(parts[2]) : null;
        if (parts.Length != 3 || (course is null && level is null))
        {
            return new NoSuchThing("machine");
        }

        return (await authorise.GrantAsync(new GrantAuthorisationRequest { MemberId = member, Machine = parts[1], CourseId = course, Level = level }, ct)).Refusal;
    }

    private Task<Guid?> MemberAsync(string email, CancellationToken ct)
    {
        var normalized = StorableText.Of(email.Trim().ToUpperInvariant());
        return db.Users.AsNoTracking().Where(account => account.NormalizedEmail == normalized).Select(account => (Guid?)account.Id).SingleOrDefaultAsync(ct);
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
