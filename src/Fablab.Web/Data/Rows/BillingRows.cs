using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>An issued invoice, frozen. Neither updated nor deleted: triggers refuse.</summary>
public sealed class InvoiceRow
{
    public required InvoiceId Id { get; init; }

    public required string Number { get; init; }

    public required Guid LegalEntity { get; init; }

    /// <summary>The organisation billed; <see langword="null"/> when a member is billed.</summary>
    public OrganisationId? Organisation { get; init; }

    public MemberId? Member { get; init; }

    /// <summary>First day of the month invoiced.</summary>
    public required LocalDate Period { get; init; }

    public required LocalDate IssuedOn { get; init; }

    public required LocalDate DueOn { get; init; }

    public required Instant IssuedAt { get; init; }

    public required Money Net { get; init; }

    public required Money Gross { get; init; }

    /// <summary>Seller, buyer, lines, totals as they were, JSON; every rendering comes from it.</summary>
    public required string Document { get; init; }

    /// <summary>SHA-256 over the number, the document and the hash of the invoice before it in the series.</summary>
    public required string ChainHash { get; init; }
}

/// <summary>Which charge stands on which invoice; a charge stands on one at most.</summary>
public sealed class InvoiceLineRow
{
    public required InvoiceId Invoice { get; init; }

    public required int Position { get; init; }

    public required ChargeId Charge { get; init; }
}

/// <summary>The last number taken in a series and year. Locked by the issuing transaction.</summary>
public sealed class InvoiceCounterRow
{
    public required Guid LegalEntity { get; init; }

    public required int Year { get; init; }

    public required long Last { get; set; }

    /// <summary>Chain hash of the last invoice; 64 zeros before the first.</summary>
    public required string LastChainHash { get; set; }

    public required LocalDate LastIssuedOn { get; set; }
}

public sealed class LedgerEntryRow
{
    public required Guid Id { get; init; }

    public required InvoiceId Invoice { get; init; }

    public required string Account { get; init; }

    /// <summary>Debit positive, credit negative; the entries of an invoice sum to zero.</summary>
    public required Money Amount { get; init; }

    public required Instant At { get; init; }
}
