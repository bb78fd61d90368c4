using Fablab.Domain.Billing;
using NodaTime;

namespace Fablab.Web.Features.Billing.Issuing;

/// <summary>An invoice as it was issued, complete in itself: seller, buyer and prices may change later, this never does.</summary>
internal sealed record InvoiceDocument
{
    public required string Number { get; init; }

    public required LocalDate IssuedOn { get; init; }

    public required LocalDate DueOn { get; init; }

    public required LocalDate PeriodStart { get; init; }

    public required LocalDate PeriodEnd { get; init; }

    public required InvoiceParty Seller { get; init; }

    public required string SellerIban { get; init; }

    public required InvoiceParty Buyer { get; init; }

    public required IReadOnlyList<InvoiceDocumentLine> Lines { get; init; }

    public required InvoiceTotals Totals { get; init; }
}

/// <param name="Address">Of its seat, a line below the other.</param>
internal sealed record InvoiceParty(string Name, string? LegalForm, string Address, string? Siren, string? VatNumber)
{
    /// <summary>Where the invoice goes to when not to the seat; it must stand on the invoice besides (CGI ann. II 242 nonies A).</summary>
    public string? BillingAddress { get; init; }
}

/// <summary>One charge on the invoice, under its project.</summary>
internal sealed record InvoiceDocumentLine
{
    public required int Position { get; init; }

    public required Guid Charge { get; init; }

    public required Guid Session { get; init; }

    public required string Project { get; init; }

    public required string? PurchaseOrder { get; init; }

    public required string Machine { get; init; }

    public required Instant From { get; init; }

    public required Instant Until { get; init; }

    /// <summary>IANA zone of the site, for the times on paper.</summary>
    public required string TimeZone { get; init; }

    public required IReadOnlyList<RatedLine> Priced { get; init; }

    public required Money Net { get; init; }

    public required int VatRateBasisPoints { get; init; }
}
