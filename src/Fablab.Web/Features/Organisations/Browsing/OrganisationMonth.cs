using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Organisations.Browsing;

/// <summary>A charge with the names a reader wants.</summary>
/// <param name="Invoice">Number of the invoice it stands on; <see langword="null"/> while open.</param>
public sealed record MonthCharge(Charge Charge, string Machine, string Member, string TimeZone, string? Invoice);

/// <summary>A project with what it was charged in the month.</summary>
public sealed record MonthProject(ProjectRow Project, IReadOnlyList<MonthCharge> Charges)
{
    public Money? Total => Charges.Count == 0 ? null : Charges.Select(row => row.Charge.Net).Aggregate((sum, net) => sum + net);
}

/// <summary>An organisation's projects with the charges of a month.</summary>
internal sealed class OrganisationMonth(FablabDb db, MemberNames names)
{
    /// <summary>A month beyond this is cut; the API pages through all.</summary>
    private const int MostCharges = 2000;

    public async Task<List<MonthProject>> ProjectsAsync(OrganisationId organisation, LocalDate month, bool withCharges, CancellationToken ct)
    {
        var projects = await db.Projects.AsNoTracking().Where(project => project.Organisation == organisation).OrderBy(project => project.Name).ToListAsync(ct);
        var ids = projects.Select(project => (ProjectId?)project.Id).ToList();
        var charges = await (
            from charge in db.Charges.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on charge.Machine equals machine.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where withCharges && ids.Contains(charge.Project) && charge.Period == month
            orderby charge.From
            select new
            {
                charge,
                machine.Name,
                site.TimeZone,
                Invoice = (from line in db.InvoiceLines join invoice in db.Invoices on line.Invoice equals invoice.Id where line.Charge == charge.Id select invoice.Number).FirstOrDefault(),
            })
            .Take(MostCharges)
            .ToListAsync(ct);
        var members = await names.OfAsync(charges.Select(row => row.charge.Member), ct);
        var lines = charges
            .Select(row => new MonthCharge(row.charge, row.Name, members.GetValueOrDefault(row.charge.Member, ""), row.TimeZone, row.Invoice))
            .ToLookup(line => line.Charge.Project);
        return [.. projects.Select(project => new MonthProject(project, [.. lines[project.Id]]))];
    }

    public Task<List<InvoiceRow>> InvoicesAsync(OrganisationId organisation, CancellationToken ct) => db.Invoices.AsNoTracking()
        .Where(invoice => invoice.Organisation == organisation)
        .OrderByDescending(invoice => invoice.IssuedAt).ThenByDescending(invoice => invoice.Number)
        .Take(Api.Cursor.MostItems)
        .ToListAsync(ct);

    public Task<List<OrganisationRow>> ListAsync(IReadOnlyCollection<OrganisationId>? only, CancellationToken ct) => db.Organisations.AsNoTracking()
        .Where(row => only == null || only.Contains(row.Id))
        .OrderBy(row => row.Name)
        .ToListAsync(ct);
}
