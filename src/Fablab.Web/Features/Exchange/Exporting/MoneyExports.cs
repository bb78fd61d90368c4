using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>Charges, invoices, organisations, their members and projects: all of them for administrators, those of their organisation for its owners and accountants. Managers of sites see no money of others.</summary>
internal sealed class MoneyExports(FablabDb db, CurrentMember me)
{
    private bool All => me.May(Right.SeeCharges, Subject.Nothing);

    private List<OrganisationId> Organisations => [.. me.Member.Organisations.Keys.Where(organisation => me.May(Right.SeeCharges, Subject.Of(organisation)))];

    public IReadOnlyList<ExportTable> Tables => !All && Organisations.Count == 0 ? [] :
    [
        new("charges", ["chargeId", "memberEmail", "machine", "projectId", "from", "until", "period", "netMinor", "currency", "vatBasisPoints", "chargedAt", "sessionId"], ChargesAsync),
        new("invoices", ["invoiceId", "number", "organisation", "memberEmail", "period", "issuedOn", "dueOn", "netMinor", "grossMinor", "currency"], InvoicesAsync),
        new("projects", ["projectId", "organisation", "name", "purchaseOrder", "closed", "budgetMinor", "budgetPeriod", "warnPercent", "approvalPercent", "stopPercent", "hidesTitles"], ProjectsAsync),
        OfOrganisations(),
        OrganisationMembers(),
        .. All ? [Tariffs()] : Array.Empty<ExportTable>(),
    ];

    private ExportTable OfOrganisations()
    {
        var (all, organisations) = (All, Organisations);
        return ExportTable.Of(
            "organisations",
            ["organisationId", "name", "kind", "siren", "siret", "vatNumber", "line1", "line2", "line3", "postcode", "city", "country", "billingAddress", "billingMail", "state",
                "approvalAboveMinor", "defaultProjectId", "hidesTitles", "createdAt", "version"],
            () => db.Organisations.AsNoTracking().Where(row => all || organisations.Contains(row.Id)).OrderBy(row => row.CreatedAt).ThenBy(row => row.Id),
            row =>
            [
                row.Id.Value, row.Name, row.Kind, row.Siren, row.Siret, row.VatNumber, row.Address.Line1, row.Address.Line2, row.Address.Line3, row.Address.Postcode, row.Address.City,
                row.Address.Country, row.BillingAddress?.ToString(), row.BillingMail, row.State, row.ApprovalAboveMinor, row.DefaultProject?.Value, row.HidesTitles, row.CreatedAt, row.Version,
            ]);
    }

    private ExportTable OrganisationMembers()
    {
        var (all, organisations) = (All, Organisations);
        return ExportTable.Of(
            "organisation-members",
            ["organisationId", "organisation", "memberEmail", "role", "monthlyLimitMinor", "defaultProjectId", "memberId"],
            () => from row in db.OrganisationMembers.AsNoTracking()
                  join organisation in db.Organisations on row.Organisation equals organisation.Id
                  join account in db.Users on (Guid)(object)row.Member equals account.Id
                  where all || organisations.Contains(row.Organisation)
                  orderby organisation.Name, organisation.Id, account.Id
                  select new { Row = row, organisation.Name, account.Email },
            one => [one.Row.Organisation.Value, one.Name, one.Email, one.Row.Role, one.Row.MonthlyLimitMinor, one.Row.DefaultProject?.Value, one.Row.Member.Value]);
    }

    private ExportTable Tariffs() => ExportTable.Of(
        "tariffs",
        ["tariffId", "name", "version", "currency", "hourlyRateMicros", "basis", "incrementSeconds", "minimumSeconds", "energyRateMicros", "vatBasisPoints"],
        () => db.Tariffs.AsNoTracking().OrderBy(row => row.Name).ThenBy(row => row.Version),
        row =>
        [
            row.Id.Value, row.Name, row.Version, row.Currency, row.HourlyRateMicros, row.Basis, (long)row.Increment.TotalSeconds, (long)row.Minimum.TotalSeconds, row.EnergyRateMicros,
            row.VatRateBasisPoints,
        ]);

    private async IAsyncEnumerable<object?[]> ChargesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (all, organisations) = (All, Organisations);
        var rows = from charge in db.Charges.AsNoTracking()
                   join machine in db.Machines on charge.Machine equals machine.Id
                   join account in db.Users on (Guid)(object)charge.Member equals account.Id
                   where all || db.Projects.Any(project => project.Id == charge.Project && organisations.Contains(project.Organisation))
                   orderby charge.ChargedAt, charge.Id
                   select new { Charge = charge, machine.Code, account.Email };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var charge = row.Charge;
            yield return
            [
                charge.Id.Value, row.Email, row.Code, charge.Project?.Value, charge.From, charge.Until, charge.Period, charge.Net.Minor, charge.Net.Currency, charge.VatRateBasisPoints,
                charge.ChargedAt, charge.Session.Value,
            ];
        }
    }

    private async IAsyncEnumerable<object?[]> InvoicesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (all, organisations) = (All, Organisations);
        var rows = from invoice in db.Invoices.AsNoTracking()
                   where all || (invoice.Organisation != null && organisations.Contains(invoice.Organisation.Value))
                   orderby invoice.IssuedAt, invoice.Id
                   select new
                   {
                       invoice.Id,
                       invoice.Number,
                       invoice.Period,
                       invoice.IssuedOn,
                       invoice.DueOn,
                       invoice.Net,
                       invoice.Gross,
                       Organisation = db.Organisations.Where(one => one.Id == invoice.Organisation).Select(one => one.Name).FirstOrDefault(),
                       Email = db.Users.Where(account => account.Id == (Guid?)(object?)invoice.Member).Select(account => account.Email).FirstOrDefault(),
                   };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            yield return [row.Id.Value, row.Number, row.Organisation, row.Email, row.Period, row.IssuedOn, row.DueOn, row.Net.Minor, row.Gross.Minor, row.Net.Currency];
        }
    }

    private async IAsyncEnumerable<object?[]> ProjectsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var (all, organisations) = (All, Organisations);
        var rows = from project in db.Projects.AsNoTracking()
                   join organisation in db.Organisations on project.Organisation equals organisation.Id
                   where all || organisations.Contains(project.Organisation)
                   orderby organisation.Name, project.Name
                   select new { Project = project, Organisation = organisation.Name };
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(ct))
        {
            var project = row.Project;
            yield return
            [
                project.Id.Value, row.Organisation, project.Name, project.PurchaseOrder, project.IsClosed, project.BudgetMinor, project.BudgetMinor is null ? null : project.BudgetPeriod,
                project.WarnPercent, project.ApprovalPercent, project.StopPercent, project.HidesTitles,
            ];
        }
    }
}
