using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Web.Data;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Billing.Issuing;

/// <summary>There is nothing left to invoice for that month.</summary>
public sealed record NothingToInvoice(LocalDate Period) : Refusal("nothing-to-invoice")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["period"] = Period };
}

/// <summary>The month has not ended yet where the machines stand, so more may come.</summary>
public sealed record PeriodNotOver(LocalDate Period) : Refusal("period-not-over")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["period"] = Period };
}

/// <summary>Staff turned the organisation down: it is no customer, and what it owes is for them to settle with whoever used the machines.</summary>
public sealed record OrganisationTurnedDown() : Refusal("organisation-turned-down");

/// <summary>
/// Issues one invoice to an organisation for all its charges up to the end of a month that stand on no invoice yet. Number,
/// lines, chain and ledger are one transaction that holds the issuing entity's counter: no number is lost or used twice.
/// </summary>
internal sealed class IssueInvoice(FablabDb db, IDateTimeZoneProvider zones, AuditTrail audit, LabClock clock)
{
    /// <summary>Days from issue until payment is due; the default term of the commercial code (C. com. L441-10).</summary>
    private const int PaymentTermDays = 30;

    /// <summary>Held while numbers are taken, by every node.</summary>
    private static readonly Guid Numbering = new("8f0c2f5e-7c1d-4a51-9b6e-2d6a4f3b9c11");

    private static readonly string ChainStart = new('0', 64);

    /// <param name="period">First day of the month.</param>
    /// <param name="evenIfNotOver">Issue although the month still runs; a manager's decision, used to bill a customer who leaves.</param>
    public Task<Result<IReadOnlyList<InvoiceRow>>> ExecuteAsync(OrganisationId organisation, LocalDate period, bool evenIfNotOver, CancellationToken ct) =>
        LabTransaction.RunHoldingAsync(db, [Numbering], () => IssueWithinAsync(organisation, period, evenIfNotOver, ct), ct);

    private async Task<Result<IReadOnlyList<InvoiceRow>>> IssueWithinAsync(OrganisationId organisation, LocalDate period, bool evenIfNotOver, CancellationToken ct)
    {
        if (await db.Organisations.AnyAsync(row => row.Id == organisation && row.TurnedDownAt != null, ct))
        {
            return new OrganisationTurnedDown();
        }

        var open = await OpenChargesAsync(organisation, period, ct);
        if (open.Count == 0)
        {
            return new NothingToInvoice(period);
        }

        if (!evenIfNotOver && TodayAt(open) < period.PlusMonths(1))
        {
            return new PeriodNotOver(period);
        }

        var buyer = await db.Organisations.AsNoTracking().SingleAsync(o => o.Id == organisation, ct);
        var issued = new List<InvoiceRow>();

        // One currency each: a sum of several would say nothing.
        foreach (var together in open.GroupBy(charge => (charge.LegalEntity, charge.Charge.Net.Currency)))
        {
            var seller = await db.LegalEntities.AsNoTracking().SingleAsync(entity => entity.Id == together.Key.LegalEntity, ct);
            issued.Add(await IssueAsync(seller, buyer, [.. together], period, TodayAt(together), ct));
        }

        await db.SaveChangesAsync(ct);
        return issued;
    }

    /// <summary>The date where the day is youngest of the sites that the charges come from.</summary>
    private LocalDate TodayAt(IEnumerable<OpenCharge> charges) =>
        charges.Select(charge => charge.TimeZone).Distinct().Min(zone => clock.Now.InZone(zones[zone]).Date);

