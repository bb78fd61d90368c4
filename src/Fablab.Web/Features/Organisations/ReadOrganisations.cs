using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations;

/// <param name="IsMyDefault">My own choice for bookings of which nothing else is said.</param>
/// <param name="IsOrganisationsDefault">Its organisation's, which counts where I chose none.</param>
public sealed record ProjectView(ProjectRow Project, string Organisation, OrganisationRole Role, bool IsMyDefault, bool IsOrganisationsDefault)
{
    public bool IsDefault => IsMyDefault || IsOrganisationsDefault;
}

internal sealed record ChargeView(Charge Charge, string MachineCode, string? Project);

/// <summary>Projects, charges and invoices, each only for whom it concerns; to everybody else they do not exist.</summary>
internal sealed class ReadOrganisations(FablabDb db)
{
    /// <summary>Open projects of my organisations.</summary>
    public Task<List<ProjectView>> MyProjectsAsync(MemberId me, CancellationToken ct) => (
        from membership in db.OrganisationMembers.AsNoTracking()
        join organisation in db.Organisations.AsNoTracking() on membership.Organisation equals organisation.Id
        join project in db.Projects.AsNoTracking() on organisation.Id equals project.Organisation
        where membership.Member == me && !project.IsClosed
        orderby organisation.Name, project.Name
        select new ProjectView(
            project, organisation.Name, membership.Role, membership.DefaultProject == project.Id,
            membership.DefaultProject == null && organisation.DefaultProject == project.Id)).ToListAsync(ct);

    public async Task<Result<OrganisationRow>> OneAsync(CurrentMember me, OrganisationId id, CancellationToken ct) =>
        me.May(Right.SeeProjects, Subject.Of(id)) && await db.Organisations.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct) is { } organisation
            ? organisation
            : new NoSuchThing("organisation");

    public async Task<Result<Page<ChargeView>>> ChargesAsync(CurrentMember me, OrganisationId id, Cursor after, int limit, CancellationToken ct)
    {
        if (!me.May(Right.SeeCharges, Subject.Of(id)))
        {
            return new NoSuchThing("organisation");
        }

        var projects = db.Projects.Where(project => project.Organisation == id).Select(project => (ProjectId?)project.Id);
        return await PageAsync(db.Charges.AsNoTracking().Where(charge => projects.Contains(charge.Project)), after, limit, ct);
    }

    /// <summary>Charges that I pay myself.</summary>
    public Task<Page<ChargeView>> MyChargesAsync(MemberId me, Cursor after, int limit, CancellationToken ct) =>
        PageAsync(db.Charges.AsNoTracking().Where(charge => charge.Member == me && charge.Project == null), after, limit, ct);

    public async Task<Result<Page<InvoiceRow>>> InvoicesAsync(CurrentMember me, OrganisationId id, Cursor after, int limit, CancellationToken ct)
    {
        if (!me.May(Right.SeeInvoices, Subject.Of(id)))
        {
            return new NoSuchThing("organisation");
        }

        var rows = await db.Invoices.AsNoTracking()
            .Where(invoice => invoice.Organisation == id && invoice.IssuedAt <= after.At)
            .OrderByDescending(invoice => invoice.IssuedAt).ThenByDescending(invoice => invoice.Number)
            .Skip(after.Shown)
            .Take(limit + 1)
            .ToListAsync(ct);
        return after.PageOf(rows, limit, invoice => invoice.IssuedAt, invoice => invoice);
    }

    private async Task<Page<ChargeView>> PageAsync(IQueryable<Charge> charges, Cursor after, int limit, CancellationToken ct)
    {
        var rows = await (
            from charge in charges
            join machine in db.Machines.AsNoTracking() on charge.Machine equals machine.Id
            join row in db.Projects.AsNoTracking() on charge.Project equals (ProjectId?)row.Id into projects
            from project in projects.DefaultIfEmpty()
            where charge.ChargedAt <= after.At
            orderby charge.ChargedAt descending, charge.From descending
            select new ChargeView(charge, machine.Code, project.Name))
            .Skip(after.Shown)
            .Take(limit + 1)
            .ToListAsync(ct);
        return after.PageOf(rows, limit, view => view.Charge.ChargedAt, view => view);
    }
}
