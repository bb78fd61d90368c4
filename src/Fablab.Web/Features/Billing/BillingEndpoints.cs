using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Billing.Issuing;
using Fablab.Web.Features.Billing.Rendering;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Billing;

/// <param name="Period">The month: <c>2026-11</c>.</param>
/// <param name="EvenIfNotOver">Issue although the month still runs.</param>
public sealed record IssueInvoiceRequest([property: Required, StringLength(7)] string Period, bool EvenIfNotOver);

internal sealed record IssuedInvoiceResponse(Guid Id, string Number, LocalDate IssuedOn, LocalDate DueOn, MoneyResponse Net, MoneyResponse Gross)
{
    public static IssuedInvoiceResponse From(InvoiceRow row) => new(
        row.Id.Value, row.Number, row.IssuedOn, row.DueOn, MoneyResponse.From(row.Net), MoneyResponse.From(row.Gross));
}

internal static class BillingEndpoints
{
    public static void MapBilling(this IEndpointRouteBuilder api)
    {
        api.MapPost("/organisations/{id:guid}/invoices", IssueAsync).WithTags("billing").WithName("IssueInvoice")
            .WithSummary("Issue the invoices of an organisation for all its open charges up to the end of a month")
            .WithRefusals("not-found", "not-allowed", "nothing-to-invoice", "period-not-over", "organisation-turned-down");
        api.MapGet("/invoices/{id:guid}.pdf", PdfAsync).WithTags("billing").WithName("GetInvoicePdf").WithSummary("An issued invoice as PDF, in French or English (?language=)")
            .Produces(StatusCodes.Status200OK, contentType: "application/pdf").WithRefusals("not-found");
    }

    private static async Task<Results<Created<IReadOnlyList<IssuedInvoiceResponse>>, ProblemHttpResult>> IssueAsync(
        Guid id, IssueInvoiceRequest request, IssueInvoice issueInvoice, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        var organisation = new OrganisationId(id);
        if (!me.May(Right.SeeInvoices, Subject.Of(organisation)) || !await db.Organisations.AnyAsync(o => o.Id == organisation, ct))
        {
            return new NoSuchThing("organisation").ToProblem();
        }

        if (!me.May(Right.IssueInvoices, Subject.Of(organisation)))
        {
            return RefusalProblems.ToProblem("not-allowed");
        }

        if (YearMonthPattern.Iso.Parse(request.Period) is not { Success: true, Value: var month })
        {
            return RefusalProblems.ToProblem("malformed-request", "The period is a month such as 2026-11.");
        }

        var result = await issueInvoice.ExecuteAsync(organisation, month.OnDayOfMonth(1), request.EvenIfNotOver, ct);
        return result.Match<Results<Created<IReadOnlyList<IssuedInvoiceResponse>>, ProblemHttpResult>>(
            issued => TypedResults.Created(
                $"{ApiFeature.Base}/organisations/{id}/invoices",
                (IReadOnlyList<IssuedInvoiceResponse>)[.. issued.Select(IssuedInvoiceResponse.From)]),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> PdfAsync(
        Guid id, string? language, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        var wanted = new InvoiceId(id);
        var row = await db.Invoices.AsNoTracking().SingleOrDefaultAsync(invoice => invoice.Id == wanted, ct);
        if (row?.Organisation is not { } organisation || !me.May(Right.SeeInvoices, Subject.Of(organisation)))
        {
            return new NoSuchThing("invoice").ToProblem();
        }

        var document = JsonSerializer.Deserialize<InvoiceDocument>(row.Document, Conversions.Json)!;
        var pdf = InvoicePdf.Render(document, CultureInfo.GetCultureInfo(language == "en" ? "en-GB" : "fr-FR"));
        return TypedResults.File(pdf, "application/pdf", $"{row.Number}.pdf");
    }
}
