using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <summary>A project with what was spent of its budget in the present period.</summary>
/// <param name="SpentMinor">Net; <see langword="null"/> without a budget, and for whom money is not theirs to see.</param>
public sealed record ProjectBudget(ProjectRow Project, long? SpentMinor);

/// <summary>All projects of an organisation, closed ones too.</summary>
internal sealed class ReadBudgets(FablabDb db, ReadSpending spending, IOptions<WebOptions> web, IDateTimeZoneProvider zones, CurrentMember me, LabClock clock)
{
    public async Task<Result<IReadOnlyList<ProjectBudget>>> ListAsync(OrganisationId organisation, CancellationToken ct)
    {
        if (!me.May(Right.SeeProjects, Subject.Of(organisation)))
        {
            return new NoSuchThing("organisation");
        }

        var seesMoney = me.May(Right.SeeBudgets, Subject.Of(organisation));
        var projects = await db.Projects.AsNoTracking().Where(row => row.Organisation == organisation).OrderBy(row => row.IsClosed).ThenBy(row => row.Name).ToListAsync(ct);

        // Months by the lab's clock: it only chooses which one is shown.
        var zone = zones[web.Value.TimeZone];
        var today = clock.Now.InZone(zone).Date;
        var budgets = new List<ProjectBudget>();
        foreach (var project in projects)
        {
            budgets.Add(new ProjectBudget(project, seesMoney && project.BudgetMinor is not null ? (await spending.OfBudgetAsync(project, today, zone, default, ct)).SpentMinor : null));
        }

        return budgets;
    }

    public async Task<Result<ProjectRow>> OneAsync(OrganisationId organisation, ProjectId id, CancellationToken ct) =>
        me.May(Right.SeeProjects, Subject.Of(organisation))
        && await db.Projects.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Organisation == organisation, ct) is { } row
            ? row
            : new NoSuchThing("project");
}