    private async Task<InvoiceRow> IssueAsync(LegalEntityRow seller, OrganisationRow buyer, List<OpenCharge> open, LocalDate period, LocalDate today, CancellationToken ct)
    {
        var counter = await CounterAsync(seller.Id, today, ct);

        // The date of an invoice is never before the date of the one before it in the series.
        var issuedOn = LocalDate.Max(today, counter.LastIssuedOn);
        counter.Last++;
        counter.LastIssuedOn = issuedOn;
        var document = new InvoiceDocument
        {
            Number = InvoiceNumber.Format(seller.InvoiceSeries, counter.Year, counter.Last),
            IssuedOn = issuedOn,
            DueOn = issuedOn.PlusDays(PaymentTermDays),
            PeriodStart = period,
            PeriodEnd = period.PlusMonths(1).PlusDays(-1),
            Seller = new InvoiceParty(seller.Name, seller.LegalForm, seller.Address, seller.Siren, seller.VatNumber),
            SellerIban = seller.Iban,
            Buyer = new InvoiceParty(buyer.Name, null, OnPaper(buyer.Address), buyer.Siren, buyer.VatNumber)
            {
                BillingAddress = buyer.BillingAddress is { } billing ? OnPaper(billing) : null,
            },
            Lines = [.. open.Select((charge, index) => charge.ToLine(index + 1))],
            Totals = InvoiceTotals.Of([.. open.Select(charge => charge.Charge)]),
        };

        var json = JsonSerializer.Serialize(document, Conversions.Json);
        counter.LastChainHash = ChainHash(counter.LastChainHash, document.Number, json);
        var invoice = new InvoiceRow
        {
            Id = new InvoiceId(Guid.CreateVersion7()),
            Number = document.Number,
            LegalEntity = seller.Id,
            Organisation = buyer.Id,
            Period = period,
            IssuedOn = issuedOn,
            DueOn = document.DueOn,
            IssuedAt = clock.Now,
            Net = document.Totals.Net,
            Gross = document.Totals.Gross,
            Document = json,
            ChainHash = counter.LastChainHash,
        };
        db.Add(invoice);
        audit.Note("invoice-issued", $"invoice/{invoice.Id}", after: new Dictionary<string, string> { ["number"] = invoice.Number });
        db.AddRange(document.Lines.Select(line => new InvoiceLineRow { Invoice = invoice.Id, Position = line.Position, Charge = new ChargeId(line.Charge) }));
        db.AddRange(LedgerEntry.ForInvoice(document.Totals).Select(entry => new LedgerEntryRow
        {
            Id = Guid.CreateVersion7(),
            Invoice = invoice.Id,
            Account = entry.Account,
            Amount = entry.Amount,
            At = clock.Now,
        }));
        return invoice;
    }

    /// <summary>The counter of the year; of a later one when that has begun already, for numbers and dates rise together.</summary>
    private async Task<InvoiceCounterRow> CounterAsync(Guid legalEntity, LocalDate today, CancellationToken ct)
    {
        var newest = db.InvoiceCounters.Local.Where(c => c.LegalEntity == legalEntity).MaxBy(c => c.Year)
            ?? await db.InvoiceCounters.Where(c => c.LegalEntity == legalEntity).OrderByDescending(c => c.Year).FirstOrDefaultAsync(ct);
        if (newest is not null && newest.Year >= today.Year)
        {
            return newest;
        }

        var counter = new InvoiceCounterRow
        {
            LegalEntity = legalEntity,
            Year = today.Year,
            Last = 0,
            LastChainHash = newest?.LastChainHash ?? ChainStart,
            LastIssuedOn = newest?.LastIssuedOn ?? today,
        };
        db.Add(counter);
        return counter;
    }

    private async Task<List<OpenCharge>> OpenChargesAsync(OrganisationId organisation, LocalDate period, CancellationToken ct) => await (
        from charge in db.Charges.AsNoTracking()
        join project in db.Projects.AsNoTracking() on charge.Project equals (ProjectId?)project.Id
        join machine in db.Machines.AsNoTracking() on charge.Machine equals machine.Id
        join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
        where project.Organisation == organisation && charge.Period <= period
            && !db.InvoiceLines.Any(line => line.Charge == charge.Id)
        orderby project.Name, charge.From, charge.Id
        select new OpenCharge(charge, project.Name, project.PurchaseOrder, machine.Name, site.TimeZone, site.LegalEntity)).ToListAsync(ct);

    private static string OnPaper(PostalAddress address) => string.Join('\n', address.Lines);

    private static string ChainHash(string before, string number, string document) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{before}\n{number}\n{document}")));

    private sealed record OpenCharge(Charge Charge, string Project, string? PurchaseOrder, string Machine, string TimeZone, Guid LegalEntity)
    {
        public InvoiceDocumentLine ToLine(int position) => new()
        {
            Position = position,
            Charge = Charge.Id.Value,
            Session = Charge.Session.Value,
            Project = Project,
            PurchaseOrder = PurchaseOrder,
            Machine = Machine,
            From = Charge.From,
            Until = Charge.Until,
            TimeZone = TimeZone,
            Priced = Charge.Lines,
            Net = Charge.Net,
            VatRateBasisPoints = Charge.VatRateBasisPoints,
        };
    }
}
