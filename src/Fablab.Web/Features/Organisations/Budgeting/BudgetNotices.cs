using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <summary>Tells owners when a budget reaches a share, by a booking or by a charge, within the caller's transaction. Of several shares at once they are told the highest.</summary>
internal sealed class BudgetNotices(FablabDb db, ReadSpending spending, IOptions<OrganisationOptions> options, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <param name="charged">What is booked, looked at before it was.</param>
    public async Task AfterBookingAsync(ChargedProject? charged, CancellationToken ct)
    {
        if (charged is { Spending: { Budget: not null } before })
        {
            await TellAsync(charged.Project, charged.Period, charged.ToldPercent, before.SpentMinor + before.PriceMinor, ct);
        }
    }

    /// <param name="charge">About to be saved.</param>
    /// <param name="timeZone">IANA name of the site's.</param>
    public async Task AfterChargeAsync(Charge charge, string timeZone, CancellationToken ct)
    {
        if (charge.Project is not { } id || charge.Net.Currency != options.Value.Currency
            || await db.Projects.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.BudgetMinor != null, ct) is not { } project)
        {
            return;
        }

        var spent = await spending.OfBudgetAsync(project, charge.Period, zones[timeZone], charge.Reservation, ct);
        await TellAsync(project, project.ToBudget()!.PeriodOf(charge.Period), spent.ToldPercent, spent.SpentMinor + charge.Net.Minor, ct);
    }

    private async Task TellAsync(ProjectRow project, LocalDate period, int told, long spentMinor, CancellationToken ct)
    {
        var budget = project.ToBudget()!;
        var reached = budget.Reached(spentMinor).Where(percent => percent > told).ToList();
        if (reached.Count == 0)
        {
            return;
        }

        db.AddRange(reached.Select(percent => new BudgetNoticeRow { Project = project.Id, Period = period, Percent = percent, At = clock.Now }));
        var code = reached[^1] >= budget.StopPercent ? "budget-spent" : reached[^1] >= budget.ApprovalPercent ? "budget-asks" : "budget-warns";
        await db.TellInOrganisationAsync(project.Organisation, [OrganisationRole.Owner], code, project.Name, $"/organisations/{project.Organisation}/projects", clock.Now, ct);
    }
}
