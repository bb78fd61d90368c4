using System.Globalization;
using System.Text.Json;
using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Features.Billing.Rendering;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Features.Organisations.Verifying;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Organisations.Browsing;

internal static class OrganisationPages
{
    private static readonly LocalDatePattern MonthPattern = LocalDatePattern.CreateWithInvariantCulture("uuuu-MM");

    public static void MapOrganisationPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/organisations", ListAsync);
        pages.MapGet("/organisations/{id:guid}", (Guid id, string? month, ReadOrganisations organisations, OrganisationMonth read, CurrentMember me, LabClock clock, CancellationToken ct) =>
            ShowAsync(new OrganisationId(id), month, organisations, read, me, clock, null, ct));
        pages.MapPost("/organisations/{id:guid}", IssueAsync);
        pages.MapGet("/invoices/{number}.pdf", PdfAsync);
    }

    public static string MonthText(LocalDate month) => MonthPattern.Format(month);

    private static async Task<IResult> ListAsync(OrganisationMonth read, AnswerInvitation invitations, NewOrganisations news, CurrentMember me, CancellationToken ct)
    {
        var mine = me.Member.IsAdministrator ? null : me.Member.Organisations.Keys.ToList();
        return PageResults.Page<OrganisationsPage>(new { Organisations = await read.ListAsync(mine, ct), Invitations = await invitations.MineAsync(ct), news.MayVerify });
    }

    private static async Task<IResult> IssueAsync(
        Guid id, string? month, [FromForm] bool? evenIfNotOver, ReadOrganisations organisations, OrganisationMonth read, IssueInvoice issue, CurrentMember me, LabClock clock,
        CancellationToken ct)
    {
        var organisation = new OrganisationId(id);
        if (!me.May(Right.IssueInvoices, Subject.Of(organisation)))
        {
            return PageResults.Error(StatusCodes.Status403Forbidden);
        }

        var result = await issue.ExecuteAsync(organisation, MonthOf(month, clock), evenIfNotOver ?? false, ct);
        return result.Refusal is { } refused
            ? await ShowAsync(organisation, month, organisations, read, me, clock, refused, ct)
            : Go.To($"/organisations/{organisation}?month={MonthText(MonthOf(month, clock))}");
    }

    private static async Task<IResult> ShowAsync(
        OrganisationId id, string? month, ReadOrganisations organisations, OrganisationMonth read, CurrentMember me, LabClock clock, Refusal? refused, CancellationToken ct)
    {
        if (!(await organisations.OneAsync(me, id, ct)).TryGet(out var organisation, out _))
        {
            return PageResults.NotFound();
        }

        var (shown, subject) = (MonthOf(month, clock), Subject.Of(id));
        var (seesCharges, seesInvoices) = (me.May(Right.SeeCharges, subject), me.May(Right.SeeInvoices, subject));
        return PageResults.Page<OrganisationPage>(
            new
            {
                Organisation = organisation,
                Month = shown,
                IsLatest = shown >= MonthOf(null, clock),
                Projects = await read.ProjectsAsync(id, shown, seesCharges, ct),
                Invoices = seesInvoices ? await read.InvoicesAsync(id, ct) : [],
                SeesCharges = seesCharges,
                SeesInvoices = seesInvoices,
                MayApprove = me.May(Right.ApproveSpending, subject),
                MayManage = me.May(Right.ManageOrganisation, subject),
                MayIssue = me.May(Right.IssueInvoices, subject),
                Refused = refused,
            },
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> PdfAsync(string number, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        var invoice = await db.Invoices.AsNoTracking().SingleOrDefaultAsync(row => row.Number == number, ct);
        if (invoice is null || !me.May(Right.SeeInvoices, new Subject(invoice.Member, null, invoice.Organisation)))
        {
            return PageResults.NotFound();
        }

        var document = JsonSerializer.Deserialize<InvoiceDocument>(invoice.Document, Conversions.Json)!;
        return TypedResults.File(InvoicePdf.Render(document, CultureInfo.CurrentCulture), "application/pdf", $"{invoice.Number}.pdf");
    }

    // Months are counted in UTC here: it only chooses which one is shown first.
    private static LocalDate MonthOf(string? text, LabClock clock)
    {
        var today = clock.Now.InUtc().Date;
        return MonthPattern.Parse(text ?? "").TryGetValue(default, out var month) && month.Year is >= 2000 and < 2200 ? month : new LocalDate(today.Year, today.Month, 1);
    }
}
