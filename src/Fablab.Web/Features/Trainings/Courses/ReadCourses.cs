using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Trainings.Courses;

/// <summary>A course, where it is recognised, and who teaches it.</summary>
public sealed record CourseView(CourseRow Row, IReadOnlyList<SiteId> Sites, IReadOnlyList<MemberId> Trainers)
{
    public Course Course => Row.ToCourse(Sites);
}

/// <summary>Courses are few: all that a site recognises are read, and what they are for is decided here.</summary>
internal sealed class ReadCourses(FablabDb db)
{
    public async Task<CourseView?> OneAsync(CourseId id, CancellationToken ct) =>
        (await WithAllAsync(await db.Courses.AsNoTracking().Where(row => row.Id == id).ToListAsync(ct), ct)).SingleOrDefault();

    public async Task<IReadOnlyList<CourseView>> ManyAsync(IReadOnlyCollection<CourseId> ids, CancellationToken ct) =>
        await WithAllAsync(await db.Courses.AsNoTracking().Where(row => ids.Contains(row.Id)).ToListAsync(ct), ct);

    /// <summary>Of all sites, closed ones too.</summary>
    public async Task<IReadOnlyList<CourseView>> AllAsync(CancellationToken ct) => InOrder(await WithAllAsync(await db.Courses.AsNoTracking().ToListAsync(ct), ct));

    /// <summary>Courses that are taught, of all sites.</summary>
    public async Task<IReadOnlyList<CourseView>> OpenAsync(CancellationToken ct) =>
        InOrder(await WithAllAsync(await db.Courses.AsNoTracking().Where(row => !row.IsClosed).ToListAsync(ct), ct));

    /// <summary>Courses that authorise for a machine, closed ones too.</summary>
    public async Task<IReadOnlyList<CourseView>> ForAsync(MachineRow machine, CancellationToken ct)
    {
        var site = machine.Site;
        var rows = await db.Courses.AsNoTracking().Where(row => db.CourseSites.Any(one => one.Course == row.Id && one.Site == site)).ToListAsync(ct);
        return [.. InOrder(await WithAllAsync(rows, ct)).Where(view => view.Course.IsFor(machine.Code, machine.Category, machine.Site))];
    }

    /// <summary>The machines that a course authorises for.</summary>
    public async Task<IReadOnlyList<MachineRow>> MachinesOfAsync(Course course, CancellationToken ct)
    {
        var sites = course.Sites;
        var machines = await db.Machines.AsNoTracking().Where(row => sites.Contains(row.Site)).OrderBy(row => row.Code).ToListAsync(ct);
        return [.. machines.Where(machine => course.IsFor(machine.Code, machine.Category, machine.Site))];
    }

    /// <summary>The same for many, in one question.</summary>
    public async Task<ILookup<CourseId, MachineRow>> MachinesOfAsync(IReadOnlyList<CourseView> views, CancellationToken ct)
    {
        var machines = await db.Machines.AsNoTracking().OrderBy(row => row.Code).ToListAsync(ct);
        return (from view in views
                let course = view.Course
                from machine in machines
                where course.IsFor(machine.Code, machine.Category, machine.Site)
                select (course.Id, machine)).ToLookup(one => one.Id, one => one.machine);
    }

    /// <summary>By their names in the language of the reader.</summary>
    private static List<CourseView> InOrder(IEnumerable<CourseView> views) => [.. views.OrderBy(view => view.Row.Name.Said(), StringComparer.CurrentCulture).ThenBy(view => view.Row.Id.Value)];

    private async Task<IReadOnlyList<CourseView>> WithAllAsync(List<CourseRow> rows, CancellationToken ct)
    {
        var ids = rows.Select(row => row.Id).ToList();
        if (ids.Count == 0)
        {
            return [];
        }

        var sites = (await db.CourseSites.AsNoTracking().Where(row => ids.Contains(row.Course)).ToListAsync(ct)).ToLookup(row => row.Course, row => row.Site);
        var trainers = (await db.CourseTrainers.AsNoTracking().Where(row => ids.Contains(row.Course)).ToListAsync(ct)).ToLookup(row => row.Course, row => row.Trainer);
        return [.. rows.Select(row => new CourseView(row, [.. sites[row.Id]], [.. trainers[row.Id]]))];
    }
}
